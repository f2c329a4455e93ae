// extensions.claimPolicies: what a condition on a claim holds for. CEL in Envoy's rbac is the referee (tests/envoy/beside/claims/claim-policies.test.ts); here is what it
// does not say: policies beside Istio's, `not` and DENY, remembered tokens, what is refused of a configuration.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, jwk, mint, rule, trusting } from "./filter.js";

type Claims = Readonly<Record<string, unknown>>;

const base = trusting(rule([jwk("rsa")]));
const policy = (claims: object[], more: object = {}) => ({ name: "a", rules: [{ claims }], ...more });
const start = (...claimPolicies: object[]) => Filter.start({ ...base, extensions: { claimPolicies } });

/** Whether a request with a token of these claims is allowed where the one ALLOW rule has the condition; asked twice, so that it is remembered the second time. */
async function holds(condition: object, ...claims: Claims[]): Promise<boolean[]> {
  const filter = await start(policy([condition]));
  const told = claims.map((one) => {
    const token = mint({ claims: one });
    const [first, second] = [filter.outcome({ token }), filter.outcome({ token })];
    assert.equal(first, second);
    assert.ok(["passes", "403 RBAC: access denied"].includes(first), first);
    return first === "passes";
  });
  assert.equal(
    filter.outcome(),
    "not" in condition && condition.not === true ? "passes" : "403 RBAC: access denied",
  );
  filter.stop();
  return told;
}

describe("a condition on a claim", () => {
  /** Condition, claims that it holds for, claims that it does not hold for. */
  const rows: readonly (readonly [condition: object, yes: Claims[], no: Claims[]])[] = [
    [
      { claim: ["a"], atLeast: 5 },
      [{ a: 5 }, { a: 5.5 }, { a: 1e300 }, { a: [1, 5] }, { a: 9007199254740993 }],
      [
        {},
        { a: 4.999 },
        { a: "5" },
        { a: "99" },
        { a: true },
        { a: null },
        { a: {} },
        { a: [] },
        { a: [[5]] },
      ],
    ],
    [{ claim: ["a"], moreThan: -1 }, [{ a: 0 }, { a: -0.5 }], [{ a: -1 }, { a: -1e300 }]],
    [{ claim: ["a"], atMost: 5 }, [{ a: 5 }, { a: -1e300 }], [{}, { a: 5.000001 }, { a: null }, { a: "" }]],
    [{ claim: ["a"], lessThan: 0 }, [{ a: -1 }], [{ a: 0 }, { a: -0 }, { a: false }]],
    [
      { claim: ["a"], equals: [5, "x", true] },
      [{ a: 5 }, { a: 5.0 }, { a: "x" }, { a: true }, { a: [false, "x"] }],
      [
        {},
        { a: "5" },
        { a: "true" },
        { a: false },
        { a: ["X"] },
        { a: "xx" },
        { a: "" },
        { a: 4 },
        { a: [["x"]] },
      ],
    ],
    [
      { claim: ["a"], equals: [0] },
      [{ a: 0 }, { a: -0 }],
      [{ a: "" }, { a: false }, { a: null }, { a: "0" }],
    ],
    [{ claim: ["a"], equals: [""] }, [{ a: "" }], [{}, { a: null }, { a: false }, { a: 0 }, { a: "a" }]],
    [{ claim: ["a"], equals: ["x*"] }, [{ a: "x*" }], [{ a: "xy" }]],
    [
      { claim: ["a"], present: true },
      [{ a: 0 }, { a: "" }, { a: false }, { a: [] }, { a: {} }, { a: [null] }],
      [{}, { a: null }, { A: 1 }],
    ],
    // A dot or a slash in a name is no level.
    [{ claim: ["a.b"], present: true }, [{ "a.b": 1 }], [{ a: { b: 1 } }]],
    [
      { claim: ["a", "b"], present: true },
      [{ a: { b: 1 } }],
      [{ "a.b": 1 }, { a: 1 }, { a: { b: null } }, { a: [{ b: null }] }, { b: 1 }],
    ],
    [
      { claim: ["https://a.test/t", "x][y"], equals: ["z"] },
      [{ "https://a.test/t": { "x][y": "z" } }],
      [{ "https://a.test/t": { x: { y: "z" } } }],
    ],
    // A list of objects is passed through; a list within a list is not.
    [
      { claim: ["a", "b"], equals: ["x"] },
      [{ a: [{ b: "x" }] }, { a: [1, { b: ["y", "x"] }] }],
      [{ a: [[{ b: "x" }]] }, { a: ["x"] }, { a: [{ c: "x" }] }, { a: [] }],
    ],
    [
      { claim: ["a"], every: true, atLeast: 5 },
      [{ a: 5 }, { a: [5, 6] }],
      [
        {},
        { a: [] },
        { a: [5, 4] },
        { a: [5, "6"] },
        { a: [5, null] },
        { a: [5, [6]] },
        { a: null },
        { a: "6" },
      ],
    ],
    [
      { claim: ["a"], every: true, equals: ["x", "y"] },
      [{ a: "x" }, { a: ["y", "x"] }],
      [{}, { a: [] }, { a: ["x", "z"] }, { a: ["x", 1] }, { a: [["x"]] }, { a: {} }],
    ],
    // Of elements that lack it nobody would know.
    [
      { claim: ["a", "b"], every: true, equals: ["x"] },
      [{ a: { b: ["x"] } }],
      [{ a: [{ b: "x" }] }, { a: [{}] }],
    ],
    [
      { claim: ["a"], not: true, atLeast: 5 },
      [{}, { a: 4 }, { a: "5" }, { a: null }, { a: [] }],
      [{ a: 5 }, { a: [1, 5] }],
    ],
    [
      { claim: ["a"], not: true, equals: ["x"] },
      [{}, { a: "y" }, { a: [] }],
      [{ a: "x" }, { a: ["y", "x"] }],
    ],
    // Words, as Istio's rules see them.
    [
      { claim: ["scope"], equals: ["a"] },
      [{ scope: "a b" }, { scope: ["a"] }],
      [{ scope: "ab" }, { scope: ["a b"] }],
    ],
    [
      { claim: ["scope"], every: true, equals: ["a", "b"] },
      [{ scope: "a  b" }],
      [{ scope: "a c" }, { scope: "" }],
    ],
  ];
  for (const [condition, yes, no] of rows) {
    it(JSON.stringify(condition), async () => {
      const told = await holds(condition, ...yes, ...no);
      assert.deepEqual(
        told,
        [...yes.map(() => true), ...no.map(() => false)],
        JSON.stringify([...yes, ...no]),
      );
    });
  }

  it("present: false holds where it is not there, or null", async () => {
    const filter = await start(policy([{ claim: ["a"], present: false }]));
    for (const [claims, outcome] of [
      [{}, "passes"],
      [{ a: null }, "passes"],
      [{ a: [] }, "403 RBAC: access denied"],
      [{ a: 0 }, "403 RBAC: access denied"],
    ] as const)
      assert.equal(filter.outcome({ token: mint({ claims }) }), outcome, JSON.stringify(claims));
  });

  it("two on one claim must both hold", async () => {
    const filter = await start(
      policy([
        { claim: ["a"], atLeast: 3 },
        { claim: ["a"], lessThan: 5 },
      ]),
    );
    for (const [a, outcome] of [
      [2, "403 RBAC: access denied"],
      [3, "passes"],
      [5, "403 RBAC: access denied"],
    ] as const)
      assert.equal(filter.outcome({ token: mint({ claims: { a } }) }), outcome);
  });
});

describe("policies on claims", () => {
  const denied = "403 RBAC: access denied";
  const istio = {
    authorizationPolicies: [
      { name: "paths", namespace: "foo", rules: [{ to: [{ operation: { paths: ["/open", "/both"] } }] }] },
    ],
  };

  it("allow beside Istio's, and deny what those allow", async () => {
    const filter = await Filter.start({
      ...base,
      ...istio,
      extensions: {
        claimPolicies: [
          {
            name: "grown",
            rules: [{ to: [{ operation: { paths: ["/wine"] } }], claims: [{ claim: ["age"], atLeast: 18 }] }],
          },
          {
            name: "verified",
            action: "DENY",
            rules: [
              {
                to: [{ operation: { paths: ["/both"] } }],
                claims: [{ claim: ["verified"], not: true, equals: [true] }],
              },
            ],
          },
        ],
      },
    });
    const told = (path: string, claims?: Claims) =>
      filter.outcome({ path, ...(claims === undefined ? {} : { token: mint({ claims }) }) });
    assert.equal(told("/open"), "passes");
    assert.equal(told("/wine"), denied);
    assert.equal(told("/wine", { age: 17 }), denied);
    assert.equal(told("/wine", { age: 18 }), "passes");
    assert.equal(told("/beer", { age: 18 }), denied);
    for (const claims of [undefined, {}, { verified: false }, { verified: "true" }, { verified: null }])
      assert.equal(told("/both", claims), denied);
    assert.equal(told("/both", { verified: true }), "passes");
  });

  it("that only watch decide nothing, and those of claims alone are asked of requests without a token, too", async () => {
    const filter = await start(policy([{ claim: ["a"], present: true }], { action: "DENY", dryRun: true }));
    assert.equal(filter.outcome({ token: mint({ claims: { a: 1 } }) }), "passes");
    const deny = await start(policy([{ claim: ["a"], present: false }], { action: "DENY" }));
    assert.equal(deny.outcome(), denied);
    assert.equal(deny.outcome({ token: mint({ claims: { a: 1 } }) }), "passes");
  });

  const refused: readonly (readonly [policies: unknown, says: RegExp])[] = [
    [[], /claimPolicies: must not be empty/],
    [[{ name: "a" }], /claimPolicies\[0\].rules: must not be empty/],
    [[{ rules: [{ claims: [{ claim: ["a"], present: true }] }] }], /claimPolicies\[0\].name: must be set/],
    [[{ name: "a", rules: [{}] }], /rules\[0\].claims: must not be empty/],
    [[policy([{ claim: [], present: true }])], /claims\[0\].claim: must be a list of names/],
    [[policy([{ claim: [""], present: true }])], /claims\[0\].claim: must be a list of names/],
    [[policy([{ claim: "a", present: true }])], /claims\[0\].claim: must be a list of strings/],
    [[policy([{ claim: ["a"] }])], /claims\[0\]: must have one of lessThan/],
    [[policy([{ claim: ["a"], atLeast: 1, atMost: 2 }])], /claims\[0\]: must have one of lessThan/],
    [[policy([{ claim: ["a"], atleast: 1 }])], /claims\[0\].atleast: unknown field; did you mean atLeast/],
    [[policy([{ claim: ["a"], atLeast: "1" }])], /claims\[0\].atLeast: must be a number from/],
    [[policy([{ claim: ["a"], atLeast: 9007199254740992 }])], /claims\[0\].atLeast: must be a number from/],
    [
      [policy([{ claim: ["a"], equals: [-9007199254740992] }])],
      /claims\[0\].equals\[0\]: must be a number from/,
    ],
    [
      [policy([{ claim: ["a"], equals: [null] }])],
      /claims\[0\].equals\[0\]: must be a string, a number or a boolean/,
    ],
    [[policy([{ claim: ["a"], equals: [] }])], /claims\[0\].equals: must be a list of 1 to 64/],
    [[policy([{ claim: ["a"], equals: "x" }])], /claims\[0\].equals: must be a list of 1 to 64/],
    [[policy([{ claim: ["a"], present: true, every: true }])], /claims\[0\].every: excludes present/],
    [[policy([{ claim: ["a"], atLeast: 1, every: true, not: true }])], /claims\[0\].not: excludes every/],
    [[policy([{ claim: Array(65).fill("a"), present: true }])], /claims\[0\].claim: must have at most 64/],
    [[{ ...policy([{ claim: ["a"], present: true }]), namespace: "foo" }], /namespace: unknown field/],
    [
      [policy([{ claim: ["a"], present: true }]), policy([{ claim: ["a"], present: true }])],
      /another policy extensions\/a/,
    ],
    [
      [policy([{ claim: ["a"], present: true }], { action: "CUSTOM" })],
      /CUSTOM needs an external authorizer/,
    ],
  ];
  for (const [claimPolicies, says] of refused) {
    it(`refused: ${JSON.stringify(claimPolicies).slice(0, 90)}`, async () => {
      const said = await Filter.tryStart({ ...base, extensions: { claimPolicies } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });
  }
});
