// extensions.claimPolicies that compare a claim with the request: what an attacker sends to be somebody else's tenant. CEL in Envoy's rbac is the referee of
// what is plain (tests/envoy/beside/claims/claim-policies.test.ts); here is what must equal nothing.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pair } from "../../host/index.js";
import { Filter, jwk, mint, rule, trusting, type FilterRequest } from "./filter.js";

type Claims = Readonly<Record<string, unknown>>;

const base = trusting(rule([jwk("rsa")]));
const denied = "403 RBAC: access denied";
const start = (condition: object, policy: object = {}) =>
  Filter.start({
    ...base,
    extensions: { claimPolicies: [{ name: "own", rules: [{ claims: [condition] }], ...policy }] },
  });

const of = (claims: Claims, request: FilterRequest): FilterRequest => ({
  token: mint({ claims }),
  ...request,
});
const path = (path: string, tenant: unknown = "acme") => of({ tenant }, { path });
const header = (tenant: unknown, ...lines: readonly string[]) =>
  of({ tenant }, { headers: lines.map((line): Pair => ["x-tenant", line]) });

const segment = { claim: ["tenant"], equalsSegment: 2 };
const template = { claim: ["tenant"], equalsPath: "/t/{claim}/{*}/{**}" };
const inHeader = { claim: ["tenant"], equalsHeader: "X-Tenant" };

/** Paths of which none is acme's for certain, whatever an upstream makes of them. */
const unclear = [
  "/t/%61cme/a/b",
  "/t/acme%2f..%2fother/a/b",
  "/t/acme;a/a/b",
  "/t/acme/a;b/b",
  "/t/acme/../other/a",
  "/t/acme/./a/b",
  "/t/acme/a/..",
  "/t/acme/a/b/..?",
  "/t/acme//a/b",
  "//t/acme/a/b",
  "/t//acme/a/b",
  "/t/acme\\a/b",
  "/t/acme/a/b#c",
  "/t/acme/a/b#?c",
  "/t/acme/a/%2e%2e/b",
];

describe("a claim is compared with the request", () => {
  const rows: readonly (readonly [
    condition: object,
    yes: readonly FilterRequest[],
    no: readonly FilterRequest[],
  ])[] = [
    [
      segment,
      [
        path("/t/acme/a/b"),
        path("/t/acme"),
        path("/t/acme/"),
        path("/t/acme?t=other#%/.."),
        path("/t/acme/a", ["other", "acme"]),
        path("/t/42", 42),
        path("/t/-42", -42),
        path("/t/0", -0),
        path("/t/9007199254740991", 9007199254740991),
        path("/t/@a:b+c", "@a:b+c"),
      ],
      [
        ...unclear.map((one) => path(one)),
        path("/t/acm"),
        path("/t/acmee"),
        path("/t/ACME"),
        path("/acme/t"),
        path("/t"),
        path("/t/"),
        path("/t/", ""),
        path("/t?/acme"),
        path("*"),
        path("t/acme"),
        // The token, too, must say it as the path does.
        path("/t/%61cme", "%61cme"),
        path("/t/a;b", "a;b"),
        path("/t/..", ".."),
        // UTF-8, as the host has its bytes.
        path("/t/\u00c3\u00a9", "é"),
        path("/t/-", 0),
        path("/t/", 0),
        path("/t", 0),
        path("/t/4a", 89),
        path("/t/1e", 63),
        path("/t/042", 42),
        path("/t/42.0", 42),
        path("/t/4.5", 4.5),
        path("/t/+42", 42),
        path("/t/-0", 0),
        path("/t/1e2", 100),
        path("/t/9007199254740992", 9007199254740992),
        path("/t/9007199254740993", 9007199254740993),
        path("/t/NaN", null),
        path("/t/null", null),
        path("/t/true", true),
        path("/t/acme", {}),
        path("/t/acme", { tenant: "acme" }),
        path("/t/acme", []),
        path("/t/acme", [["acme"]]),
        path("/t/acme", "acme "),
        of({}, { path: "/t/acme" }),
        { path: "/t/acme" },
      ],
    ],
    [
      template,
      [path("/t/acme/a/b"), path("/t/acme/a/b/c?d"), path("/t/acme/a/")],
      [
        ...unclear.map((one) => path(one)),
        path("/t/acme"),
        path("/t/acme/a"),
        path("/u/acme/a/b"),
        path("/t/other/acme/b"),
        path("/t//a/b", ""),
        path("/x/t/acme/a/b"),
        of({}, { path: "/t/acme/a/b" }),
        { path: "/t/acme/a/b" },
      ],
    ],
    [
      { claim: ["tenant"], equalsPath: "/t/{claim}" },
      [path("/t/acme"), path("/t/acme?a")],
      [path("/t/acme/"), path("/t/acme/a"), path("/t/acmea"), path("/tt/acme")],
    ],
    [
      { claim: ["tenant"], equalsPath: "/{*}/{claim}/end" },
      [path("/a/acme/end")],
      [path("/acme/a/end"), path("/a/acme/end/"), path("/a/acme/b/end")],
    ],
    [
      inHeader,
      [header("acme", "acme"), header(["a", "acme"], "acme"), header(7, "7"), header("a b", "a b")],
      [
        header("acme"),
        header("acme", ""),
        header("", ""),
        header("acme", "Acme"),
        header("acme", "acme", "acme"),
        header("acme", "acme", "other"),
        header("acme", "other", "acme"),
        header("acme", "", "acme"),
        header("acme", "acme,other"),
        header("acme", "other, acme"),
        header("a,b", "a,b"),
        header(["a", "b"], "a,b"),
        header("acme", " acme"),
        header(" acme", " acme"),
        header("acme ", "acme "),
        header(0),
        header(0, ""),
        header(0, "0", "0"),
        header("acme\t", "acme\t"),
        header("a\tb", "a\tb"),
        // UTF-8, as the host has its bytes, and as somebody else may read them.
        header("é", "\u00c3\u00a9"),
        header("\u00c3\u00a9", "\u00c3\u00a9"),
        header(7, "07"),
        header(true, "true"),
        header(null, "null"),
        header({}, "acme"),
        of({ tenant: "acme" }, { headers: [["x-tenants", "acme"]] }),
        { headers: [["x-tenant", "acme"]] },
      ],
    ],
    [
      { claim: ["tenant"], equalsHeader: "x-tenant", every: true },
      [header("acme", "acme"), header(["acme", "acme"], "acme")],
      [header(["acme", "b"], "acme"), header([], "acme"), header(["acme"]), header(["acme", 1], "acme")],
    ],
    [{ claim: ["tenant"], equalsSegment: 1 }, [path("/acme")], [path("xacme"), path("*", "")]],
    [
      { claim: ["a.b", "t"], equalsSegment: 1 },
      [of({ "a.b": { t: "x" } }, { path: "/x" }), of({ "a.b": [{ t: "y" }, { t: "x" }] }, { path: "/x" })],
      [of({ a: { b: { t: "x" } } }, { path: "/x" }), of({ "a.b": "x" }, { path: "/x" })],
    ],
  ];
  for (const [condition, yes, no] of rows) {
    it(JSON.stringify(condition), async () => {
      const filter = await start(condition);
      const opposite = await start({ ...condition, every: false, not: true }, { action: "DENY" });
      for (const [requests, outcome] of [
        [yes, "passes"],
        [no, denied],
      ] as const)
        for (const request of requests) {
          const { path, headers } = request;
          assert.equal(filter.outcome(request), outcome, JSON.stringify([path, headers, request.token]));
          // What cannot be compared is denied by the opposite, too.
          if (!("every" in condition)) assert.equal(opposite.outcome(request), outcome, JSON.stringify(path));
        }
      filter.stop();
      opposite.stop();
    });
  }

  it("and where it equals nothing, DENY without `not` denies nothing", async () => {
    const filter = await start(segment, { action: "DENY" });
    assert.equal(filter.outcome(path("/t/acme")), denied);
    for (const one of ["/t/other", "/t/%61cme", "/t//acme"])
      assert.equal(filter.outcome(path(one)), "passes");
  });
});

describe("a token that is remembered", () => {
  it("is compared with each request anew", async () => {
    const filter = await start(segment);
    const token = mint({ claims: { tenant: "acme" } });
    const other = mint({ claims: { tenant: "other" } });
    for (let i = 0; i < 3; i++) {
      assert.equal(filter.outcome({ token, path: "/t/acme/a" }), "passes");
      assert.equal(filter.outcome({ token, path: "/t/other/a" }), denied);
      assert.equal(filter.outcome({ token: other, path: "/t/other/a" }), "passes");
      assert.equal(filter.outcome({ token: other, path: "/t/acme/a" }), denied);
      assert.equal(filter.outcome({ path: "/t/acme/a" }), denied);
    }
  });

  it("is compared with what each request has in the header", async () => {
    const filter = await start(inHeader);
    const token = mint({ claims: { tenant: "acme" } });
    const send = (...values: readonly string[]) =>
      filter.outcome({ token, headers: values.map((value): Pair => ["x-tenant", value]) });
    for (let i = 0; i < 3; i++) {
      assert.equal(send("acme"), "passes");
      assert.equal(send("other"), denied);
      assert.equal(send(), denied);
      assert.equal(send("acme", "other"), denied);
    }
  });
});

describe("a header that the filter writes", () => {
  it("is compared as it is then, not as the client sent it", async () => {
    const writes = trusting(
      rule([jwk("rsa")], { outputClaimToHeaders: [{ header: "x-tenant", claim: "org" }] }),
    );
    const filter = await Filter.start({
      ...writes,
      extensions: { claimPolicies: [{ name: "own", rules: [{ claims: [inHeader] }] }] },
    });
    const headers: readonly Pair[] = [["x-tenant", "acme"]];
    assert.equal(filter.outcome(of({ tenant: "acme" }, { headers })), denied);
    assert.equal(filter.outcome(of({ tenant: "acme", org: "other" }, { headers })), denied);
    assert.equal(filter.outcome(of({ tenant: "acme", org: "acme" }, {})), "passes");
  });
});

describe("refused", () => {
  const rows: readonly (readonly [condition: object, says: RegExp])[] = [
    [{ equalsHeader: "" }, /claims\[0\].equalsHeader: must be a header name/],
    [{ equalsHeader: ":path" }, /claims\[0\].equalsHeader: must be a header name/],
    [{ equalsHeader: "a b" }, /claims\[0\].equalsHeader: must be a header name/],
    [{ equalsHeader: ["a"] }, /claims\[0\].equalsHeader: must be a string/],
    [{ equalsHeader: "a", equalsSegment: 1 }, /claims\[0\]: must have one of lessThan/],
    [{ equalsSegment: 0 }, /claims\[0\].equalsSegment: must be a whole number from 1 to 64/],
    [{ equalsSegment: 65 }, /claims\[0\].equalsSegment: must be a whole number from 1 to 64/],
    [{ equalsSegment: 1.5 }, /claims\[0\].equalsSegment: must be a whole number/],
    [{ equalsSegment: "1" }, /claims\[0\].equalsSegment: must be a whole number/],
    [{ equalsSegment: null }, /claims\[0\].equalsSegment: must/],
    [{ equalsPath: "/a" }, /claims\[0\].equalsPath: must have \{claim\} as one segment/],
    [
      { equalsPath: "/{claim}/{claim}" },
      /claims\[0\].equalsPath: must have \{claim\} as one segment, and once/,
    ],
    [{ equalsPath: "/a{claim}" }, /claims\[0\].equalsPath: .*beyond a supported path template/],
    [{ equalsPath: "/{**}/{claim}" }, /claims\[0\].equalsPath: .*not the last operator/],
    [{ equalsPath: "/{tenant}/{claim}" }, /claims\[0\].equalsPath: .*beyond a supported path template/],
    [{ equalsPath: "a/{claim}" }, /claims\[0\].equalsPath: a path template must begin with/],
    [{ equalsPath: "/{claim}/*" }, /claims\[0\].equalsPath: .*invalid string literal/],
    [{ equalsHeader: "a", every: true, not: true }, /claims\[0\].not: excludes every/],
  ];
  for (const [condition, says] of rows)
    it(JSON.stringify(condition), async () => {
      const claimPolicies = [{ name: "a", rules: [{ claims: [{ claim: ["a"], ...condition }] }] }];
      const said = await Filter.tryStart({ ...base, extensions: { claimPolicies } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });

  it("more than 256 things to compare with", async () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ claims: [{ claim: ["a"], equalsHeader: `x-${i}` }] }));
    const configuration = (count: number) => ({
      ...base,
      extensions: { claimPolicies: [{ name: "a", rules: rules(count) }] },
    });
    assert.ok(!Array.isArray(await Filter.tryStart(configuration(256))));
    const said = await Filter.tryStart(configuration(257));
    assert.ok(Array.isArray(said));
    assert.match(said.join("\n"), /rules\[256\].claims\[0\].equalsHeader: too many/);
  });
});
