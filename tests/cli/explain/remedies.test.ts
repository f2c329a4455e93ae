// What to do about a refused request: each change has been put to the filter, and is told only if the answer is another then.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runCommand } from "../string-terminal.js";

const issuer = "https://login.example/";
const authentication = (namespace: string, fields = "") => `---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: login, namespace: ${namespace} }
spec: { jwtRules: [{ issuer: "${issuer}", jwksUri: "https://login.example/keys"${fields} }] }
`;
const policy = (rules: string, action = "ALLOW", annotations = "{}") => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: shop, annotations: ${annotations} }
spec: { action: ${action}, rules: [${rules}] }
`;
const anybody = '{ from: [{ source: { requestPrincipals: ["*"] } }] }';
const claim = (name: string, value: string) =>
  `{ when: [{ key: "request.auth.claims[${name}]", values: ["${value}"] }] }`;
const claims = (condition: string, action = "ALLOW") => `---
apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata: { name: ours, namespace: shop }
spec: { claimPolicies: [{ name: ours, action: ${action}, rules: [{ claims: [${condition}] }] }] }
`;
const from = (fields: string) => `{ from: [{ source: { ${fields} } }] }`;
const to = (fields: string) => `{ to: [{ operation: { ${fields} } }] }`;
const here = authentication("shop");
const alice = ["--claim", "sub=alice"];
const preflight = [
  "--request",
  "OPTIONS /x",
  "-H",
  "origin: https://a.example",
  "-H",
  "access-control-request-method: GET",
];
const signed = async (...args: string[]) =>
  (await runCommand(["token", "--issuer", issuer, "--subject", "alice", ...args])).stdout.trim();

interface Shown {
  readonly decision: string;
  readonly remedies: readonly string[];
}

async function explained(policies: string, args: readonly string[]): Promise<Shown> {
  const token = args.some((arg) => arg.includes("@token")) ? await signed() : "";
  const filled = args.map((arg) => arg.replace("@token", token));
  const result = await runCommand(["explain", "-", "--for", "shop/app=web", ...filled, "--json"], policies);
  assert.notEqual(result.stdout, "", result.stderr);
  return JSON.parse(result.stdout) as Shown;
}

describe("explain says what to do:", () => {
  const cases: readonly (readonly [string, string, readonly string[], says: RegExp, not?: RegExp])[] = [
    [
      "send a token",
      here + policy(anybody),
      [],
      /^Send a token of https:\/\/login\.example\/: ALLOW shop\/a rules\[0\] lets it pass then\.$/m,
    ],
    [
      "a claim of the token",
      here + policy(claim("scope", "write")),
      [...alice, "--claim", "scope=read"],
      /^Send a token with write in its claim scope: /m,
    ],
    [
      "a claim that is a number",
      here + claims("{ claim: [age], atLeast: 18 }"),
      [...alice, "--claim", "age=40"],
      /^Send a token with 18 in its claim age: ALLOW extensions\/ours rules\[0\] lets it pass then\.$/m,
    ],
    [
      "a claim that is what the path says",
      here + claims('{ claim: [tenant], equalsPath: "/t/{claim}/{**}" }'),
      [...alice, "--claim", "tenant=acme", "--request", "GET /t/globex/x"],
      /^Send a token with "globex" in its claim tenant: /m,
    ],
    [
      "a claim that is not what a header says, where that is denied",
      here + claims("{ claim: [tenant], not: true, equalsHeader: x-tenant }", "DENY"),
      [...alice, "--claim", "tenant=acme", "-H", "x-tenant: globex"],
      /^Send a token with "globex" in its claim tenant: DENY extensions\/ours rules\[0\] does not match then\.$/m,
    ],
    [
      "nothing to send where the header says nothing, but a rule that is gone",
      here + claims("{ claim: [tenant], not: true, equalsHeader: x-tenant }", "DENY"),
      [...alice, "--claim", "tenant=acme"],
      /^No token .* narrow DENY extensions\/ours rules\[0\]; .* without this one the request is allowed\.$/m,
    ],
    [
      "the host by its other name, where the port is all that differs",
      here + policy(to("hosts: [api.shop.example]")),
      ["--host", "api.shop.example:8443"],
      /^Send the host api\.shop\.example in place of api\.shop\.example:8443: ALLOW shop\/a rules\[0\] lets it pass then\.$/m,
      /No token and no header/,
    ],
    [
      "the RequestAuthentication of another namespace",
      authentication("elsewhere") + policy(anybody),
      ["-H", "authorization: Bearer @token"],
      /No RequestAuthentication that applies .* RequestAuthentication elsewhere\/login would, but it is in the namespace elsewhere, and the workload in shop/,
    ],
    [
      "the RequestAuthentication of another workload",
      authentication("shop").replace("spec: {", "spec: { selector: { matchLabels: { app: other } },") +
        policy(anybody),
      ["--token", "@token"],
      /RequestAuthentication shop\/login would, but it selects app=other/,
    ],
    [
      "a token in a cookie that no rule reads",
      here + policy(anybody),
      ["-H", "cookie: a=b; session=@token"],
      /token in the cookie session, where no JWT rule looks: add fromCookies: \[session\]/,
    ],
    [
      "a token in a header that no rule reads",
      here + policy(anybody),
      ["-H", "x-token: @token"],
      /token in the header x-token, .* fromHeaders: \[\{ name: x-token \}\]/,
    ],
    ["the word Bearer", here + policy(anybody), ["-H", "authorization: @token"], /header authorization/],
    [
      "a CORS preflight",
      here + policy(anybody),
      [...preflight, ...alice],
      /CORS preflight.* methods: \["OPTIONS"\]/,
      /Send a token/,
    ],
    [
      "a CORS preflight that a DENY rule refuses",
      here + policy(from('notRequestPrincipals: ["*"]'), "DENY"),
      preflight,
      /CORS preflight.* notMethods: \["OPTIONS"\] to DENY shop\/a rules\[0\]/,
    ],
    [
      "a token without sub",
      here + policy(anybody),
      ["--claim", `iss=${issuer}`],
      /it has no sub\. .*request\.auth\.claims\[iss\]/,
    ],
    ["a token with an empty sub", here + policy(anybody), ["--claim", "sub="], /its sub is empty/],
    [
      "a gRPC path among methods",
      here + policy(to('methods: ["/stock.Store/Info"]')),
      ["--request", "POST /stock.Store/Info"],
      /is a path, not a method: .* paths: \["\/stock\.Store\/Info"\] and methods: \["POST"\]/,
      /STOCK/,
    ],
    [
      "a public path with a token that is none",
      here + policy(`${to('paths: ["/metrics"]')}, ${anybody}`),
      ["--request", "GET /metrics", "-H", "authorization: Bearer opaque"],
      /A token that is there must be good, .* without any token is allowed/,
    ],
    [
      "a DENY rule for requests without a token",
      here + policy(from('notRequestPrincipals: ["*"]'), "DENY"),
      [],
      /^Send a token of .* DENY shop\/a rules\[0\] does not match then/m,
    ],
    [
      "a DENY rule that nobody gets past",
      here + policy(to('paths: ["/x"]'), "DENY"),
      ["--request", "GET /x"],
      /No token and no header .* narrow DENY shop\/a rules\[0\]/,
    ],
    [
      "another path",
      here + policy(to('paths: ["/a"]')),
      ["--request", "GET /b"],
      /No token and no header .* to\[0\]\.operation\.paths would have to take \/b/,
    ],
    [
      "policies without rules",
      policy("").replace("action: ALLOW, rules: []", ""),
      [],
      /the ALLOW policies have no rules/,
    ],
    [
      "an issuer that nobody reads",
      here + policy(from('requestPrincipals: ["https://other/*"]')),
      [],
      /No token and no header/,
      /Send a token/,
    ],
    [
      "a header",
      here + policy('{ when: [{ key: "request.headers[x-a]", values: ["1"] }] }'),
      [],
      /^Send the header x-a: 1: /m,
    ],
    ["an address", here + policy(from('remoteIpBlocks: ["10.0.0.0/8"]')), [], /--remote/],
  ];
  for (const [name, policies, args, says, not] of cases) {
    it(name, async () => {
      const { decision, remedies } = await explained(policies, args);
      assert.equal(decision, "denied");
      assert.match(remedies.join("\n"), says);
      if (not !== undefined) assert.doesNotMatch(remedies.join("\n"), not);
    });
  }

  it("that a dry run would refuse the request in earnest", async () => {
    const dry = policy(to('paths: ["/x"]'), "DENY", '{ "istio.io/dry-run": "true" }');
    const { decision, remedies } = await explained(dry, ["--request", "GET /x"]);
    assert.equal(decision, "allowed");
    assert.match(remedies.join("\n"), /A policy here is a dry run: in earnest this request would be denied/);
    const other = await explained(dry, ["--request", "GET /y"]);
    assert.doesNotMatch(other.remedies.join("\n"), /dry run/);
  });
});

describe("a hint that would change nothing is not given:", () => {
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      "spiffe:// in principals, and another account",
      from('principals: ["spiffe://shop.test/ns/shop/sa/client"]'),
      ["--principal", "shop.test/ns/shop/sa/other"],
      /spiffe/,
    ],
    ["small letters, and another method", to('methods: ["get"]'), ["--request", "POST /"], /to the letter/],
    [
      "a gRPC path among methods, and another call",
      to('methods: ["/stock.Store/Info"]'),
      ["--request", "POST /stock.Store/Sell"],
      /is a path, not a method/,
    ],
  ];
  for (const [name, rule, args, not] of cases) {
    it(name, async () => {
      const { decision, remedies } = await explained(here + policy(rule), args);
      assert.equal(decision, "denied");
      assert.ok(remedies.length > 0);
      assert.doesNotMatch(remedies.join("\n"), not);
    });
  }
});

describe("two texts that look equal:", () => {
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      "spiffe:// in principals",
      from('principals: ["spiffe://shop.test/ns/shop/sa/client"]'),
      ["--principal", "shop.test/ns/shop/sa/client"],
      /without spiffe:\/\/.*: write shop\.test\/ns\/shop\/sa\/client/,
    ],
    [
      "spiffe:// in source.principal",
      '{ when: [{ key: source.principal, values: ["spiffe://shop.test/ns/shop/sa/client"] }] }',
      ["--principal", "shop.test/ns/shop/sa/client"],
      /source\.principal are compared without spiffe/,
    ],
    [
      "a subject with slashes",
      from(`requestPrincipals: ["${issuer}repo:shop/*"]`),
      ["--claim", `iss=${issuer.slice(0, -1)}`, "--claim", "sub=repo:shop/app"],
      /split at its last slash: .* Write https:\/\/login\.example\/repo:shop\*\./,
    ],
    [
      "a list as one text",
      claim("groups", "ops"),
      [...alice, "--claim", "groups=dev ops"],
      /spaceDelimitedClaims/,
    ],
    [
      "a list with commas",
      claim("groups", "ops"),
      [...alice, "--claim", "groups=dev,ops"],
      /compared as a whole: have the issuer write a list/,
    ],
    [
      "objects in a list",
      claim("groups", "ops"),
      [...alice, "--claim", 'groups:=[{"name":"ops"}]'],
      /claim groups is a list with objects in it/,
    ],
    [
      "an object",
      claim("groups", "ops"),
      [...alice, "--claim", 'groups:={"name":"ops"}'],
      /claim groups is an object/,
    ],
    ["a number", claim("level", "3"), [...alice, "--claim", "level:=3"], /claim level is a number/],
    ["a boolean", claim("admin", "true"), [...alice, "--claim", "admin:=true"], /claim admin is a boolean/],
    [
      "case",
      claim("role", "Admin"),
      [...alice, "--claim", "role=admin"],
      /"Admin" and "admin" differ in case/,
    ],
    [
      "a dot at the end",
      to('hosts: ["shop.example"]'),
      ["--host", "shop.example."],
      /differ in the dot at the end/,
    ],
    [
      "a port that is wanted",
      to('hosts: ["shop.example:8080"]'),
      ["--host", "shop.example"],
      /differ in the port/,
    ],
    ["a certificate that nobody gave", from('namespaces: ["foo"]'), [], /--principal cluster\.local/],
    ["a server name that nobody gave", '{ when: [{ key: connection.sni, values: ["a.b"] }] }', [], /--sni/],
    [
      "metadata that nobody gave",
      "{ when: [{ key: 'experimental.envoy.filters.a[b]', values: [c] }] }",
      [],
      /--metadata/,
    ],
  ];
  for (const [name, rule, args, says] of cases) {
    it(name, async () => {
      const reads = name.includes("slashes") ? here.replace(`"${issuer}"`, `"${issuer.slice(0, -1)}"`) : here;
      const { decision, remedies } = await explained(reads + policy(rule), args);
      assert.equal(decision, "denied");
      assert.match(remedies.join("\n"), says);
    });
  }
});

describe("a token that is required and not there", () => {
  const other =
    '{ issuer: "https://scopes.example/", jwksUri: "https://scopes.example/keys", fromHeaders: [{ name: x-scope-token }], presence: REQUIRED }';
  const two = authentication("shop", ", presence: REQUIRED").replace("}] }", `}, ${other}] }`);
  const cases: readonly (readonly [string, string, readonly string[], string])[] = [
    [
      "the only one",
      authentication("shop", ", presence: REQUIRED"),
      [],
      'jwtRules[0] of RequestAuthentication shop/login requires a token (presence: REQUIRED), and there is none in header authorization behind "Bearer " or parameter access_token.',
    ],
    [
      "the second of two",
      two,
      [...alice, "--claim", `iss=${issuer}`],
      "jwtRules[1] of RequestAuthentication shop/login requires a token (presence: REQUIRED), and there is none in header x-scope-token.",
    ],
  ];
  for (const [name, policies, args, why] of cases) {
    it(`${name}: the rule is named, and where it looks`, async () => {
      const result = await runCommand(["explain", "-", "--for", "shop/app=web", ...args, "--json"], policies);
      const shown = JSON.parse(result.stdout) as { why: string; status: number; missing: { rule: string } };
      assert.equal(shown.why, why);
      assert.equal(shown.status, 401);
      assert.match(shown.missing.rule, /^requestAuthentications\[0\]\.jwtRules\[[01]\]$/);
    });
  }
});
