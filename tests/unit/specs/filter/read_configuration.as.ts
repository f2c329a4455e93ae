/** What a configuration leaves in memory once it is refused or has served its time: Envoy tries a bad one again with every update. */
import { ConfigErrors } from "../../../../assembly/config/config_errors";
import { readConfiguration } from "../../../../assembly/filter/read_configuration";
import { resetArena } from "../../../../assembly/memory/arena";
import { releaseSpan, utf8 } from "../../../../assembly/memory/persistent";
import { expectEqual } from "../../assertions/expect.as";

const RULE =
  '"requestAuthentications":[{"jwtRules":[{"issuer":"a","jwks":"{\\"keys\\":[{\\"kty\\":\\"oct\\",\\"k\\":\\"c2VjcmV0\\"}]}"},' +
  '{"issuer":"b","jwksUri":"https://b.example.com/jwks"}]}]';
const POLICY = '"authorizationPolicies":[{"name":"p","namespace":"n","rules":[{}]}]';

function read(text: string): bool {
  const source = utf8(text);
  const configuration = readConfiguration(source, new ConfigErrors());
  const accepted = configuration !== null;
  if (configuration !== null) configuration.release();
  resetArena();
  releaseSpan(source);
  return accepted;
}

function expectNoGrowth(text: string, accepted: bool): void {
  for (let i = 0; i < 100; i++) expectEqual<bool>(read(text), accepted);
  const pages = memory.size();
  for (let i = 0; i < 3_000; i++) read(text);
  expectEqual<i32>(memory.size(), pages);
}

export function one_that_has_served_its_time_leaves_nothing(): void {
  expectNoGrowth("{" + RULE + "," + POLICY + "}", true);
}

export function one_that_is_refused_leaves_nothing(): void {
  expectNoGrowth("{" + RULE + "," + POLICY + ',"unknown":1}', false);
}

export function one_whose_policies_are_refused_leaves_nothing(): void {
  expectNoGrowth(
    "{" + RULE + ',"authorizationPolicies":[{"name":"p","namespace":"n","action":"CUSTOM"}]}',
    false,
  );
}
