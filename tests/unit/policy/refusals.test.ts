// What the filter refuses in authorizationPolicies: each message names the place, and says what Istio's validation says.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PolicyEngine } from "./engine.js";

let engine: PolicyEngine;
before(async () => {
  engine = await PolicyEngine.start();
});

const refused = (spec: object, more: object = {}): string[] =>
  engine.configure({ authorizationPolicies: [{ name: "p", namespace: "n", ...spec }], ...more });
const source = (fields: object): object => ({ rules: [{ from: [{ source: fields }] }] });
const operation = (fields: object): object => ({ rules: [{ to: [{ operation: fields }] }] });
const when = (condition: object): object => ({ rules: [{ when: [condition] }] });

const CASES: [spec: object, path: string, message: RegExp][] = [
  [{ name: "" }, ".name", /must be set/],
  [{ action: "CUSTOM", rules: [{}] }, ".action", /external authorizer/],
  [{ action: "allow" }, ".action", /ALLOW, DENY or AUDIT/],
  [{ action: "DENY" }, ".rules", /DENY action without `rules` is meaningless/],
  [{ action: "DENY", rules: [] }, ".rules", /DENY action without `rules` is meaningless/],
  [{ selector: {} }, ".selector", /not read by the filter/],
  [{ targetRef: {} }, ".targetRef", /not read by the filter/],
  [{ targetRefs: [] }, ".targetRefs", /not read by the filter/],
  [{ provider: { name: "x" } }, ".provider", /must not be with non CUSTOM action/],
  [{ rule: [] }, ".rule", /unknown field; did you mean rules\?/],
  [{ rules: [null] }, ".rules[0]", /must be an object, not null/],
  [{ rules: [{ from: [] }] }, ".rules[0].from", /`from` must not be empty, found at rule 0/],
  [{ rules: [{ to: [] }] }, ".rules[0].to", /`to` must not be empty/],
  [{ rules: [{ from: [{}] }] }, ".rules[0].from[0].source", /must not be nil/],
  [source({}), ".rules[0].from[0].source", /`from.source` must not be empty/],
  [operation({}), ".rules[0].to[0].operation", /`to.operation` must not be empty/],
  [source({ principals: [] }), ".rules[0].from[0].source", /must not be empty/],
  [source({ principals: [""] }), ".rules[0].from[0].source.principals", /empty value not allowed/],
  [source({ principal: ["a"] }), ".rules[0].from[0].source.principal", /did you mean principals\?/],
  [source({ notNamespaces: ["a", ""] }), ".rules[0].from[0].source.notNamespaces", /empty value/],
  [source({ serviceAccounts: ["*"] }), ".rules[0].from[0].source.serviceAccounts", /wildcard not allowed/],
  [source({ serviceAccounts: ["a/b/c"] }), ".rules[0].from[0].source.serviceAccounts", /expected format/],
  [source({ serviceAccounts: ["a".repeat(321)] }), ".rules[0].from[0].source.serviceAccounts", /320/],
  [source({ serviceAccounts: Array(17).fill("a") }), ".rules[0].from[0].source.serviceAccounts", /16/],
  [
    source({ serviceAccounts: ["a"], principals: [] }),
    ".rules[0].from[0].source.serviceAccounts",
    /with namespaces or principals/,
  ],
  [source({ trustDomains: ["a*b"] }), ".rules[0].from[0].source.trustDomains", /start or end/],
  [source({ trustDomains: ["*a*"] }), ".rules[0].from[0].source.trustDomains", /at most one wildcard/],
  [source({ trustDomains: ["a/b"] }), ".rules[0].from[0].source.trustDomains", /must not contain '\/'/],
  [source({ remoteIpBlocks: ["1.2.3"] }), ".rules[0].from[0].source.remoteIpBlocks", /bad IP address/],
  [source({ remoteIpBlocks: ["::/129"] }), ".rules[0].from[0].source.remoteIpBlocks", /bad CIDR range/],
  [source({ ipBlocks: ["1.2.3.4"] }), ".rules[0].from[0].source.ipBlocks", /set directRemoteAddress/],
  [operation({ ports: ["65536"] }), ".rules[0].to[0].operation.ports", /bad port \(65536\)/],
  [operation({ ports: ["+1"] }), ".rules[0].to[0].operation.ports", /bad port/],
  [operation({ ports: [80] }), ".rules[0].to[0].operation.ports[0]", /must be a string, not a number/],
  [operation({ paths: ["/{x}"] }), ".rules[0].to[0].operation.paths", /Contains '{' or '}'/],
  [operation({ paths: ["/{**}/{*}"] }), ".rules[0].to[0].operation.paths", /not the last operator/],
  [operation({ notPaths: ["/a*/{*}"] }), ".rules[0].to[0].operation.notPaths", /invalid string literal/],
  [operation({ paths: ["{*}"] }), ".rules[0].to[0].operation.paths", /must begin with \//],
  [when({ values: ["a"] }), ".rules[0].when[0].key", /`key` must not be empty/],
  [when({ key: "source.ip" }), ".rules[0].when[0].values", /at least one of `values` or `notValues`/],
  [when({ key: "foo", values: ["a"] }), ".rules[0].when[0].key", /unknown attribute: foo/],
  [when({ key: "request.headers", values: ["a"] }), ".rules[0].when[0].key", /should have format a\[b\]/],
  [when({ key: "request.headersX[a]", values: ["a"] }), ".rules[0].when[0].key", /should have format/],
  [when({ key: "request.auth.claims[a][]", values: ["a"] }), ".rules[0].when[0].key", /should have format/],
  [when({ key: "destination.user", values: ["a"] }), ".rules[0].when[0].key", /deprecated/],
  [when({ key: "remote.ip", notValues: ["x"] }), ".rules[0].when[0].notValues", /invalid `notValue`.*bad IP/],
  [when({ key: "source.ip", values: ["::"] }), ".rules[0].when[0].values", /set directRemoteAddress/],
];

for (const [spec, path, message] of CASES) {
  test(`refuses ${JSON.stringify(spec).slice(0, 90)}`, () => {
    const errors = refused(spec);
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.ok(errors[0]!.startsWith(`authorizationPolicies[0]${path}: `), errors[0]);
    assert.match(errors[0]!, message);
  });
}

test("two policies of one name are refused", () => {
  const policy = { name: "p", namespace: "n" };
  assert.match(engine.configure({ authorizationPolicies: [policy, policy] })[0]!, /another policy n\/p/);
});

test("what Istio accepts is accepted", () => {
  const long = "/{*}/{*}/{*}/{*}/{*}/{*}/a/{**}/b/c/";
  for (const spec of [
    {},
    { rules: [] },
    { action: "AUDIT", rules: [{}] },
    { action: "DENY", rules: [{}], dryRun: true },
    source({ remoteIpBlocks: ["1.2.3.4/8", "::ffff:1.2.3.4/96", "fe80::1%eth0", "1:2:3:4:5:6:1.2.3.4"] }),
    source({ serviceAccounts: ["a", "a/b"], requestPrincipals: ["*"], trustDomains: ["t*"] }),
    operation({ ports: ["080"], paths: ["/a/{*}/", long, "*a*", "/"] }),
    when({ key: "request.auth.claims[a[b]", values: ["x"] }),
    when({ key: "source.trustDomain", values: ["a/b"] }),
  ])
    assert.deepEqual(refused(spec), []);
  assert.deepEqual(refused(source({ ipBlocks: ["1.2.3.4"] }), { directRemoteAddress: "key" }), []);
});

test("a rule with too many combinations is refused, one whose alternatives join is not", () => {
  const sources = (n: number, other: boolean): object[] =>
    Array.from({ length: n }, (_, i) => ({
      source: { namespaces: [`n${i}`], ...(other && { notPrincipals: [`p${i}`] }) },
    }));
  const to = Array.from({ length: 200 }, (_, i) => ({
    operation: { methods: ["GET"], notPaths: [`/${i}`] },
  }));
  assert.deepEqual(refused({ rules: [{ from: sources(512, false), to }] }), []);
  assert.match(refused({ rules: [{ from: sources(512, true), to }] })[0]!, /too many combinations/);
});
