// The nearest rule: who is refused by many rules is told of the one that was meant, by `explain` and by `test`.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { runCommand } from "../string-terminal.js";

const authentication = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: login, namespace: foo }
spec: { jwtRules: [{ issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/keys" }] }
`;
const policy = (name: string, rules: readonly string[], action = "ALLOW") => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: foo }
spec: { action: ${action}, rules: [${rules.join(", ")}] }
`;
const rule = (path: string, scope: string, method = "GET") =>
  `{ from: [{ source: { requestPrincipals: ["*"] } }], to: [{ operation: { methods: [${method}], paths: ["${path}"] } }],
     when: [{ key: "request.auth.claims[scope]", values: ["${scope}"] }] }`;
const others = (count: number) => Array.from({ length: count }, (_, i) => rule(`/other/${i}`, `scope-${i}`));

interface Shown {
  readonly why: string;
  readonly reasons: readonly {
    readonly name: string;
    readonly rule: string;
    readonly held: number;
    readonly of: number;
    readonly lacks: readonly { place: string }[];
  }[];
}

const args = [
  "--for",
  "foo/app=a",
  "--request",
  "GET /orders",
  "--claim",
  "sub=alice",
  "--claim",
  "scope=read",
];
async function explained(policies: string, request = args): Promise<Shown> {
  const { stdout } = await runCommand(["explain", "-", ...request, "--json"], authentication + policies);
  return JSON.parse(stdout) as Shown;
}

describe("explain names the nearest rule", () => {
  const cases: readonly (readonly [string, string, nearest: string, says: RegExp])[] = [
    [
      "of sixty, one that lacks its scope alone",
      policy("many", [...others(30), rule("/orders", "write"), ...others(29)]),
      "many rules[30]",
      /^None of the 60 ALLOW rules matches\. The nearest is ALLOW foo\/many rules\[30\]: 3 of 4 conditions hold, and it lacks request\.auth\.claims\[scope\] \(wants write, sees read\)\.$/,
    ],
    [
      "in another policy than the first",
      policy("first", others(3)) + policy("second", [rule("/orders", "write")]),
      "second rules[0]",
      /The nearest is ALLOW foo\/second rules\[0\]/,
    ],
    [
      "that lacks two claims rather than one for another path",
      policy("p", [
        rule("/healthz", "read"),
        `{ to: [{ operation: { paths: ["/orders"] } }], when: [{ key: "request.auth.claims[a]", values: ["b"] }, { key: "request.auth.claims[c]", values: ["d"] }] }`,
      ]),
      "p rules[1]",
      /it lacks request\.auth\.claims\[a\] .*; request\.auth\.claims\[c\]/,
    ],
    [
      "whose path has a slip of the pen",
      policy("p", [rule("/users", "write"), rule("/order", "read"), rule("/stock", "read")]),
      "p rules[1]",
      /3 of 4 conditions hold, and it lacks paths \(wants \/order, sees \/orders\)/,
    ],
    [
      "among equals the first of the file",
      policy("p", [rule("/orders", "a"), rule("/orders", "b")]),
      "p rules[0]",
      /rules\[0\]: 3 of 4/,
    ],
    [
      "by its nearest source and operation",
      policy("p", [
        ...others(1),
        `{ from: [{ source: { principals: ["a/ns/b/sa/c"], ipBlocks: ["10.0.0.0/8"] } }, { source: { requestPrincipals: ["*/bob"] } }],
           to: [{ operation: { methods: [POST], hosts: ["a"] } }, { operation: { paths: ["/orders"] } }] }`,
      ]),
      "p rules[1]",
      /1 of 2 conditions hold, and it lacks requestPrincipals \(wants \*\/bob, sees/,
    ],
    [
      "of a policy whose only rule has one condition",
      policy("p", [`{ to: [{ operation: { methods: [POST] } }] }`]),
      "p rules[0]",
      /is the only ALLOW rule, and it does not match: its only condition does not hold: methods \(wants POST, sees GET\)/,
    ],
  ];
  for (const [name, policies, nearest, says] of cases) {
    it(name, async () => {
      const { why, reasons } = await explained(policies);
      assert.equal(`${reasons[0]?.name} ${reasons[0]?.rule}`, nearest);
      assert.match(why, says);
    });
  }

  it("and prints it first, with no DENY rule among the reasons", async () => {
    const policies =
      policy("refuse", [`{ to: [{ operation: { paths: ["/admin"] } }] }`], "DENY") +
      policy("many", [...others(59), rule("/orders", "write")]);
    const { stdout } = await runCommand(["explain", "-", ...args], authentication + policies);
    const told = stdout.slice(stdout.indexOf("\nPolicies\n"), stdout.indexOf("\nWhy\n"));
    assert.match(told, /^\nPolicies\n {2}ALLOW foo\/many .*\n {4}✗ rules\[59\] .* 3 of 4 conditions hold\n/);
    assert.doesNotMatch(told, /DENY/);
    assert.match(told, /… and 51 rules more that do not match; --all tells them\n$/);
    const all = (await runCommand(["explain", "-", ...args, "--all"], authentication + policies)).stdout;
    assert.match(all, /DENY foo\/refuse/);
  });

  it("of policies without rules, that they have none", async () => {
    const nothing = policy("nothing", []).replace("spec: { action: ALLOW, rules: [] }", "spec: {}");
    assert.match(
      (await explained(nothing)).why,
      /^ALLOW foo\/nothing has no rules, so it allows no request, and there is no other ALLOW policy\.$/,
    );
    const two = nothing + policy("p", [rule("/orders", "write")]);
    assert.match((await explained(two)).why, /^ALLOW foo\/p rules\[0\] is the only ALLOW rule/);
  });

  it("of a request that a DENY rule refuses, that rule alone", async () => {
    const policies =
      policy(
        "refuse",
        [`{ to: [{ operation: { paths: ["/x"] } }] }`, `{ to: [{ operation: { paths: ["/orders"] } }] }`],
        "DENY",
      ) + policy("permit", others(2));
    const { reasons } = await explained(policies);
    assert.deepEqual(
      reasons.map(({ name, rule: one }) => `${name} ${one}`),
      ["refuse rules[1]"],
    );
  });
});

describe("test tells why", () => {
  const suite = (policies: string, request: string, expect: string) =>
    `policies: [p.yaml]\nfor: foo/app=a\ntokens: { alice: { claims: { scope: read } } }\ntests:\n  - { request: ${request}, token: alice, expect: ${expect} }\n${policies}`;
  const cases: readonly (readonly [string, policies: string, expect: string, says: RegExp, not: RegExp])[] = [
    [
      "a request that no rule allows: the nearest rules, no DENY rule",
      policy("refuse", [`{ to: [{ operation: { paths: ["/admin"] } }] }`], "DENY") +
        policy("many", [...others(9), rule("/orders", "write")]),
      "allow",
      /\| ALLOW foo\/many\[9\] fails at when\[0\]\.values of request\.auth\.claims\[scope\]: wants one of \["write"\], sees \["read"\] \(3 of 4 conditions hold\)\n.*\n.*\n.*\n.*\n.*\| and 5 ALLOW rules more/,
      /DENY/,
    ],
    [
      "a request that a DENY rule refuses: that rule",
      policy("refuse", [`{ to: [{ operation: { paths: ["/orders"] } }] }`], "DENY") +
        policy("permit", others(2)),
      "allow",
      /\| DENY foo\/refuse\[0\] matches\n/,
      /ALLOW/,
    ],
    [
      "a request that is allowed: the rule that does, and the nearest DENY rules",
      policy("refuse", [`{ to: [{ operation: { paths: ["/order"], methods: [GET] } }] }`], "DENY") +
        policy("permit", [...others(2), rule("/orders", "read")]),
      "deny",
      /\| ALLOW foo\/permit\[2\] matches\n.*\| DENY foo\/refuse\[0\] fails at to\[0\]\.operation\.paths/,
      /permit\[0\]/,
    ],
  ];
  for (const [name, policies, expect, says, not] of cases) {
    it(name, async () => {
      const directory = await mkdtemp(`${tmpdir()}/jwt-policy-nearest-`);
      try {
        await writeFile(`${directory}/p.yaml`, authentication + policies);
        await writeFile(`${directory}/a_test.yaml`, suite("", "GET /orders", expect));
        const { stdout, code } = await runCommand(["test", `${directory}/a_test.yaml`]);
        assert.equal(code, 1, stdout);
        assert.match(stdout, says);
        assert.doesNotMatch(stdout, not);
      } finally {
        await rm(directory, { recursive: true });
      }
    });
  }
});
