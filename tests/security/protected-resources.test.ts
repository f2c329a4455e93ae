// Protected resources (RFC 6750, RFC 9728, RFC 8707): what clients are told, what they are not, and which tokens are taken.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import { Filter, jwk, mint, rule, trusting, type FilterRequest } from "./filter.js";

const resource = "https://mcp.example.com/mcp";
const metadataUrl = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
const bearer = `Bearer resource_metadata="${metadataUrl}"`;
const issuer = "https://idp.example.com/";
const keys = rule([jwk("rsa")], { issuer });
const told = { resource, scopes: ["tools:read", "tools:write", "admin"] };

const token = (claims: object = {}) =>
  mint({ key: "rsa", claims: { iss: issuer, sub: "s", aud: resource, ...claims } });

interface Rule {
  readonly from?: object[];
  readonly to?: object[];
  readonly when?: object[];
}
const allow = (...rules: Rule[]) => ({ name: "may", namespace: "foo", rules });
const deny = (...rules: Rule[]) => ({ name: "not", namespace: "foo", action: "DENY", rules });
const scope = (...values: string[]) => ({ key: "request.auth.claims[scope]", values });
const anybody = { source: { requestPrincipals: ["*"] } };

const start = (policies: object[], resources: object[] = [told], rules: object[] = [keys]) =>
  Filter.start({
    ...trusting(...rules),
    authorizationPolicies: policies,
    extensions: { protectedResources: resources },
  });

const challengeOf = (filter: Filter, request: FilterRequest) => {
  const { status, headers } = filter.send({ path: "/mcp", ...request });
  const values = headers.filter(([name]) => name === "www-authenticate").map(([, value]) => value);
  return [status, ...values].join(" ");
};

describe("the challenge of a protected resource", () => {
  const readers = allow({ when: [scope("tools:read")] });
  const cases: readonly (readonly [string, object[], FilterRequest, string])[] = [
    ["no token where one is needed", [readers], {}, `401 ${bearer}`],
    [
      "another scheme is no token",
      [readers],
      { headers: [["authorization", "Basic YTpi"]] },
      `401 ${bearer}`,
    ],
    ["a bad token", [readers], { token: "x" }, `401 ${bearer}, error="invalid_token"`],
    ["an expired token", [readers], { token: token({ exp: 1 }) }, `401 ${bearer}, error="invalid_token"`],
    [
      "a token for another resource",
      [readers],
      { token: token({ aud: "https://other" }) },
      `401 ${bearer}, error="invalid_token"`,
    ],
    [
      "a token for nobody",
      [readers],
      { token: token({ aud: undefined }) },
      `401 ${bearer}, error="invalid_token"`,
    ],
    [
      "a scope lacks",
      [readers],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="tools:read"`,
    ],
    ["the scope is there", [readers], { token: token({ scope: "tools:read" }) }, "200"],
    [
      "one of several audiences",
      [readers],
      { token: token({ aud: ["x", resource], scope: "tools:read" }) },
      "200",
    ],
    [
      "two scopes lack",
      [allow({ when: [scope("tools:read"), scope("tools:write")] })],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="tools:read tools:write"`,
    ],
    [
      "one of two lacks",
      [allow({ when: [scope("tools:read"), scope("tools:write")] })],
      { token: token({ scope: "tools:read" }) },
      `403 ${bearer}, error="insufficient_scope", scope="tools:write"`,
    ],
    [
      "the nearest rule: the one that lacks one scope",
      [allow({ when: [scope("tools:read"), scope("tools:write")] }, { when: [scope("admin")] })],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="admin"`,
    ],
    [
      "a rule for another path is not near",
      [
        allow(
          { to: [{ operation: { paths: ["/other"] } }], when: [scope("admin")] },
          { when: [scope("tools:write")] },
        ),
      ],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="tools:write"`,
    ],
    [
      "a list in scp",
      [allow({ when: [{ key: "request.auth.claims[scp]", values: ["tools:*"] }] })],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="tools:read"`,
    ],
    ["another path, as long as that of the resource", [readers], { path: "/abc" }, "403"],
    ["a scope that may not be told", [allow({ when: [scope("secret")] })], { token: token() }, "403"],
    [
      "another claim lacks too",
      [allow({ when: [scope("tools:read"), { key: "request.auth.claims[group]", values: ["a"] }] })],
      { token: token() },
      "403",
    ],
    ["no rule is for the path", [allow({ to: [{ operation: { paths: ["/other"] } }] })], {}, "403"],
    ["a DENY rule that looks at no token", [deny({ to: [{ operation: { paths: ["/mcp"] } }] })], {}, "403"],
    [
      "a DENY rule that wants an identity",
      [deny({ from: [{ source: { notRequestPrincipals: ["*"] } }] })],
      {},
      `401 ${bearer}`,
    ],
    [
      "two DENY rules, one of which no token lifts",
      [
        deny(
          { from: [{ source: { notRequestPrincipals: ["*"] } }] },
          { to: [{ operation: { methods: ["GET"] } }] },
        ),
      ],
      {},
      "403",
    ],
    [
      "a DENY rule that wants a scope",
      [deny({ when: [{ key: "request.auth.claims[scope]", notValues: ["admin"] }] })],
      { token: token() },
      `403 ${bearer}, error="insufficient_scope", scope="admin"`,
    ],
    ["outside of the resource natively", [readers], { path: "/mcpx" }, "403"],
    ["below the resource", [readers], { path: "/mcp/a?b" }, `401 ${bearer}`],
  ];
  for (const [name, policies, request, expected] of cases) {
    it(`${name}: ${expected}`, async () => {
      const filter = await start(policies);
      assert.equal(challengeOf(filter, request), expected);
      filter.stop();
    });
  }

  it("tells a client without token what to ask for first, and nobody else", async () => {
    const first = { ...told, firstScopes: ["tools:read", "admin"] };
    const filter = await start([allow({ from: [anybody] })], [first], [{ ...keys, presence: "REQUIRED" }]);
    assert.equal(challengeOf(filter, {}), `401 ${bearer}, scope="tools:read admin"`);
    assert.equal(challengeOf(filter, { token: "x" }), `401 ${bearer}, error="invalid_token"`);
    filter.stop();
  });

  it("answers a rule's own audiences as RFC 6750 has it", async () => {
    const filter = await start([], [told], [{ ...keys, audiences: ["b"] }]);
    assert.equal(challengeOf(filter, { token: token() }), `401 ${bearer}, error="invalid_token"`);
    filter.stop();
  });

  it("has nothing of the request in it", async () => {
    const filter = await start([readers]);
    const request = { path: '/mcp/"x?scope="admin"', authority: 'a", scope="admin' };
    assert.equal(challengeOf(filter, request), `401 ${bearer}`);
    filter.stop();
  });

  it("tells scopes with which the same request passes, whatever the rules are", async () => {
    const scopes = ["a", "b", "c", "d"];
    const some = fc.subarray(scopes, { minLength: 1, maxLength: 2 });
    const one = fc.record({ values: some, negative: fc.boolean() }).map(({ values, negative }) => ({
      key: "request.auth.claims[scope]",
      [negative ? "notValues" : "values"]: values,
    }));
    const rules = fc.array(fc.record({ when: fc.array(one, { minLength: 1, maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    const cases = fc.record({
      allowed: rules,
      denied: fc.option(rules, { nil: undefined }),
      has: fc.subarray(scopes),
    });
    await holds(
      "scopes-that-allow",
      fc.asyncProperty(cases, async ({ allowed, denied, has }) => {
        const policies = [allow(...allowed), ...(denied === undefined ? [] : [deny(...denied)])];
        const filter = await start(policies, [{ resource, scopes }]);
        const send = (list: readonly string[]) =>
          filter.send({ path: "/mcp", token: token({ scope: list.join(" ") }) });
        const { status, headers } = send(has);
        const value = headers.find(([name]) => name === "www-authenticate")?.[1];
        if (status === 403) {
          const subsets = scopes.reduce<string[][]>(
            (sets, s) => [...sets, ...sets.map((set) => [...set, s])],
            [[]],
          );
          const helps = subsets.some((more) => send([...has, ...more]).status === 200);
          const told = /scope="([^"]*)"$/.exec(value ?? "")?.[1]?.split(" ");
          if (told === undefined) assert.ok(!helps || hasNegative(allowed) || denied !== undefined);
          else assert.equal(send([...has, ...told]).status, 200);
        }
        filter.stop();
      }),
      { numRuns: 60 },
    );
  });
});

const hasNegative = (rules: readonly { readonly when: readonly object[] }[]) =>
  rules.some(({ when }) => when.some((condition) => "notValues" in condition));

describe("the metadata of a protected resource", () => {
  const path = "/.well-known/oauth-protected-resource/mcp";

  it("is told to everybody, as RFC 9728 has it", async () => {
    const filter = await start([allow({ from: [anybody] })]);
    const { status, body, headers } = filter.send({ path: `${path}?x` });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), {
      resource,
      authorization_servers: [issuer],
      scopes_supported: told.scopes,
      bearer_methods_supported: ["header"],
    });
    assert.deepEqual(Object.fromEntries(headers), {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "content-type": "application/json",
      "cache-control": "max-age=300",
      "content-length": String(body.length),
    });
    filter.stop();
  });

  it("is nobody else's business: other methods, a preflight, other paths", async () => {
    const filter = await start([allow({ from: [anybody] })]);
    const status = (method: string, at = path) => filter.send({ method, path: at }).status;
    assert.equal(status("HEAD"), 200);
    assert.equal(status("OPTIONS"), 200);
    assert.equal(status("POST"), 403);
    assert.equal(status("GET", "/.well-known/oauth-protected-resource"), 403);
    assert.equal(status("GET", `${path}/x`), 403);
    filter.stop();
  });

  it("names the servers and audiences that the configuration does", async () => {
    const other = {
      resource: "https://api.example.com",
      authorizationServers: ["https://as"],
      audiences: ["api://x"],
    };
    const filter = await start([], [other]);
    const { body } = filter.send({ path: "/.well-known/oauth-protected-resource" });
    assert.deepEqual(JSON.parse(body), {
      resource: "https://api.example.com",
      authorization_servers: ["https://as"],
      bearer_methods_supported: ["header"],
    });
    assert.equal(filter.send({ path: "/any", token: token({ aud: "api://x" }) }).status, 200);
    assert.equal(filter.send({ path: "/any", token: token() }).status, 401);
    assert.equal(filter.send({ path: "/any" }).status, 200);
    filter.stop();
  });
});

describe("among several resources", () => {
  const at = (url: string, more: object = {}) => ({ resource: url, ...more });

  it("the longest path counts, then the host; whose token it is decides", async () => {
    const resources = [
      at("https://a.example", { hosts: ["a.example"] }),
      at("https://a.example/deep/er"),
      at("https://b.example", { hosts: ["b.example", "c.example"] }),
    ];
    const filter = await start([], resources);
    const status = (authority: string, path: string, aud: string) =>
      filter.send({ authority, path, token: token({ aud }) }).status;
    assert.equal(status("a.example", "/x", "https://a.example"), 200);
    assert.equal(status("A.example:8443", "/x", "https://b.example"), 401);
    assert.equal(status("b.example", "/deep", "https://b.example"), 200);
    assert.equal(status("c.example", "/", "https://a.example"), 401);
    assert.equal(status("b.example", "/deep/er/x", "https://b.example"), 401);
    assert.equal(status("whoever.example", "/deep/er", "https://a.example/deep/er"), 200);
    assert.equal(status("whoever.example", "/", "https://other.example"), 200);
    filter.stop();
  });
});

describe("a configuration of protected resources is refused", () => {
  const at = "extensions.protectedResources[0]";
  const badUrl = `${at}.resource: must be an http or https URL without query, user and slash at its end`;
  const bad = (place: string) => `${at}.${place}: is none, or has letters that must be escaped`;
  const cases: readonly (readonly [string, object, string])[] = [
    ["no URL", { resource: "mcp" }, badUrl],
    ["a quote in it", { resource: 'https://a/"' }, badUrl],
    ["a line break in it", { resource: "https://a/\r\nx:y" }, badUrl],
    ["a user in it", { resource: "https://u@a" }, badUrl],
    ["a query", { resource: "https://a?b" }, badUrl],
    ["a slash at the end", { resource: "https://a/b/" }, badUrl],
    ["a scope with a quote", { resource, scopes: ['a"'] }, bad("scopes[0]")],
    ["a scope with a backslash", { resource, scopes: ["a\\"] }, bad("scopes[0]")],
    ["a scope with a blank", { resource, scopes: ["a b"] }, bad("scopes[0]")],
    ["a scope with a control character", { resource, scopes: ["a\u0001"] }, bad("scopes[0]")],
    ["a scope beyond ASCII", { resource, scopes: ["é"] }, bad("scopes[0]")],
    ["a scope of 513 letters", { resource, scopes: ["a".repeat(513)] }, bad("scopes[0]")],
    ["an empty scope", { resource, scopes: [""] }, bad("scopes[0]")],
    ["an empty audience", { resource, audiences: [""] }, bad("audiences[0]")],
    [
      "a first scope that is none",
      { resource, scopes: ["a"], firstScopes: ["b"] },
      `${at}.firstScopes: must be among scopes`,
    ],
    ["a host with a port", { resource, hosts: ["a:1"] }, bad("hosts[0]")],
    [
      "an authorization server with a quote",
      { resource, authorizationServers: ['https://"'] },
      bad("authorizationServers[0]"),
    ],
    [
      "more scopes than bits",
      { resource, scopes: Array.from({ length: 65 }, (_, i) => `s${i}`) },
      `${at}.scopes: must have at most 64 items`,
    ],
    [
      "a field that nobody knows",
      { resource, scope: [] },
      `${at}.scope: unknown field; did you mean scopes?`,
    ],
  ];
  for (const [name, resources, expected] of cases) {
    it(name, async () => {
      const log = await Filter.tryStart({
        ...trusting(keys),
        extensions: { protectedResources: [resources] },
      });
      assert.ok(Array.isArray(log), "it starts");
      assert.deepEqual(log, [`jwt-policy: ${expected}`]);
    });
  }

  it("more of them than are looked through", async () => {
    const resources = Array.from({ length: 65 }, (_, i) => ({ resource: `https://a/${i}` }));
    const log = await Filter.tryStart({ ...trusting(keys), extensions: { protectedResources: resources } });
    assert.deepEqual(log, ["jwt-policy: extensions.protectedResources: must have at most 64 items"]);
  });

  it("no issuer is a URL", async () => {
    const log = await Filter.tryStart({
      ...trusting({ ...keys, issuer: "me" }),
      extensions: { protectedResources: [{ resource }] },
    });
    assert.deepEqual(log, [
      "jwt-policy: extensions.protectedResources[0].authorizationServers: must be given: no issuer of a JWT rule is a URL",
    ]);
  });
});
