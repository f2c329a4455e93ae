/** What the policies say of a token's claims: it is kept with the token, so it is complete or not there. */
import { JsonDocument, parseJson, ROOT } from "../../../../assembly/claims/json";
import { ConfigErrors } from "../../../../assembly/config/config_errors";
import { rootFields } from "../../../../assembly/config/fields";
import {
  allocate,
  ARENA_LIMIT,
  arenaExhausted,
  arenaHeldBytes,
  markArena,
  resetArena,
  rewindArena,
} from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import { compilePolicies } from "../../../../assembly/policy/compilation/compile";
import { decide, evaluateClaims, outOfMemory } from "../../../../assembly/policy/evaluation/evaluate";
import { PolicyOptions } from "../../../../assembly/policy/rules/policy_options";
import { PolicySet } from "../../../../assembly/policy/tables/policy_set";
import { requestAttributesAt } from "../../../../assembly/policy/attributes/request_attributes";
import { expectEqual, expectTrue } from "../../assertions/expect.as";

const POLICIES =
  '{"authorizationPolicies":[{"name":"d","namespace":"n","action":"DENY","rules":[' +
  '{"from":[{"source":{"requestPrincipals":["i/mallory"]}}]}]}]}';
const CLAIMS = '{"iss":"i","sub":"mallory"}';
/** Least size of a chunk of the arena. */
const CHUNK: usize = 64 * 1024;

export function rows_that_ran_out_of_memory_are_none(): void {
  const errors = new ConfigErrors();
  const root = rootFields(parseJson(utf8(POLICIES)), errors);
  const compiled = compilePolicies(root, new PolicyOptions("cluster.local", [], false), errors);
  expectTrue(errors.none && compiled !== null);
  const policies = <PolicySet>compiled;
  const claims: JsonDocument = parseJson(utf8(CLAIMS));
  const attributes = requestAttributesAt(heap.alloc(256));
  attributes.claims = claims;
  const size = policies.claimRowsSize;
  const complete = heap.alloc(<usize>size);
  memory.copy(complete, evaluateClaims(policies, attributes), <usize>size);
  let refused = 0;
  let answered = 0;
  const mark = markArena();
  const filler = ARENA_LIMIT - arenaHeldBytes() - CHUNK;
  for (let left: usize = 0; left < 256; left += 16) {
    rewindArena(mark);
    expectTrue(allocate(filler) != 0 && allocate(CHUNK - left) != 0 && !arenaExhausted);
    const rows = evaluateClaims(policies, attributes);
    if (rows == 0) {
      refused++;
      continue;
    }
    answered++;
    expectEqual<i32>(memory.compare(rows, complete, <usize>size), 0, left.toString());
  }
  expectTrue(refused > 1 && answered > 1, refused.toString() + " and " + answered.toString());
  resetArena();
  // Nobody is allowed of whose claims nothing is known, though no ALLOW policy asks for anything.
  attributes.claims = parseJson(utf8('{"iss":"i","sub":"alice"}'));
  expectTrue(decide(policies, evaluateClaims(policies, attributes), attributes) && !outOfMemory);
  expectTrue(!decide(policies, 0, attributes) && outOfMemory);
  resetArena();
}
