// `test`: right expectations pass, wrong ones fail with the right words, and what is wrong with a file is told at its place.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { generateSigningKey, keySet } from "../../policies/tokens/signing-key.js";
import { signToken } from "../../policies/tokens/sign-token.js";
import { runCommand } from "./string-terminal.js";

const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec:
  selector: { matchLabels: { app: httpbin } }
  jwtRules:
    - issuer: https://idp.example.com/
      jwksUri: https://idp.example.com/.well-known/jwks.json
      outputPayloadToHeader: x-jwt-payload
      outputClaimToHeaders: [{ header: x-user, claim: sub }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: admins, namespace: foo }
spec:
  rules:
    - from: [{ source: { requestPrincipals: ["https://idp.example.com//*"] } }]
      to: [{ operation: { methods: [GET, PUT], paths: [/headers] } }]
      when: [{ key: "request.auth.claims[groups]", values: [admin] }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-put, namespace: foo }
spec: { action: DENY, rules: [{ to: [{ operation: { methods: [PUT] } }] }] }
`;

/** The start of a test file for these policies. */
const head = `
policies: [policies.yaml]
for: foo/app=httpbin
now: 2026-01-31T12:00:00Z
tokens:
  alice: { claims: { groups: [admin] } }
  bob: { claims: { groups: [user] } }
`;

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-test-"));
  await fileOf("policies.yaml", policies);
});
after(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
async function fileOf(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

/** Runs tests behind `head`, or a whole file if it begins with its own. */
async function run(text: string, ...args: string[]) {
  const file = await fileOf("run_test.yaml", /^(policies|config):/m.test(text) ? text : head + text);
  const { code, stdout, stderr } = await runCommand(["test", file, ...args]);
  return { code, stderr: stderr.replaceAll(file, "FILE"), stdout: stdout.replaceAll(file, "FILE") };
}

async function passes(text: string): Promise<void> {
  const { code, stdout, stderr } = await run(text);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /\d+ passed, 0 failed/);
}

describe("paths are those that Envoy makes of what a client sends", () => {
  /** Of the request line; what the upstream gets. */
  const table: readonly (readonly [string, string])[] = [
    ["/public/../headers", "/headers"],
    ["/./headers", "/headers"],
    ["/%68eaders", "/headers"],
    ["/headers?a=../b", "/headers?a=../b"],
  ];
  for (const [sent, path] of table) {
    it(sent, () =>
      passes(`tests:
  - { request: GET ${sent}, token: alice, expect: { status: 200, upstream: { path: "${path}" } } }
  - { request: GET ${sent}, token: bob, expect: 403 }
`),
    );
  }
});

describe("expectations", () => {
  /** Fields of a test; what it expects; what it must not expect, and the words of the failure. */
  const table: readonly (readonly [fields: string, right: string[], wrong: [string, RegExp][]])[] = [
    [
      "request: GET /headers, token: alice",
      [
        "allow",
        "200",
        "{ status: 200 }",
        "{ policy: foo/admins }",
        "{ policy: admins }",
        "{ policy: 'foo/admins[0]', reason: null }",
        "{ policy: 'ns[foo]-policy[admins]-rule[0]' }",
        "{ principal: https://idp.example.com//alice }",
        "{ upstream: { method: GET, path: /headers, host: example.com } }",
        "{ upstream: { headers: { X-User: alice, authorization: null } } }",
        "{ upstream: { headers: { x-user: [alice] } } }",
        "{ upstream: { headers: { x-user: { matches: '^a' }, x-jwt-payload: { present: true } } } }",
        "{ upstream: { headers: { x-jwt-payload: { payload: { sub: alice, groups: [admin] } } } } }",
        "{ upstream: { headers: { x-other: { present: false } } } }",
      ],
      [
        ["deny", /expected deny, got allow/],
        ["403", /expected 403, got allow/],
        ["{ status: 401 }", /expected 401, got allow/],
        ["{ policy: bar/admins }", /policy: expected bar\/admins, got foo\/admins\[0\]/],
        ["{ policy: 'admins[1]' }", /policy: expected admins\[1\], got foo\/admins\[0\]/],
        ["{ policy: admin }", /policy: expected admin, got/],
        ["{ policy: null }", /policy: expected none, got foo\/admins\[0\]/],
        ["{ principal: null }", /principal: expected none, got "https:\/\/idp.example.com\/\/alice"/],
        ["{ reason: Jwt is expired }", /reason: expected "Jwt is expired", got none/],
        ["{ upstream: { path: /get } }", /upstream.path: expected "\/get", got "\/headers"/],
        ["{ upstream: { headers: { x-user: bob } } }", /upstream header x-user: expected "bob", got "alice"/],
        ["{ upstream: { headers: { x-user: null } } }", /upstream header x-user: expected none, got "alice"/],
        ["{ upstream: { headers: { x-user: [alice, bob] } } }", /expected "alice", "bob", got "alice"/],
        ["{ upstream: { headers: { authorization: { present: true } } } }", /\{ present: true \}, got none/],
        ["{ upstream: { headers: { x-user: { matches: ^b } } } }", /\{ matches: "\^b" \}, got "alice"/],
        [
          "{ upstream: { headers: { x-jwt-payload: { payload: { sub: bob } } } } }",
          /\{ payload: \{"sub":"bob"\} \}, got "ey/,
        ],
        ["{ response: { body: x } }", /expected a refusal, got allow/],
      ],
    ],
    [
      "request: GET /headers, token: none",
      [
        "deny",
        "403",
        "{ status: 403, reason: 'RBAC: access denied', policy: null, principal: null }",
        "{ response: { body: 'RBAC: access denied', headers: { www-authenticate: null } } }",
      ],
      [
        ["allow", /expected allow, got 403 RBAC: access denied/],
        ["401", /status: expected 401, got 403 RBAC: access denied/],
        ["{ policy: admins }", /policy: expected admins, got none/],
        ["{ upstream: { path: /headers } }", /expected a request to the upstream, got 403/],
        ["{ response: { body: none } }", /response.body: expected "none", got "RBAC: access denied"/],
      ],
    ],
    [
      "request: PUT /headers, token: alice",
      [
        "{ status: 403, policy: foo/no-put }",
        "{ policy: no-put, principal: https://idp.example.com//alice }",
      ],
      [["{ policy: foo/admins }", /policy: expected foo\/admins, got foo\/no-put\[0\]/]],
    ],
    [
      "request: GET /headers, token: alice, now: +2h",
      [
        "401",
        "{ reason: Jwt is expired }",
        "{ response: { headers: { www-authenticate: { matches: 'error=\"invalid_token\"' } } } }",
      ],
      [["{ status: 403 }", /status: expected 403, got 401 Jwt is expired/]],
    ],
  ];
  for (const [fields, right, wrong] of table) {
    it(fields, async () => {
      await passes(`tests:\n${right.map((expect) => `  - { ${fields}, expect: ${expect} }\n`).join("")}`);
      for (const [expect, message] of wrong) {
        const { code, stdout, stderr } = await run(`tests:\n  - { ${fields}, expect: ${expect} }\n`);
        assert.match(stdout, message, stderr);
        assert.match(stdout, /1 test, 0 passed, 1 failed/);
        assert.equal(code, 1);
      }
    });
  }
});

describe("what tests and tokens say", () => {
  for (const format of ["text", "tap", "junit", "json"]) {
    it(`does not act on the terminal: ${format}`, async () => {
      const name = '"\\e[2J\\x9b31m\\u202e"';
      const { stdout, code } = await run(
        `${head}  evil: { claims: { sub: ${name}, groups: [ ${name} ] } }\ntests:\n` +
          `- { name: ${name}, token: evil, path: "/\\u202e", expect: { principal: x } }\n` +
          `- { name: ${name}, token: evil, path: /nowhere, expect: allow }`,
        "--format",
        format,
      );
      assert.equal(code, 1);
      assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    });
  }
});

describe("tokens", () => {
  const table: readonly (readonly [token: string, expect: string])[] = [
    ["{}", "{ principal: https://idp.example.com//t }"],
    ["{ claims: { sub: s, iss: https://idp.example.com/ } }", "{ principal: https://idp.example.com//s }"],
    ["{ claims: { iss: https://other.example.com/ } }", "{ reason: Jwt issuer is not configured }"],
    ["{ without: [iss] }", "{ reason: Jwt issuer is not configured }"],
    ["{ expired: true }", "{ reason: Jwt is expired }"],
    ["{ expiresIn: -5m }", "{ reason: Jwt is expired }"],
    ["{ expiresIn: never }", "{ status: 403, principal: https://idp.example.com//t }"],
    ["{ notBefore: 5m }", "{ reason: Jwt not yet valid }"],
    ["{ forged: true }", "{ reason: Jwt verification fails }"],
    ["{ header: { kid: other } }", `{ reason: "Jwks doesn't have key to match kid or alg from Jwt" }`],
    ["{ header: { kid: null } }", "{ principal: https://idp.example.com//t }"],
    ["{ header: { alg: none } }", '{ reason: "Jwt header [alg] is not supported" }'],
    ["{ header: { alg: HS256 } }", "{ status: 401 }"],
    [
      "{ raw: rubbish }",
      "{ reason: Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections }",
    ],
    ["{ from: alice, claims: { sub: z } }", "{ status: 200, principal: https://idp.example.com//z }"],
    ["{ from: alice, without: [groups] }", "{ status: 403, principal: https://idp.example.com//t }"],
    ["{ from: alice, expired: true }", "{ reason: Jwt is expired }"],
    ...[
      "RS256",
      "RS384",
      "RS512",
      "PS256",
      "PS384",
      "PS512",
      "ES256",
      "ES384",
      "ES512",
      "HS256",
      "HS512",
      "EdDSA",
      "Ed25519",
    ].map((alg) => [`{ algorithm: ${alg} }`, "{ principal: https://idp.example.com//t }"] as const),
  ];
  for (const [token, expect] of table) {
    it(token, () =>
      passes(`  t: ${token}\ntests:\n  - { request: GET /headers, token: t, expect: ${expect} }\n`),
    );
  }

  it("are put where the rule looks, or where a test says", async () => {
    const rule = (fields: string) =>
      `config: { requestAuthentications: [{ jwtRules: [{ issuer: i, jwksUri: https://i/, ${fields} }] }] }`;
    const places = [
      "fromHeaders: [{ name: x-t, prefix: 'T ' }]",
      "fromParams: [t]",
      "fromCookies: [t]",
      "forwardOriginalToken: true",
    ];
    for (const place of places) {
      await passes(`
${rule(place)}
tokens: { t: {} }
tests:
  - { path: ["/", "/?a=b"], token: t, expect: { principal: i/t } }
  - { path: "/", expect: { principal: null } }
`);
    }
    await passes(`
${rule(places[1]!)}
tokens: { t: {} }
tests:
  - { path: "/?t=\${t}&a", expect: { principal: i/t, upstream: { path: "/?a" } } }
  - { headers: { authorization: "Bearer \${t}" }, expect: { principal: null } }
`);
  });

  it("each issuer's keys are its own", () =>
    passes(`
config:
  requestAuthentications:
    - jwtRules:
        - { issuer: a, jwksUri: https://keys.example.com/, fromHeaders: [{ name: x-a }] }
        - { issuer: b, jwksUri: https://keys.example.com/, fromHeaders: [{ name: x-b }] }
        - { jwksUri: https://keys.example.com/, fromHeaders: [{ name: x-any }] }
  clusters: { https://keys.example.com: keys }
tokens:
  a: { claims: { iss: a } }
  b: { claims: { iss: b } }
  c: { claims: { iss: c } }
tests:
  - { token: a, expect: { principal: a/a } }
  - { token: b, expect: { principal: b/b } }
  - { token: c, expect: { principal: c/c } }
  - { headers: { x-any: "\${a}" }, expect: 401 }
  - { headers: { x-a: "\${b}" }, expect: 401 }
`));

  it("real tokens are verified by keys that the suite gives, or the rules have", async () => {
    const key = await generateSigningKey("ES256");
    const jwks = JSON.stringify(keySet([key]));
    await fileOf("keys.json", jwks);
    const raw = await signToken(key, { iss: "https://idp.example.com/", sub: "real", exp: 1769864400 });
    const test = (expect: string) =>
      `  real: { raw: ${raw} }\ntests:\n  - { request: GET /headers, token: real, expect: ${expect} }\n`;
    await passes(
      `keys: { https://idp.example.com/: keys.json }\n${head}${test("{ principal: https://idp.example.com//real }")}`,
    );
    // Nothing is fetched, and throw-away keys are no others'.
    await passes(
      `${head.replace(/^tokens:[^]*/m, "tokens:")}\n${test("{ reason: Jwks remote fetch is failed }")}`,
    );
    const rule = { issuer: "https://idp.example.com/", jwks };
    await passes(`
config: ${JSON.stringify({ requestAuthentications: [{ jwtRules: [rule] }] })}
now: 1769860800
tokens: { real: { raw: ${raw} }, made: {} }
tests:
  - { token: real, expect: { principal: https://idp.example.com//real } }
  - { token: made, expect: { principal: https://idp.example.com//made } }
`);
  });
});

describe("requests", () => {
  it("lists are one case for each combination, defaults and tests give way to cases", async () => {
    const { stdout, code } = await run(
      `
defaults: { headers: { x-a: "1", x-b: "1" }, token: alice }
tests:
  - name: all
    request: [GET /headers, PUT /get]
    host: [a, b]
    cases:
      - { token: [none, bob], expect: deny }
      - { token: alice, request: GET /headers, headers: { x-a: null, x-b: [p, q] }, expect: { upstream: { headers: { x-a: null, x-b: [p, q] } } } }
      - { name: named, request: GET /headers, host: c, expect: allow }
  - { method: POST, expect: 403 }
`,
      "-v",
    );
    assert.equal(code, 0, stdout);
    assert.deepEqual(
      stdout.split("\n").flatMap((line) => /^ +ok (.*)$/.exec(line)?.[1] ?? []),
      [
        "all > GET /headers, no token, host a",
        "all > GET /headers, no token, host b",
        "all > GET /headers, token bob, host a",
        "all > GET /headers, token bob, host b",
        "all > PUT /get, no token, host a",
        "all > PUT /get, no token, host b",
        "all > PUT /get, token bob, host a",
        "all > PUT /get, token bob, host b",
        "all > GET /headers, token alice, host a, no x-a, x-b: p, q",
        "all > GET /headers, token alice, host b, no x-a, x-b: p, q",
        "all > named",
        "POST /",
      ],
    );
  });

  /** Policies by a `source`, `operation` or condition, with fields of requests that meet it, and that do not. */
  const attributes: readonly (readonly [rule: string, met: string, unmet: string])[] = [
    ["from: [{ source: { ipBlocks: [10.0.0.0/8] } }]", "peer: 10.1.1.1", "remote: 10.1.1.1"],
    [
      "from: [{ source: { remoteIpBlocks: [10.0.0.0/8] } }]",
      "remote: 10.1.1.1, peer: 1.1.1.1",
      "remote: 1.1.1.1",
    ],
    ["from: [{ source: { remoteIpBlocks: [10.0.0.0/8] } }]", "peer: 10.1.1.1", "peer: 1.1.1.1"],
    ["from: [{ source: { notRemoteIpBlocks: [10.0.0.0/8] } }]", "host: a", "remote: 10.0.0.1"],
    [
      "from: [{ source: { principals: [td/ns/a/sa/b] } }]",
      "principal: td/ns/a/sa/b",
      "principal: td/ns/a/sa/c",
    ],
    [
      "from: [{ source: { namespaces: [a] } }]",
      "certificate: { uriSan: 'spiffe://td/ns/a/sa/b' }",
      "host: a",
    ],
    ["to: [{ operation: { hosts: [b.example.com] } }]", "host: b.example.com", "host: c.example.com"],
    ["to: [{ operation: { ports: ['8080'] } }]", "port: 8080", "port: 80"],
    ["to: [{ operation: { notPorts: ['8080'] } }]", "host: a", "port: 8080"],
    ["when: [{ key: connection.sni, values: [b] }]", "sni: b", "sni: c"],
    ["when: [{ key: destination.ip, values: [10.0.0.9] }]", "destination: 10.0.0.9", "destination: 10.0.0.8"],
    ["when: [{ key: 'request.headers[x-a]', values: [b] }]", "headers: { X-A: b }", "headers: { x-b: b }"],
    // Envoy's codec takes blanks away before any filter.
    [
      "when: [{ key: 'request.headers[x-a]', notValues: [b] }]",
      "headers: { x-a: 'b c' }",
      "headers: { x-a: ' b ' }",
    ],
    [
      "when: [{ key: 'experimental.envoy.filters.a[b]', values: [c] }]",
      "metadata: { envoy.filters.a: { b: c } }",
      "metadata: { envoy.filters.a: { b: d } }",
    ],
  ];
  for (const [rule, met, unmet] of attributes) {
    it(rule, () =>
      passes(`
config:
  directRemoteAddress: peer
  trustDomain: td
  authorizationPolicies: [{ name: p, rules: [{ ${rule} }] }]
tests:
  - { ${met}, expect: allow }
  - { ${unmet}, expect: 403 }
`),
    );
  }
});

describe("what is wrong with a file", () => {
  const test = "tests: [{ expect: allow }]";
  const table: readonly (readonly [text: string, message: string])[] = [
    ["tests: []", "FILE:8:8: tests: must not be empty"],
    ["test: []", "FILE:2:1: tests: is missing\n      FILE:8:1: test: unknown field; did you mean tests?"],
    ["tests: [{ expct: allow }]", "FILE:8:11: tests[0].expct: unknown field; did you mean expect?"],
    ["tests: [{}]", "FILE:8:9: tests[0]: expect is missing: allow, deny, 401, 403, or an object"],
    [
      "tests: [{ expect: alow }]",
      "FILE:8:19: tests[0].expect: must be allow, deny, 200 (as allow), 401, 403, or an object",
    ],
    ["tests: [{ expect: 404 }]", "FILE:8:19: tests[0].expect: must be allow, deny, 200"],
    [
      "tests: [{ expect: { status: 100 } }]",
      "FILE:8:29: tests[0].expect.status: must be 200 (the request goes on), or the status that",
    ],
    [
      "tests: [{ expect: { reasn: x } }]",
      "FILE:8:21: tests[0].expect.reasn: unknown field; did you mean reason?",
    ],
    ["tests: [{ expect: {} }]", "FILE:8:19: tests[0].expect: must not be empty"],
    [
      "tests: [{ expect: { reason: Jwt is expird } }]",
      "tests[0].expect.reason: the filter knows no such outcome; did you mean Jwt is expired?",
    ],
    [
      "tests: [{ expect: { reason: no } }]",
      "FILE:8:29: tests[0].expect.reason: must be a string or null, not true or false; quote it",
    ],
    [
      "tests: [{ token: alise, expect: allow }]",
      "FILE:8:18: tests[0].token: there is no token alise; did you mean alice?",
    ],
    ["tests: [{ token: zzz, expect: allow }]", "there is no token zzz; tokens has alice, bob"],
    ["tests: [{ path: '/${al}', expect: allow }]", "FILE:8:17: tests[0].path: there is no token al;"],
    [
      "tests: [{ headers: { x: '${carol}' }, expect: allow }]",
      "tests[0].headers.x: there is no token carol;",
    ],
    [
      "tests: [{ headers: { x: 1 }, expect: allow }]",
      'tests[0].headers.x: must be a string or a list or null, not a number; quote it: "1"',
    ],
    [
      "tests: [{ request: /headers, expect: allow }]",
      "tests[0].request: must be a method and a path, such as GET /headers",
    ],
    [
      "tests: [{ request: GET /, path: /x, expect: allow }]",
      "FILE:8:33: tests[0].path: excludes request, which has one",
    ],
    ["tests: [{ port: 70000, expect: allow }]", "tests[0].port: must be from 0 to 65535"],
    [
      "tests: [{ now: later, expect: allow }]",
      "tests[0].now: is no time; expected 2026-01-31T12:00:00Z, or a shift",
    ],
    ["tests: [{ now: +x, expect: allow }]", "tests[0].now: is no time"],
    [
      "tests: [{ expect: { upstream: { headers: { a: { matches: '(' } } } } }]",
      "tests[0].expect.upstream.headers.a.matches: error parsing regexp",
    ],
    [`  t: { from: carol }\n${test}`, "FILE:8:14: tokens.t.from: there is no token carol"],
    [`  t: { from: u }\n  u: { from: t }\n${test}`, "tokens.t.from: leads back to this token"],
    [
      `  t: { expiresIn: soon }\n${test}`,
      "FILE:8:19: tokens.t.expiresIn: is no duration; expected 1h, 90s, -5m",
    ],
    [`  t: { expiresIn: 1h, expired: true }\n${test}`, "tokens.t.expired: excludes expiresIn"],
    [`  t: { raw: x, forged: true }\n${test}`, "tokens.t.raw: is the whole token"],
    [`  t: { algorithm: none }\n${test}`, 'tokens.t.algorithm: must be one of "RS256", '],
    [`  none: {}\n${test}`, "tokens.none: must be a name of letters, digits, _, . and -, other than none"],
    [`rules: 1\n${test}`, "rules: unknown field"],
    [`config: {}\npolicies: [x]\n${test}`, "policies: excludes config: give one of them"],
    [`policies: [policies.yaml]\n${test}`, "FILE:1:1: policies and for are missing"],
    [`policies: [policies.yaml]\nfor: foo\nnow: today\n${test}`, "FILE:3:6: now: is no time"],
    [
      `policies: [policies.yaml]\nfor: Foo\n${test}`,
      "FILE:2:6: for: must be namespace/label=value,label=value, such as foo/app=httpbin",
    ],
    ["policies: [policies.yaml]\nfor: [", "FILE:2:7: "],
    [
      "tests: [{ name: y, expect: deny }]",
      'tests[0].name: must be a string, not true or false; quote it: "y"',
    ],
    [
      `tests:\n  - token: [${Array(60).fill("alice").join()}]\n    method: [${Array(60).fill("GET").join()}]\n    path: [${Array(60).fill("/").join()}]\n    expect: deny`,
      "tests[0]: stands for 216000 cases; 100000 are the most",
    ],
  ];
  for (const [text, message] of table) {
    it(message.slice(0, 100), async () => {
      const { code, stdout, stderr } = await run(text);
      assert.ok(stdout.includes(message), stdout);
      assert.deepEqual([code, stderr], [2, ""]);
    });
  }

  it("takes absolute paths, which are not seen from the file", async () => {
    const { code, stdout, stderr } = await run(
      `policies: [${at("policies.yaml")}]\nfor: foo/app=httpbin\ntests: [{ expect: deny }]`,
    );
    assert.equal(code, 0, stdout + stderr);
  });

  for (const as of ["config", "wasmplugin", "trafficextension", "envoy"]) {
    it(`takes what render --as ${as} has written for a configuration`, async () => {
      const upstream = ["--upstream", "127.0.0.1:1", "--image", "oci://registry.corp/jwt-policy:v1"];
      const args = ["--for", "foo/app=httpbin", "--as", as, ...upstream, "-o", at("rendered.yaml")];
      const { code, stderr } = await runCommand(["render", at("policies.yaml"), ...args]);
      assert.equal(code, 0, stderr);
      await passes("config: rendered.yaml\ntests: [{ expect: { status: 403, policy: null } }]");
    });
  }

  it("what it needs and does not find", async () => {
    const none = await run(test, "--only", "nothing of the kind");
    assert.match(none.stderr, /--only nothing of the kind: no test has this in its name/);
    const missing = await run(`policies: [none.yaml]\nfor: foo\n${test}`);
    assert.match(missing.stdout, /FILE: cannot read .*none.yaml: no such file or directory/);
    const itself = await runCommand(["test", at("policies.yaml")]);
    assert.match(
      itself.stdout,
      /policies.yaml:2:1: RequestAuthentication foo\/jwt is no test, but .*: name the file in a test file's policies\n/,
    );
    const config = await run(`config: policies.yaml\n${test}`);
    assert.match(
      config.stdout,
      /FILE: config: .*policies.yaml holds no plugin configuration, which is one object/,
    );
    const keys = await run(`keys: { a: none.json }\n${head}${test}`);
    assert.match(keys.stdout, /FILE: keys: cannot read .*none.json/);
    await fileOf("bad-keys.json", "{}");
    const bad = await run(`keys: { https://idp.example.com/: bad-keys.json }\n${head}${test}`);
    assert.match(bad.stdout, /FILE: keys https:.*: the filter refuses this key set: /);
    for (const { code } of [none, missing, itself, config, keys, bad]) assert.equal(code, 2);
    const empty = await mkdtemp(join(directory, "empty-"));
    const { code, stderr } = await runCommand(["test", empty]);
    assert.deepEqual([code, /no test files in .*: their names end in _test.yaml/.test(stderr)], [2, true]);
  });

  it("policies that Istio or the filter refuses are failures, not tests", async () => {
    await fileOf("bad.yaml", policies.replace("methods: [GET, PUT]", "methods: ['']"));
    const istio = await run(`policies: [bad.yaml]\nfor: foo/app=httpbin\n${test}`);
    assert.match(istio.stdout, /^FAIL {2}FILE: the policies are refused\n.*bad.yaml:19:\d+: error: /);
    const filter = await run(
      `config: { authorizationPolicies: [{ rules: [{ from: [{ source: { ipBlocks: [x] } }] }] }] }\n${test}`,
    );
    assert.match(filter.stdout, /the filter refuses this configuration: authorizationPolicies\[0\]/);
    assert.deepEqual([istio.code, filter.code], [1, 1]);
  });
});

describe("reports", () => {
  const mixed = `
tests:
  - { name: "good #1 <&>", request: GET /headers, token: alice, expect: allow }
  - { name: bad, request: GET /headers, token: bob, expect: allow }
  - { request: GET /headers, expect: 401 }
`;

  it("for people: what was expected, what was seen, and why", async () => {
    const { stdout } = await run(mixed);
    assert.equal(
      stdout,
      `FAIL  FILE  1 passed, 2 failed
  not ok bad  FILE:11:5
      GET /headers, token bob
      expected allow, got 403 RBAC: access denied
      | ALLOW foo/admins[0] fails at when[0].values of request.auth.claims[groups]: wants one of ["admin"], sees ["user"] (3 of 4 conditions hold)
  not ok GET /headers  FILE:12:5
      GET /headers, no token
      status: expected 401, got 403 RBAC: access denied
      | ALLOW foo/admins[0] fails at from[0].source.requestPrincipals: wants one of ["https://idp.example.com//*"], sees nothing; and at when[0].values of request.auth.claims[groups]: wants one of ["admin"], sees nothing (2 of 4 conditions hold)
3 tests, 1 passed, 2 failed
`,
    );
  });

  it("of a refused token: what it said of itself, never its text", async () => {
    const { stdout } = await run(
      "  old: { from: alice, expired: true }\ntests: [{ request: GET /headers, token: old, expect: allow }]",
    );
    assert.match(
      stdout,
      /\| token in header authorization, prefix Bearer : Jwt is expired \(iss https:\/\/idp.example.com\/, alg ES256, kid \S+, exp 2026-01-31T11:00:00Z, now 2026-01-31T12:00:00Z\)/,
    );
    assert.doesNotMatch(stdout, /eyJ/);
  });

  it("TAP", async () => {
    const { stdout, code } = await run(mixed, "--format", "tap");
    assert.equal(code, 1);
    const lines = stdout.split("\n");
    assert.deepEqual(lines.slice(0, 5), [
      "TAP version 14",
      "1..3",
      "# FILE",
      "ok 1 - run_test.yaml > good \\#1 <&>",
      "not ok 2 - run_test.yaml > bad",
    ]);
    assert.deepEqual(
      lines.filter((line) => /^(not )?ok/.test(line)).map((line) => Number(/\d+/.exec(line)?.[0])),
      [1, 2, 3],
    );
    const block = /^ {2}---\n([^]*?)^ {2}\.\.\.$/m.exec(stdout)?.[1] ?? "";
    assert.match(block, /^ {2}message: "decision: expected allow, got 403 RBAC: access denied"$/m);
    assert.match(block, /^ {2}at: "FILE:11:5"$/m);
  });

  it("JUnit", async () => {
    const { stdout, code } = await run(mixed, "--format", "junit");
    assert.equal(code, 1);
    const elements = elementsOf(stdout);
    assert.deepEqual(
      elements.map(({ name }) => name),
      ["testsuites", "testsuite", "testcase", "testcase", "failure", "testcase", "failure"],
    );
    const [all, suite, good, bad] = elements;
    for (const one of [all, suite]) {
      assert.deepEqual(
        [one?.attributes["tests"], one?.attributes["failures"], one?.attributes["errors"]],
        ["3", "2", "0"],
      );
    }
    assert.equal(good?.attributes["name"], "good #1 &lt;&amp;&gt;");
    assert.deepEqual([bad?.attributes["file"], bad?.attributes["line"]], ["FILE", "11"]);
    assert.equal(elements[4]?.attributes["message"], "decision: expected allow, got 403 RBAC: access denied");
  });

  it("JUnit and TAP of refused policies, and of texts that XML has no characters for", async () => {
    const text = `config: { authorizationPolicies: 5 }\ntests: [{ name: "a\\u0001\\ud800", expect: allow }]`;
    const junit = await run(text, "--format", "junit");
    assert.deepEqual(
      elementsOf(junit.stdout).map(({ name }) => name),
      ["testsuites", "testsuite", "testcase", "error"],
    );
    assert.match(
      (await run(text, "--format", "tap")).stdout,
      /^1\.\.1\n# FILE\nnot ok 1 - run_test.yaml: the policies are refused$/m,
    );
    const odd = await run(`tests: [{ name: "a\\x01b", expect: allow }]`, "--format", "junit");
    assert.match(odd.stdout, /name="a\ufffdb"/);
  });

  it("JSON, and to a file beside the one for people", async () => {
    const { stdout } = await run(mixed, "--json");
    const report = JSON.parse(stdout) as {
      summary: object;
      suites: {
        tests: { name: string; passed: boolean; line: number; mismatches?: object[]; why?: string[] }[];
      }[];
    };
    assert.deepEqual(report.summary, { tests: 3, passed: 1, failed: 2, refused: 0, unusable: 0 });
    const [good, bad] = report.suites[0]?.tests ?? [];
    assert.deepEqual([good?.passed, good?.mismatches, bad?.passed, bad?.line], [true, undefined, false, 11]);
    assert.deepEqual(bad?.mismatches, [
      { what: "decision", expected: "allow", seen: "403 RBAC: access denied" },
    ]);
    assert.equal(bad.why?.length, 1);

    const both = await run(mixed, "--format", "junit", "-o", at("report.xml"));
    assert.match(both.stdout, /3 tests, 1 passed, 2 failed/);
    assert.match(await readFile(at("report.xml"), "utf8"), /^<\?xml/);
    const clash = await run(mixed, "--json", "--format", "tap");
    assert.match(clash.stdout, /--json and --format tap exclude each other/);
  });
});

describe("--fail-fast", () => {
  const bad = "  - { request: GET /headers, token: alice, expect: deny }\n";
  const good = "  - { request: GET /headers, token: alice, expect: allow }\n";

  it("runs no test after the first that fails, of this suite or a later one", async () => {
    const two = `tests:\n${good}${bad}${good}`;
    const { code, stdout } = await run(two, "--fail-fast");
    assert.match(stdout, /^2 tests, 1 passed, 1 failed, 1 not run$/m);
    assert.equal(code, 1);
    const { stdout: all } = await run(two);
    assert.match(all, /^3 tests, 2 passed, 1 failed$/m);
    const { stdout: later } = await run(`${head}tests:\n${bad}---\n${head}tests:\n${good}`, "--fail-fast");
    assert.match(later, /^1 test, 0 passed, 1 failed, 1 not run$/m);
    const { stdout: json } = await run(two, "--fail-fast", "--json");
    assert.equal((JSON.parse(json) as { summary: { notRun?: number } }).summary.notRun, 1);
  });

  it("changes nothing where none fails", async () => {
    const { code, stdout } = await run(`tests:\n${good}${good}`, "--fail-fast");
    assert.match(stdout, /^2 tests, 2 passed, 0 failed$/m);
    assert.equal(code, 0);
  });

  it("tells no coverage, which is of all tests", async () => {
    const { code, stderr, stdout } = await run(`tests:\n${good}`, "--fail-fast", "--coverage");
    assert.match(stderr + stdout, /--fail-fast and --coverage exclude each other/);
    assert.equal(code, 2);
  });
});

describe("coverage", () => {
  const gaps = async (tests: string, ...args: string[]) => {
    const { stdout, stderr, code } = await run(`tests:\n${tests}`, "--json", "--coverage", ...args);
    const { coverage } = JSON.parse(stdout) as {
      coverage: { percent: number; total: number; gaps: { place: string; message: string; line: number }[] };
    };
    return { ...coverage, code, stderr };
  };
  const some = "  - { request: GET /headers, token: alice, expect: allow }\n";
  const most = `${some}  - { request: GET /headers, token: [bob, none], expect: deny }
  - { request: PUT /headers, token: alice, expect: deny }
  - { request: GET /get, token: alice, expect: deny }
`;
  const all = `${most}  - { request: POST /headers, token: alice, expect: deny }\n`;

  it("names rules that no test matched and conditions that never failed, at their places", async () => {
    const { gaps: found, total, percent } = await gaps(some);
    assert.equal(total, 8);
    assert.deepEqual(
      found.map(({ place, message, line }) => `${line} ${place}: ${message}`),
      [
        "18 AuthorizationPolicy foo/admins rules[0].from[0].source.requestPrincipals: it held in every test: none shows what it keeps out",
        "19 AuthorizationPolicy foo/admins rules[0].to[0].operation.methods: it held in every test: none shows what it keeps out",
        "19 AuthorizationPolicy foo/admins rules[0].to[0].operation.paths: it held in every test: none shows what it keeps out",
        "20 AuthorizationPolicy foo/admins rules[0].when[0].values: it held in every test: none shows what it keeps out",
        "25 AuthorizationPolicy foo/no-put rules[0]: no test matches this rule",
        "25 AuthorizationPolicy foo/no-put rules[0].to[0].operation.methods: it failed in every test: none shows what it lets through",
      ],
    );
    assert.equal(percent, 25);
  });

  it("is complete when every condition has decided once", async () => {
    assert.deepEqual(
      (await gaps(most)).gaps.map(({ place }) => place),
      ["AuthorizationPolicy foo/admins rules[0].to[0].operation.methods"],
    );
    const { percent, code } = await gaps(all, "--coverage-min", "100");
    assert.deepEqual([percent, code], [100, 0]);
  });

  it("fails below --coverage-min", async () => {
    const { code, stderr } = await gaps(most, "--coverage-min", "90");
    assert.deepEqual([code, stderr], [1, "jwt-policy: coverage is 87.5 %, less than 90 %\n"]);
    assert.equal((await gaps(most, "--coverage-min", "87.5")).code, 0);
    const text = await run(`tests:\n${most}`, "--coverage");
    assert.match(text.stdout, /^coverage: 7 of 8 rules and conditions, 87.5 %$/m);
    const bad = await run(`tests:\n${most}`, "--coverage-min", "101");
    assert.match(bad.stderr, /--coverage-min 101: expected a number from 0 to 100/);
  });

  it("a JWT rule without a token that it accepts", async () => {
    const { gaps: found } = await gaps("  - { request: GET /headers, expect: deny }\n");
    assert.ok(
      found.some(
        ({ place, message }) =>
          place === "RequestAuthentication foo/jwt jwtRules[0]" &&
          message === "no test has a token that this rule accepts",
      ),
    );
  });

  it("suites with the same policies count together", async () => {
    await fileOf("one_test.yaml", `${head}tests:\n${some}`);
    await fileOf("two_test.yaml", `${head}tests:\n${most}`);
    const { stdout } = await runCommand(["test", at("one_test.yaml"), at("two_test.yaml"), "--coverage"]);
    assert.match(stdout, /^coverage: 7 of 8 rules and conditions/m);
  });
});

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The elements of an XML text, in order; fails if they are not well nested, or a text has what must be escaped. */
function elementsOf(xml: string): XmlElement[] {
  const open: string[] = [];
  const elements: XmlElement[] = [];
  let rest = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, "");
  assert.notEqual(rest, xml, "no declaration");
  while (rest !== "") {
    const match = /^(?:[^<>&]|&(?:lt|gt|amp|quot);)+|^<(\/?)(\w+)((?: [\w-]+="[^"<>]*")*)(\/?)>/.exec(rest);
    assert.ok(match !== null, `no XML: ${rest.slice(0, 80)}`);
    rest = rest.slice(match[0].length);
    const [, closing, name, attributes = "", empty] = match;
    if (name === undefined) continue;
    if (closing === "/") assert.equal(open.pop(), name);
    else {
      const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, value!] as const,
      );
      elements.push({ name, attributes: Object.fromEntries(pairs) });
      if (empty !== "/") open.push(name);
    }
  }
  assert.deepEqual(open, []);
  return elements;
}
