// Requests on which no token is looked at, and foreign tokens: neither ever gives an identity, and neither loosens anything else.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, jwk, mint, NOW, principalNeeded, rule, trusting, type FilterRequest } from "./filter.js";

const output = { outputPayloadToHeader: "x-jwt-payload", forwardOriginalToken: true };
const base = trusting(rule([jwk("rsa")], output));
const start = (extensions: object, more: object = {}) => Filter.start({ ...base, ...more, extensions });

const expired = mint({ claims: { exp: NOW - 3600 } });
const unknown = mint({ claims: { iss: "https://elsewhere.example.com/" } });
const opaque = "2YotnFZFEjr1zCsicMWpAA";

const UNKNOWN = "401 Jwt issuer is not configured";
const EXPIRED = "401 Jwt is expired";
const FORMAT = "401 Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";

describe("ignoreTokens", () => {
  const entries = [
    { paths: ["/metrics", "/free/*", "*.css"], methods: ["GET", "HEAD"] },
    { hosts: ["health.example.com"], notPaths: ["/admin*"] },
  ];
  const rows: readonly (readonly [request: FilterRequest, outcome: string])[] = [
    [{ path: "/metrics" }, "passes"],
    [{ path: "/metrics?x=/../admin" }, "passes"],
    [{ path: "/metrics", method: "HEAD" }, "passes"],
    [{ path: "/metrics", method: "POST" }, EXPIRED],
    [{ path: "/metrics/" }, EXPIRED],
    [{ path: "/Metrics" }, EXPIRED],
    [{ path: "/free/a/b.c/..d" }, "passes"],
    [{ path: "/free/" }, "passes"],
    [{ path: "/a/b.css" }, "passes"],
    [{ path: "/", authority: "HEALTH.example.com" }, "passes"],
    [{ path: "/admin", authority: "health.example.com" }, EXPIRED],
    [{ path: "/", authority: "health.example.com.evil" }, EXPIRED],
    // What can be read in two ways.
    [{ path: "/free/../admin" }, EXPIRED],
    [{ path: "/free/.." }, EXPIRED],
    [{ path: "/free/./a" }, EXPIRED],
    [{ path: "/free//a" }, EXPIRED],
    [{ path: "//metrics.css" }, EXPIRED],
    [{ path: "/free/%2e%2e/admin" }, EXPIRED],
    [{ path: "/free/..%2fadmin" }, EXPIRED],
    [{ path: "/free/%252e/a" }, EXPIRED],
    [{ path: "/free\\..\\admin" }, EXPIRED],
    [{ path: "/free/..;/admin" }, EXPIRED],
    [{ path: "/metrics#/../admin" }, EXPIRED],
    [{ path: "/admin;.css" }, EXPIRED],
  ];
  it("is for the paths, methods and hosts that it names", async () => {
    const filter = await start({ ignoreTokens: entries });
    for (const [request, outcome] of rows)
      assert.equal(filter.outcome({ ...request, token: expired }), outcome, JSON.stringify(request));
  });

  it("gives no identity, whatever the token; the policies decide as of a request without one", async () => {
    const filter = await start({ ignoreTokens: entries }, principalNeeded);
    for (const token of [mint({}), expired, opaque]) {
      assert.equal(filter.outcome({ path: "/metrics", token }), "403 RBAC: access denied");
      // Not even for a token that is remembered.
      assert.equal(filter.outcome({ path: "/else", token: mint({}) }), "passes");
      assert.equal(filter.outcome({ path: "/metrics", token: mint({}) }), "403 RBAC: access denied");
    }
  });

  it("takes a client's copies of output headers out, and leaves the token", async () => {
    const filter = await start({ ignoreTokens: entries });
    const { headers } = filter.send({
      path: "/metrics",
      token: mint({}),
      headers: [["X-Jwt-Payload", "forged"]],
    });
    assert.deepEqual(
      headers.map(([name]) => name),
      ["authorization"],
    );
  });

  it("holds where a rule requires its token", async () => {
    const required = trusting(rule([jwk("rsa")], { presence: "REQUIRED" }));
    const filter = await start({ ignoreTokens: entries }, required);
    assert.equal(filter.outcome({ path: "/metrics" }), "passes");
    assert.equal(filter.outcome({ path: "/free/../x" }), "401 Jwt is missing");
  });
});

describe("foreignTokens", () => {
  const all = { foreignTokens: [{ kinds: ["UNKNOWN_ISSUER", "NOT_JWT"] }] };
  const some = {
    foreignTokens: [
      { kinds: ["UNKNOWN_ISSUER"], paths: ["/a/*"] },
      { kinds: ["NOT_JWT"], paths: ["/b/*"] },
    ],
  };

  it("are of the kinds and for the requests that are named", async () => {
    const filter = await start(some);
    const rows: readonly (readonly [path: string, token: string, outcome: string])[] = [
      ["/a/x", unknown, "passes"],
      ["/a/x", opaque, FORMAT],
      ["/b/x", unknown, UNKNOWN],
      ["/b/x", opaque, "passes"],
      ["/b/x", "a.b", "passes"],
      ["/b/x", "e30x.e30.AA", "passes"],
      ["/b/%78", opaque, FORMAT],
      ["/b/../a/x", opaque, FORMAT],
      ["/c", unknown, UNKNOWN],
      ["/a/x", expired, EXPIRED],
      ["/b/x", expired, EXPIRED],
    ];
    for (const [path, token, outcome] of rows) assert.equal(filter.outcome({ path, token }), outcome, path);
  });

  it("a JWT of a known issuer is good or refused", async () => {
    const filter = await start(all);
    const bad: readonly (readonly [what: string, token: string])[] = [
      ["expired", expired],
      ["forged", mint({}).replace(/.{4}$/, "AAAA")],
      ["alg none", `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.AA`],
      ["a payload that is no JSON", `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.eA.AA`],
    ];
    for (const [what, token] of bad) assert.match(filter.outcome({ token }), /^401/, what);
  });

  it("gives no identity, and passes on what was sent: nothing that a good token beside it has caused", async () => {
    const header = { fromHeaders: [{ name: "x-one" }, { name: "x-two" }] };
    const rules = trusting(rule([jwk("rsa")], { ...header, outputPayloadToHeader: "x-jwt-payload" }));
    const filter = await start(all, rules);
    for (let i = 0; i < 3; i++) {
      for (const other of [unknown, opaque]) {
        for (const [first, second] of [
          [mint({}), other],
          [other, mint({})],
        ] as const) {
          const { status, headers } = filter.send({
            headers: [
              ["x-one", first],
              ["x-two", second],
              ["x-jwt-payload", "forged"],
            ],
          });
          assert.equal(status, 200);
          assert.deepEqual(headers, [
            ["x-one", first],
            ["x-two", second],
          ]);
        }
      }
    }
    const strict = await start(all, { ...rules, ...principalNeeded });
    assert.equal(
      strict.outcome({
        headers: [
          ["x-one", mint({})],
          ["x-two", opaque],
        ],
      }),
      "403 RBAC: access denied",
    );
  });

  it("are refused where a rule requires its token", async () => {
    const required = trusting(rule([jwk("rsa")], { presence: "REQUIRED" }));
    const filter = await start(all, required);
    assert.equal(filter.outcome({ token: opaque }), FORMAT);
    assert.equal(filter.outcome({ token: unknown }), UNKNOWN);
  });
});

describe("the configuration refuses", () => {
  const rows: readonly (readonly [extensions: object, says: RegExp])[] = [
    [{ ignoreTokens: [] }, /extensions.ignoreTokens: must not be empty/],
    [{ ignoreTokens: [{}] }, /extensions.ignoreTokens\[0\]: must name paths, methods or hosts/],
    [{ ignoreTokens: [{ paths: [] }] }, /extensions.ignoreTokens\[0\]: must name paths, methods or hosts/],
    [
      { ignoreTokens: [{ path: ["/a"] }] },
      /extensions.ignoreTokens\[0\].path: unknown field; did you mean paths\?/,
    ],
    [{ ignoreTokens: [{ ports: ["80"] }] }, /extensions.ignoreTokens\[0\].ports: unknown field/],
    [{ ignoreTokens: [{ paths: ["/{a}"] }] }, /extensions.ignoreTokens\[0\].paths: /],
    [
      { ignoreTokens: Array(65).fill({ paths: ["/a"] }) },
      /extensions.ignoreTokens: must have at most 64 items/,
    ],
    [{ foreignTokens: [{}] }, /extensions.foreignTokens\[0\].kinds: must name/],
    [
      { foreignTokens: [{ kinds: ["EXPIRED"] }] },
      /extensions.foreignTokens\[0\].kinds\[0\]: must be UNKNOWN_ISSUER or NOT_JWT/,
    ],
    [{ ignoredTokens: [] }, /extensions.ignoredTokens: unknown field; did you mean ignoreTokens\?/],
  ];
  for (const [extensions, says] of rows) {
    it(JSON.stringify(extensions).slice(0, 80), async () => {
      const said = await Filter.tryStart({ ...base, extensions });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });
  }
});
