// Objects that are nearly policies: passed over, a DENY policy would be gone without a word.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policy } from "../lints/lint-case.js";
import { runCommand } from "../string-terminal.js";

const allow = policy("{rules: [{}]}");
const object = (head: string) => `${head}
metadata: {name: deny, namespace: foo}
spec: {action: DENY, rules: [{}]}
---
`;
const both = (apiVersion: string, kind: string) => object(`apiVersion: ${apiVersion}\nkind: ${kind}`);

interface Report {
  readonly findings: readonly {
    readonly id: string;
    readonly message: string;
    readonly remedy: string;
    readonly line: number;
  }[];
}

const cases: readonly (readonly [text: string, id: string, line: number, says: string, remedy: string])[] = [
  [
    both("security.istio.io/v1", "Authorizationpolicy"),
    "JP115",
    2,
    "security.istio.io has no kind Authorizationpolicy",
    "write AuthorizationPolicy",
  ],
  [
    both("security.istio.io/v1", "AuthPolicy"),
    "JP115",
    2,
    "security.istio.io has no kind AuthPolicy",
    "its kinds are RequestAuthentication, AuthorizationPolicy, PeerAuthentication",
  ],
  ...[
    "networking.istio.io/v1",
    "securty.istio.io/v1",
    "security.istio.com/v1",
    "v1",
    "security.istio.io",
  ].map(
    (apiVersion) =>
      [
        both(apiVersion, "AuthorizationPolicy"),
        "JP115",
        1,
        `${apiVersion} has no kind AuthorizationPolicy`,
        "write apiVersion: security.istio.io/v1",
      ] as const,
  ),
  [
    object("kind: RequestAuthentication"),
    "JP103",
    1,
    "apiVersion is missing",
    "write apiVersion: security.istio.io/v1",
  ],
  [
    object("apiVersion: security.istio.io/v1"),
    "JP103",
    1,
    "kind is missing",
    "its kinds are RequestAuthentication, AuthorizationPolicy, PeerAuthentication",
  ],
];

describe("a policy by another name", () => {
  for (const [text, id, line, message, remedy] of cases) {
    it(text.split("\nmetadata")[0], async () => {
      for (const args of [
        ["check"],
        ["render", "--for", "foo/app=a"],
        ["render", "--for", "foo", "--as", "envoy", "--upstream", "127.0.0.1:1"],
      ]) {
        const { code, stdout } = await runCommand([...args, "-", "--json"], text + allow);
        assert.equal(code, 1, stdout);
        const { findings } = JSON.parse(stdout) as Report;
        assert.deepEqual(
          findings.map((one) => [one.id, one.line, one.message, one.remedy]),
          [[id, line, message, remedy]],
        );
      }
      const alone = await runCommand(["check", "-"], text);
      assert.equal(alone.code, 1, alone.stderr);
      const explained = await runCommand(["explain", "-", "--for", "foo"], text + allow);
      assert.notEqual(explained.code, 0, explained.stdout);
      assert.ok(explained.stderr.includes(message), explained.stderr);
    });
  }

  it("of another namespace does not stand in the way of a workload", async () => {
    const text = both("security.istio.io/v1", "AuthPolicy").replace("namespace: foo", "namespace: bar");
    assert.equal((await runCommand(["render", "-", "--for", "foo"], text + allow)).code, 0);
  });

  for (const [apiVersion, kind] of [
    ["policy.linkerd.io/v1alpha1", "AuthorizationPolicy"],
    ["security.istio.io/v1", "PeerAuthentication"],
    ["security.istio.io/v1", "AuthorizationPolicyList"],
    ["v1", "ConfigMap"],
  ] as const) {
    it(`${apiVersion} ${kind} is none`, async () => {
      const { code, stdout } = await runCommand(["check", "-"], both(apiVersion, kind) + allow);
      assert.equal(code, 0, stdout);
    });
  }
});

describe("policies in lists", () => {
  const deny = {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: "deny", namespace: "foo" },
    spec: { action: "DENY", rules: [{}] },
  };
  for (const [name, value] of Object.entries({
    "a bare list": [deny],
    "a list of lists": [[deny], []],
    "a List by another case": { apiVersion: "v1", kind: "list", items: [deny] },
    "a List in a List": {
      apiVersion: "v1",
      kind: "List",
      items: [{ apiVersion: "v1", kind: "List", items: [deny] }],
    },
  })) {
    it(name, async () => {
      const { code, stdout } = await runCommand(
        ["render", "-", "--for", "foo"],
        `${JSON.stringify(value)}\n---\n${allow}`,
      );
      assert.equal(code, 0);
      const { authorizationPolicies } = JSON.parse(stdout) as { authorizationPolicies: { name: string }[] };
      assert.deepEqual(authorizationPolicies.map((one) => one.name).sort(), ["allow", "deny"]);
    });
  }
});
