// The bit-vector engine against Istio's semantics written out plainly, on random policies and requests: same decision, same matched
// rules, and the explanation of every rule agrees.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { holds } from "../../seeded/properties.js";
import { policies, request } from "./arbitraries.js";
import { PolicyEngine, type PolicyRequest } from "./engine.js";
import { nativeDecision, type Policy } from "./native-semantics.js";

const RUNS = Number(process.env.POLICY_RUNS ?? 800);
let engine: PolicyEngine;
before(async () => {
  engine = await PolicyEngine.start();
});

function check(list: Policy[], requests: PolicyRequest[]): void {
  const errors = engine.configure({
    authorizationPolicies: list,
    directRemoteAddress: "x",
    trustDomain: "own",
  });
  assert.deepEqual(errors, []);
  for (const asked of requests) {
    const { matching, ...expected } = nativeDecision(list, asked);
    const { rules, ...actual } = engine.ask(asked);
    assert.deepEqual(actual, expected);
    const explained = new Set(Object.keys(rules).filter((name) => rules[name] === ""));
    assert.deepEqual(explained, matching);
  }
}

test("a few policies decide as Istio's do", () => {
  holds("few-policies", fc.property(policies(4), fc.array(request, { minLength: 1, maxLength: 8 }), check), {
    numRuns: RUNS,
  });
});

test("so many policies that a set of rows takes several words decide as Istio's do", () => {
  holds(
    "many-policies",
    fc.property(
      policies(4),
      fc.integer({ min: 20, max: 200 }),
      fc.array(request, { minLength: 1, maxLength: 4 }),
      (list, copies, requests) => {
        // Copies that never match, before and behind the others, so that every row number is reached.
        const many = Array.from({ length: copies }, (_, i): Policy => ({
          name: `q${i}`,
          namespace: i % 2 ? "a" : "b",
          action: i % 3 ? "ALLOW" : "DENY",
          rules: [
            {
              to: [{ operation: { paths: [`/never/${i}`, "*z"], methods: ["GET"] } }],
              when: [{ key: `request.headers[x-${i % 40}]`, values: ["never"] }],
            },
            {
              from: [{ source: { requestPrincipals: [`never-${i % 5}/*`] } }],
              when: [{ key: `request.auth.claims[c${i}]`, notValues: ["*"] }],
            },
          ],
        }));
        check([...list, ...many], requests);
      },
    ),
    { numRuns: Math.ceil(RUNS / 10) },
  );
});
