// Edges of the policy engine that random policies do not reach: order of names, dynamic metadata, bytes that are no text, aliases.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { holds } from "../../seeded/properties.js";
import { PolicyEngine, type PolicyAnswer, type PolicyRequest } from "./engine.js";

let engine: PolicyEngine;
before(async () => {
  engine = await PolicyEngine.start();
});

function configure(policies: object[], more: object = {}): void {
  const named = policies.map((policy, i) => ({ name: `p${i}`, namespace: "n", ...policy }));
  assert.deepEqual(engine.configure({ authorizationPolicies: named, ...more }), []);
}

function ask(request: Partial<PolicyRequest> = {}, path: string | Buffer = "/"): PolicyAnswer {
  return engine.ask({
    headers: [
      [":method", "GET"],
      [":path", path],
      [":authority", "h"],
    ],
    ...request,
  });
}

const operation = (fields: object): object => ({ rules: [{ to: [{ operation: fields }] }] });
const when = (key: string, values: string[]): object => ({ rules: [{ when: [{ key, values }] }] });

test("without policies all is allowed; an ALLOW policy without rules allows nothing, a dry run changes nothing", () => {
  configure([]);
  assert.equal(ask().allowed, true);
  configure([{}]);
  assert.deepEqual([ask().allowed, ask().matched], [false, null]);
  configure([{}, { rules: [{}] }]);
  assert.deepEqual([ask().allowed, ask().matched], [true, "ns[n]-policy[p1]-rule[0]"]);
  configure([{ dryRun: true }]);
  assert.equal(ask().allowed, true);
  configure([{ action: "DENY", dryRun: true, rules: [{}] }]);
  assert.deepEqual([ask().allowed, ask().dryRunDeny], [true, "ns[n]-policy[p0]-rule[0]"]);
});

test("of several rules that match, the first in the order of their names' bytes is named", () => {
  const twelve = Array.from({ length: 12 }, (_, i) =>
    i === 2 || i === 10 ? {} : { to: [{ operation: { paths: ["/x"] } }] },
  );
  configure([
    { name: "b", rules: [{}] },
    { name: "a", rules: twelve },
  ]);
  assert.equal(ask().matched, "ns[n]-policy[a]-rule[10]");
  configure([
    { name: "a", rules: [{}] },
    { name: "a-b", rules: [{}] },
  ]);
  assert.equal(ask().matched, "ns[n]-policy[a-b]-rule[0]");
});

test("a trust domain's aliases stand for it", () => {
  const more = { trustDomain: "own", trustDomainAliases: ["old"] };
  const principals = (value: string): object => ({
    rules: [{ from: [{ source: { principals: [value] } }] }],
  });
  const peer = (domain: string): boolean => ask({ peerNames: [`spiffe://${domain}/ns/a/sa/b`] }).allowed;
  configure([principals("cluster.local/ns/a/sa/b")], more);
  assert.deepEqual(["own", "old", "cluster.local", "x"].map(peer), [true, true, false, false]);
  configure([principals("x/ns/a/sa/b")], more);
  assert.deepEqual(["own", "x"].map(peer), [false, true]);
  configure([{ rules: [{ from: [{ source: { trustDomains: ["old"] } }] }] }], more);
  assert.deepEqual(["own", "old", "x"].map(peer), [true, true, false]);
});

test("Host in a condition is :authority, as in Envoy's header map", () => {
  configure([when("request.headers[Host]", ["h"])]);
  assert.equal(ask().allowed, true);
});

/** A length-delimited protobuf field. */
function field(number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string);
  assert.ok(bytes.length < 128);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
const entry = (key: string, value: Buffer): Buffer =>
  field(1, Buffer.concat([field(1, key), field(2, value)]));
const text = (value: string): Buffer => field(3, value);
const list = (...values: Buffer[]): Buffer => field(6, Buffer.concat(values.map((value) => field(1, value))));

test("dynamic metadata: strings and lists by filter and key", () => {
  const number = Buffer.concat([Buffer.from([0x11]), Buffer.alloc(8)]);
  const dynamicMetadata = Buffer.concat([
    entry("envoy.filters.http.other", entry("k", text("v"))),
    entry(
      "envoy.filters.http.x",
      Buffer.concat([
        entry("n", number),
        entry("k", text("v1")),
        entry("l", list(text("a"), number, text("b"))),
      ]),
    ),
  ]);
  const key = (name: string): string => `experimental.envoy.filters.http.x[${name}]`;
  const cases: [key: string, value: string, allowed: boolean][] = [
    [key("k"), "v1", true],
    [key("k"), "v*", true],
    [key("k"), "*1", true],
    [key("k"), "*", true],
    [key("k"), "v", false],
    [key("k"), "[v1]", false],
    [key("k"), "[*]", false],
    [key("l"), "[b]", true],
    [key("l"), "[*]", true],
    [key("l"), "[[a]]", true],
    [key("l"), "b", false],
    [key("l"), "[c]", false],
    [key("n"), "*", false],
    [key("missing"), "*", false],
    ["experimental.envoy.filters.http.other[k]", "v", true],
  ];
  for (const [name, value, allowed] of cases) {
    configure([when(name, [value])]);
    assert.equal(ask({ dynamicMetadata }).allowed, allowed, `${name} ${value}`);
    assert.equal(ask().allowed, false);
  }
});

test("bytes that are no UTF-8 are compared as bytes, and are text for *, as a line feed is not", () => {
  const bytes = Buffer.from("2fff61", "hex");
  configure([operation({ paths: ["*"] })]);
  assert.equal(ask({}, bytes).allowed, true);
  assert.equal(ask({}, Buffer.from("2f0a61", "hex")).allowed, false);
  configure([operation({ paths: ["*a"] })]);
  assert.equal(ask({}, bytes).allowed, true);
  configure([operation({ paths: ["/*"] })]);
  assert.equal(ask({}, bytes).allowed, true);
});

test("any bytes in headers and metadata give an answer, and the explanation agrees with it", () => {
  configure([
    operation({ paths: ["/a*", "*b", "/{*}/c/{**}", "*"], notHosts: ["*a", "b*"], notMethods: ["*T"] }),
    { action: "DENY", ...when("request.headers[x]", ["*\u00e9", "a*", "*"]) },
    { action: "DENY", rules: [{ from: [{ source: { namespaces: ["*a*"], notPrincipals: ["*b"] } }] }] },
    {
      action: "DENY",
      rules: [
        { from: [{ source: { serviceAccounts: ["a"] } }] },
        { from: [{ source: { trustDomains: ["a*"] } }] },
      ],
    },
    { action: "DENY", ...when("experimental.envoy.filters.x[a]", ["*", "[*]"]) },
    { action: "DENY", ...when("remote.ip", ["::/0", "0.0.0.0/0"]) },
    { action: "DENY", ...when("connection.sni", ["*"]) },
  ]);
  const bytes = fc.uint8Array({ maxLength: 24 }).map((array) => Buffer.from(array));
  const name = fc.string({ maxLength: 24 }).map((part) => `spiffe://a/ns/a/${part}`);
  const request = fc.record(
    {
      headers: fc
        .tuple(bytes, bytes, bytes, bytes)
        .map(([method, path, host, x]): PolicyRequest["headers"] => [
          [":method", method],
          [":path", path],
          [":authority", host],
          ["x", x],
        ]),
      dynamicMetadata: fc.oneof(
        bytes,
        bytes.map((value) => entry("envoy.filters.x", entry("a", value.subarray(0, 20)))),
      ),
      remoteAddress: fc.oneof(
        fc.string(),
        fc.ipV4(),
        fc.ipV6(),
        fc.ipV6().map((ip) => `[${ip}]:80`),
      ),
      serverName: fc.string(),
      peerNames: fc.array(fc.oneof(fc.string(), name), { maxLength: 3 }),
    },
    { requiredKeys: ["headers"] },
  );
  holds(
    "any-bytes-in-policies",
    fc.property(request, (asked) => {
      const { allowed, rules } = engine.ask(asked);
      const matching = Object.entries(rules).flatMap(([rule, why]) => (why === "" ? [rule] : []));
      assert.equal(allowed, matching.length === 1 && matching[0] === "ns[n]-policy[p0]-rule[0]");
    }),
    { numRuns: 2000 },
  );
});
