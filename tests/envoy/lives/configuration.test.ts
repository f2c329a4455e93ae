// A configuration that the filter cannot carry out in full keeps Envoy from starting, and the log says which part of it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EnvoyStartError } from "../../../cli/envoy/envoy-process.js";
import { allow, setUp, trusting, trustingInline } from "../stage/harness.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";

interface Case {
  title: string;
  config: (issuer: Issuer) => object | string | undefined;
  /** What the log must say: the path of the part that is wrong. */
  says: RegExp;
}

const policy = (rest: object) => (issuer: Issuer) =>
  trusting(issuer, {}, { authorizationPolicies: [{ name: "p", namespace: "foo", ...rest }] });

const cases: Case[] = [
  { title: "no configuration at all", config: () => undefined, says: /configuration/i },
  { title: "an empty configuration", config: () => "", says: /configuration/i },
  { title: "no JSON", config: () => "requestAuthentications: []", says: /JSON/ },
  { title: "JSON with something behind it", config: () => "{} {}", says: /JSON/ },
  { title: "JSON of another kind", config: () => "[]", says: /object/ },
  {
    title: "an unknown field at the top",
    config: (issuer) => trusting(issuer, {}, { requestAuthentication: [] }),
    says: /requestAuthentication: unknown field.*requestAuthentications/,
  },
  {
    title: "an unknown field in a jwtRule",
    config: (issuer) => trusting(issuer, { jwksURL: "x" }),
    says: /requestAuthentications\[0\]\.jwtRules\[0\]\.jwksURL: unknown field/,
  },
  {
    title: "an unknown field deep in a rule",
    config: policy({ action: "ALLOW", rules: [{ to: [{ operation: { path: ["/x"] } }] }] }),
    says: /authorizationPolicies\[0\]\.rules\[0\]\.to\[0\]\.operation\.path: unknown field.*paths/,
  },
  {
    title: "a field of another type",
    config: (issuer) => trusting(issuer, { forwardOriginalToken: "yes" }),
    says: /requestAuthentications\[0\]\.jwtRules\[0\]\.forwardOriginalToken: /,
  },
  {
    title: "keys that cannot be read",
    config: (issuer) => trustingInline(issuer, { jwks: '{"keys":[' }),
    says: /requestAuthentications\[0\]\.jwtRules\[0\]\.jwks: .*Jwks is an invalid JSON/,
  },
  {
    title: "keys and an address of keys",
    config: (issuer) => trusting(issuer, { jwks: JSON.stringify(issuer.jwks) }),
    says: /requestAuthentications\[0\]\.jwtRules\[0\]\.jwks: /,
  },
  {
    title: "a selector, which the plugin's own decides",
    config: policy({ action: "ALLOW", rules: [{}], selector: { matchLabels: { app: "x" } } }),
    says: /authorizationPolicies\[0\]\.selector: /,
  },
  {
    title: "an action that needs an external authorizer",
    config: policy({ action: "CUSTOM", rules: [{}] }),
    says: /authorizationPolicies\[0\]\.action: .*CUSTOM/,
  },
  {
    title: "a condition on a key that does not exist",
    config: (issuer) =>
      trusting(issuer, {}, allow({ when: [{ key: "request.auth.claim[x]", values: ["y"] }] })),
    says: /authorizationPolicies\[0\]\.rules\[0\]\.when\[0\]\.key: /,
  },
];

describe("a configuration is refused, with the path of what is wrong", () => {
  for (const { title, config, says } of cases) {
    it(title, async () => {
      const starting = setUp({ listeners: (issuer) => ({ refused: config(issuer) }), wasmLogLevel: "info" });
      // An Envoy that starts in spite of it has to be stopped, or the test run never ends.
      void starting.then((setup) => setup.stop()).catch(() => undefined);
      const error: unknown = await starting.then(
        () => new Error("Envoy started"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof EnvoyStartError, String(error));
      assert.match(error.log, /Unable to create Wasm plugin/);
      assert.match(error.log, says);
    });
  }
});

it("one bad configuration does not let another through: Envoy does not start at all", async () => {
  await assert.rejects(
    setUp({ listeners: (issuer) => ({ good: trusting(issuer), bad: "{" }) }),
    (error: unknown) => error instanceof EnvoyStartError,
  );
});
