// `explain` says why a request is allowed or denied: whole outputs as people see them, and everything that can be wrong.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { exportJWK, SignJWT } from "jose";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { rsaKeys } from "../../seeded/keys.js";
import { runCommand } from "../string-terminal.js";

const directory = join(repositoryRoot, "tests", "cli", "explain");
const now = "2026-02-03T04:05:06Z";
const issuer = "https://idp.example.com/";
const workload = ["--for", "foo/app=httpbin", "--now", now];
const alice = ["--claim", "sub=alice", "--claim", "aud=httpbin"];
const seconds = Date.parse(now) / 1000;

let policies: string;
before(async () => {
  policies = await readFile(join(directory, "policies.yaml"), "utf8");
});

const explain = (args: readonly string[], input = policies, columns = 80) =>
  runCommand(["explain", "-", ...workload, ...args], input, { columns });

interface Shown {
  readonly decision: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly why: string;
  readonly remedies: readonly string[];
  readonly principal: string | null;
  readonly request: { readonly path: string; readonly authority: string };
  readonly now: string | null;
  readonly tokens: readonly {
    readonly checks: readonly { name: string; result: string; text: string }[];
    readonly status: string;
  }[];
  readonly locations: readonly { readonly location: string; readonly tokens: number }[];
  readonly policies: readonly {
    readonly name: string;
    readonly decides: boolean;
    readonly rules: readonly {
      readonly matches: boolean;
      readonly failed: {
        readonly place: string;
        readonly sees: readonly string[];
        readonly source: { line: number };
      } | null;
      readonly conditions: readonly unknown[];
    }[];
  }[];
  readonly headers: readonly {
    readonly name: string;
    readonly change: string;
    readonly values: readonly string[] | null;
  }[];
}

async function explained(args: readonly string[], input = policies): Promise<Shown> {
  const { stdout, stderr } = await explain([...args, "--json"], input);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Shown;
}

describe("explain, as a whole:", () => {
  const outputs: Readonly<
    Record<string, { readonly args: readonly string[]; readonly code: number; readonly columns?: number }>
  > = {
    allowed: {
      args: ["--request", "GET /headers", ...alice, "--claim", "scope=email read:headers"],
      code: 0,
    },
    "denied-by-no-rule": {
      args: ["--request", "GET http://httpbin.foo/headers", ...alice, "--claim", "scope=email"],
      code: 1,
    },
    "denied-by-a-rule": { args: ["--request", "GET /admin/users", ...alice], code: 1 },
    "without-token": { args: ["--request", "GET /headers", "-H", "authorization: Basic YTpi"], code: 1 },
    expired: { args: ["--request", "GET /headers", ...alice, "--claim", `exp:=${seconds - 7300}`], code: 1 },
    "every-condition": { args: ["--request", "POST /headers", ...alice, "--all"], code: 1 },
    narrow: { args: ["--request", "GET /headers", ...alice, "--claim", "scope=email"], code: 1, columns: 44 },
  };
  for (const [name, { args, code, columns }] of Object.entries(outputs)) {
    it(name, async () => {
      const result = await explain(args, policies, columns);
      assert.equal(result.stderr, "");
      assert.equal(result.stdout, await readFile(join(directory, `${name}.txt`), "utf8"));
      assert.equal(result.code, code);
    });
  }

  it("the same as JSON", async () => {
    const shown = await explained(["--request", "GET /headers", ...alice, "--claim", "scope=email"]);
    assert.deepEqual(shown, JSON.parse(await readFile(join(directory, "denied.json"), "utf8")));
  });

  for (const columns of [30, 60, 80, 120]) {
    it(`no line is wider than a terminal of ${columns} columns`, async () => {
      const { stdout } = await explain(
        ["--request", `GET /${"x".repeat(200)}`, ...alice, "--all"],
        policies,
        columns,
      );
      // What is indented more than a narrow terminal is wide still gets 20 columns.
      const widest = Math.max(columns, 45);
      assert.deepEqual(
        stdout.split("\n").filter((line) => line.length > widest),
        [],
      );
    });
  }
});

describe("explain finds", () => {
  const source = (fields: string) => `from: [{ source: { ${fields} } }]`;
  const operation = (fields: string) => `to: [{ operation: { ${fields} } }]`;
  const when = (fields: string) => `when: [{ ${fields} }]`;
  const oneRule = (rule: string) => `${policies.split("---")[0]!}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: one, namespace: foo }
spec: { rules: [{ ${rule} }] }
`;

  const hints: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ["a token is missing", source('requestPrincipals: ["*"]'), [], /^Send a token/],
    [
      "a claim is missing",
      when('key: "request.auth.claims[scope]", values: ["a"]'),
      alice,
      /has no claim scope; it has iss, iat, exp, sub, aud\./,
    ],
    [
      "a claim is a number",
      when('key: "request.auth.claims[level]", values: ["3"]'),
      [...alice, "--claim", "level:=3"],
      /claim level is a number/,
    ],
    [
      "a claim is true",
      when('key: "request.auth.claims[admin]", values: ["true"]'),
      [...alice, "--claim", "admin:=true"],
      /claim admin is a boolean/,
    ],
    [
      "the host has a port",
      operation('hosts: ["httpbin"]'),
      ["--host", "httpbin:8000"],
      /httpbin:8000 with the port; hosts: \["httpbin", "httpbin:\*"\]/,
    ],
    [
      "a principal is short of a slash",
      source('requestPrincipals: ["https://idp.example.com/alice"]'),
      alice,
      /short of a slash/,
    ],
    ["a method is in lower case", operation('methods: ["get"]'), [], /GET, not get/],
    ["a slash too many", operation('paths: ["/a/"]'), ["--request", "GET /a"], /differ in the slash/],
    [
      "a path is that of the folder",
      operation('paths: ["/a/*"]'),
      ["--request", "GET /a"],
      /below \/a, not for \/a itself/,
    ],
    [
      "X-Forwarded-For may mean somebody else",
      source('remoteIpBlocks: ["10.0.0.0/8"]'),
      ["-H", "x-forwarded-for: 10.0.0.1"],
      /--remote/,
    ],
  ];
  for (const [name, rule, args, hint] of hints) {
    it(name, async () => {
      const { decision, remedies } = await explained(args, oneRule(rule));
      assert.equal(decision, "denied");
      assert.match(remedies.join("\n"), hint);
    });
  }

  it("where the values speak for themselves, that the policy would have to change", async () => {
    const { remedies } = await explained(["--request", "GET /b"], oneRule(operation('paths: ["/a"]')));
    assert.match(
      remedies.join("\n"),
      /^No token and no header of the caller [^\n]* would have to take \/b\.[^\n]*$/,
    );
  });

  it("the surprise of the post: no policy demands a token", async () => {
    const { decision, why, remedies } = await explained([], policies.split("---")[0]);
    assert.equal(decision, "allowed");
    assert.match(why, /No ALLOW or DENY policy applies/);
    assert.match(remedies[0] ?? "", /requestPrincipals: \["\*"\]/);
  });

  const issuers: readonly (readonly [string, string, RegExp])[] = [
    ["without its slash", "https://idp.example.com", /differ in the slash at the end/],
    [
      "that nobody knows",
      "https://other.example.com",
      /issuer is https:\/\/other\.example\.com; the rules have https:\/\/idp\.example\.com\/\./,
    ],
  ];
  for (const [name, iss, remedy] of issuers) {
    it(`an issuer ${name}`, async () => {
      const { reason, remedies, tokens, now: judged } = await explained([...alice, "--claim", `iss=${iss}`]);
      assert.equal(reason, "Jwt issuer is not configured");
      assert.equal(judged, now);
      assert.match(remedies.join("\n"), remedy);
      assert.deepEqual(tokens[0]?.checks.map(({ result }) => result).slice(0, 3), [
        "passed",
        "failed",
        "not reached",
      ]);
    });
  }

  const checks: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    [
      "an audience that is not wanted",
      ["--claim", "aud=other"],
      "audience",
      /^other; the rule wants httpbin$/,
    ],
    ["no audience", ["--claim", "sub=a"], "audience", /^the token names none; the rule wants httpbin$/],
    [
      "a token for later",
      [...alice, "--claim", `nbf:=${seconds + 120}`],
      "not before",
      /^in 2 minutes, 2026-02-03T04:07:06Z$/,
    ],
    [
      "a token long expired",
      [...alice, "--claim", "exp:=1"],
      "expiry",
      /^56 years ago, 1970-01-01T00:00:01Z$/,
    ],
    ["rubbish", ["--token", "rubbish"], "form", /^Jwt is not in the form/],
  ];
  for (const [name, args, check, text] of checks) {
    it(name, async () => {
      const { tokens, decision } = await explained(args);
      assert.equal(decision, "denied");
      const failed = tokens[0]?.checks.find(({ result }) => result === "failed");
      assert.equal(failed?.name, check);
      assert.match(failed.text, text);
    });
  }

  const times: readonly (readonly [string, string, string, RegExp])[] = [
    [
      "expired a moment ago",
      `exp:=${seconds - 30}`,
      "expiry",
      /^30 seconds ago, .*; within the 60 s that clocks may differ by$/,
    ],
    ["valid in a moment", `nbf:=${seconds + 30}`, "not before", /^in 30 seconds, .*; within the 60 s/],
    ["without end", "exp:=0", "expiry", /never expires/],
    ["beyond all calendars", "exp:=1e15", "expiry", /s after 1970$/],
  ];
  for (const [name, claim, check, text] of times) {
    it(`a token ${name}`, async () => {
      const { tokens } = await explained([...alice, "--claim", claim]);
      const found = tokens[0]?.checks.find((one) => one.name === check);
      assert.equal(found?.result, "passed");
      assert.match(found.text, text);
    });
  }

  it("what stands where a token is looked for, and speaks of several headers where there are several", async () => {
    const opaque = ["-H", "authorization: Bearer opaque"];
    const { reason, why } = await explained(opaque);
    assert.match(reason ?? "", /^Jwt is not in the form/);
    assert.match(why, /an opaque token/);
    assert.doesNotMatch(why, /headers/);
    const twice = await explained([...opaque, "-H", "Authorization: Basic dTpw"]);
    assert.match(twice.why, /several `authorization` headers, which count as one text/);
  });

  it("several rules and places, and the last word of those that were asked twice", async () => {
    const rules = policies.replace(
      "  jwtRules:",
      '  jwtRules:\n    - { issuer: "https://a/", jwksUri: "https://a/keys", fromHeaders: [{ name: x-token }] }',
    );
    const { tokens, locations, reason } = await explained(
      [...alice, "--claim", "iss=https://a/", "--claim", "exp:=1"],
      rules,
    );
    assert.equal(reason, "Jwt is expired");
    assert.equal(tokens.length, 1, JSON.stringify(tokens));
    assert.deepEqual(
      locations.map(({ location, tokens: count }) => [location, count]),
      [
        ["header x-token", 1],
        ["header authorization, prefix Bearer ", 0],
        ["parameter access_token", 0],
      ],
    );
  });

  it("what a CORS preflight is let off", async () => {
    const { tokens, locations } = await explained([
      "--request",
      "OPTIONS /headers",
      "-H",
      "origin: https://a",
      "-H",
      "access-control-request-method: GET",
    ]);
    assert.deepEqual([tokens, locations], [[], []]);
  });

  it("where conditions stand", async () => {
    const shown = await explained(["--request", "GET /headers", ...alice]);
    const readers = shown.policies.find(({ name }) => name === "readers");
    const failed = readers?.rules[0]?.failed;
    const line = policies.split("\n")[(failed?.source.line ?? 0) - 1];
    assert.equal(line?.trim(), 'values: ["read:headers"]');
  });
});

describe("explain and the token", () => {
  let folder: string;
  let token: string;
  let jwks: string;
  let server: Server;
  let origin: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "jwt-policy-explain-"));
    const { publicKey, privateKey } = rsaKeys(2048, "explain");
    token = await new SignJWT({
      iss: issuer,
      sub: "alice",
      aud: "httpbin",
      scope: "read:headers",
      exp: seconds + 60,
    })
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .sign(privateKey);
    jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] });
    await Promise.all([
      writeFile(join(folder, "token"), `${token}\n`),
      writeFile(join(folder, "policies.yaml"), policies),
      writeFile(join(folder, "jwks.json"), jwks),
      writeFile(join(folder, "other.json"), jwks.replace('"k1"', '"k2"')),
    ]);
    server = createServer((request, response) => {
      if (request.url === "/keys") response.end(jwks);
      else if (request.url === "/page") response.end("<html>");
      else if (request.url === "/moved") response.writeHead(302, { location: "/keys" }).end();
      else if (request.url !== "/hangs") response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const given = () => ["--jwks", `${issuer}=${join(folder, "jwks.json")}`];

  it("takes it from a file, the environment, standard input, or an argument, with its scheme or without", async () => {
    process.env["EXPLAIN_TEST_TOKEN"] = `Bearer ${token}`;
    const args = ["explain", join(folder, "policies.yaml"), ...workload, "--request", "GET /headers"];
    const sources: readonly (readonly string[])[] = [
      ["--token", token],
      ["--token-file", join(folder, "token")],
      ["--token-env", "EXPLAIN_TEST_TOKEN"],
      ["--token", "-"],
      ["--token-file", "-"],
    ];
    const runs = await Promise.all(
      sources.map((source) =>
        runCommand([...args, ...given(), "--json", ...source], `authorization: Bearer ${token}\n`),
      ),
    );
    for (const { code, stdout, stderr } of runs) {
      assert.equal(code, 0, stderr + stdout);
      assert.equal(stdout, runs[0]!.stdout);
    }
  });

  it("puts it where the request says", async () => {
    const args = ["--request", "GET /headers?a=1&access_token={token}&b=2", "--token", token, ...given()];
    const { decision, locations, headers } = await explained(args);
    assert.equal(decision, "allowed");
    assert.deepEqual(
      locations.map(({ tokens }) => tokens),
      [0, 1],
    );
    assert.deepEqual(headers[0], { name: ":path", change: "replaced", values: ["/headers?a=1&b=2"] });
  });

  it("puts it where its rule looks", async () => {
    for (const place of [
      "fromHeaders: [{name: x-t, prefix: 'JWT '}]",
      "fromParams: [t]",
      "fromCookies: [t]",
    ]) {
      const { principal } = await explained(
        ["--request", "GET /headers", "--token", token, ...given()],
        policies.replace("audiences:", `${place}\n      audiences:`),
      );
      assert.equal(principal, `${issuer}/alice`, place);
    }
  });

  it("never prints it, nor a part of it", async () => {
    const echo = policies
      .replace("read:headers", "x")
      .replace("when:", "when:\n        - {key: 'request.headers[x-copy]', values: [a]}");
    const copies = ["-H", "x-copy: {token}", "-H", "authorization: Bearer {token}", "--token", token];
    const variants = [
      [],
      ["--all"],
      ["--json"],
      ["--unverified"],
      ["--jwks", `${issuer}=${join(folder, "other.json")}`],
      ["--offline"],
    ];
    for (const variant of variants) {
      const extra = variant.includes("--jwks") || variant.includes("--offline") ? [] : given();
      for (const input of [echo, policies]) {
        const { stdout, stderr } = await explain(
          ["--request", "GET /headers?access_token={token}", ...copies, ...extra, ...variant],
          input,
        );
        for (const part of [token, ...token.split(".")]) {
          assert.ok(!(stdout + stderr).includes(part), `${variant.join(" ")}: ${part.slice(0, 12)}…`);
        }
        assert.notEqual(stdout, "");
      }
    }
  });

  it("prints nothing that acts on the terminal", async () => {
    const { stdout } = await explain([
      "--claim",
      "aud=httpbin",
      "--claim",
      'sub:="\\u001b[2J\\u202e"',
      "--all",
    ]);

    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(stdout, /\\x1b\[2J\\u202e/);
  });

  it("leaves the signature aside when told so", async () => {
    const [header, payload] = token.split(".");
    const { decision, tokens } = await explained([
      "--request",
      "GET /headers",
      "--token",
      `${header}.${payload}.AAAA`,
      "--unverified",
    ]);
    assert.equal(decision, "allowed");
    // The issuer's keys beside it change nothing.
    const beside = ["--request", "GET /headers", "--token", `${header}.${payload}.AAAA`, "--unverified"];
    assert.equal((await explained([...beside, ...given()])).decision, "allowed");
    assert.deepEqual(
      tokens[0]?.checks.map(({ result }) => result),
      ["passed", "passed", "passed", "passed", "passed", "assumed", "assumed"],
    );
    assert.equal(tokens[0].checks[0]?.text, "RS256, kid k1");
  });

  const keys: readonly (readonly [string, (uri: string) => readonly string[], string, RegExp])[] = [
    ["fetches keys", () => [], "/keys", /^$/],
    ["says that there are none", () => [], "/nothing", /\/nothing answered with status 404\./],
    ["follows no redirect", () => [], "/moved", /\/moved answered with status 302\./],
    [
      "says that it got something else",
      () => [],
      "/page",
      /\/page answered, but not with a key set: Jwks is an invalid JSON\./,
    ],
    ["does not wait for ever", () => [], "/hangs", /\/hangs did not answer in time\./],
    ["stays offline", () => ["--offline"], "/keys", /is not asked for its keys because of --offline\./],
    [
      "takes keys by their URI",
      (uri) => ["--offline", "--jwks", `${uri}=${join(folder, "jwks.json")}`],
      "/keys",
      /^$/,
    ],
  ];
  for (const [name, args, path, why] of keys) {
    it(name, async () => {
      const uri = origin + path;
      const input = policies.replace(
        "https://idp.example.com/.well-known/jwks.json",
        `${uri}\n      timeout: ${path === "/hangs" ? "0.2s" : "60s"}`,
      );
      const { code, stdout } = await explain(
        ["--request", "GET /headers", "--token", token, ...args(uri), "--json"],
        input,
      );
      const shown = JSON.parse(stdout) as Shown;
      if (why.source === "^$") assert.deepEqual([code, shown.decision], [0, "allowed"]);
      else {
        assert.deepEqual([code, shown.decision], [2, "unknown"]);
        assert.match(shown.why, why);
        assert.match(
          shown.remedies.join("\n"),
          /--jwks https:\/\/idp\.example\.com\/=jwks\.json[^]*--unverified/,
        );
        if (path === "/moved") assert.match(shown.remedies[0]!, /the filter follows no redirect/);
        if (path === "/nothing")
          assert.match(shown.remedies[0]!, /^Look at jwksUri: jwks_uri in the issuer's/);
      }
    });
  }

  it("says which kid is not among the keys", async () => {
    const { reason, tokens } = await explained([
      "--token",
      token,
      "--jwks",
      `${issuer}=${join(folder, "other.json")}`,
    ]);
    assert.equal(reason, "Jwks doesn't have key to match kid or alg from Jwt");
    assert.equal(tokens[0]?.checks[5]?.text, "none of 1 key given by --jwks has kid k1 and fits RS256");
  });
});

describe("explain takes", () => {
  const config = JSON.stringify({
    authorizationPolicies: [{ name: "one", rules: [{ to: [{ operation: { paths: ["/a"] } }] }] }],
  });
  const plugin = `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: p, namespace: foo }
spec: { pluginName: jwt-policy, url: "oci://a/b", pluginConfig: ${config} }
`;
  for (const [name, input] of Object.entries({ "a plugin configuration": config, "a WasmPlugin": plugin })) {
    it(name, async () => {
      const { stdout, code } = await runCommand(["explain", "--config", "-", "--request", "GET /b"], input);
      assert.equal(code, 1);
      assert.match(stdout, /^DENIED {2}403 RBAC: access denied\n/);
      assert.match(stdout, /to\[0\]\.operation\.paths {2}-:\d+:\d+\n/);
    });
  }

  it("the path as Envoy makes it", async () => {
    const { request } = await explained([
      "--request",
      "GET https://httpbin.foo:8443/admin/..;x/%68eaders?a=/../b#c",
    ]);
    assert.deepEqual(request, { method: "GET", authority: "httpbin.foo:8443", path: "/headers" });
  });

  const shown: readonly (readonly [string, string, readonly string[]])[] = [
    ["the TCP peer", "from: [{ source: { ipBlocks: [10.0.0.0/8] } }]", ["--peer", "10.1.1.1"]],
    ["the client", "from: [{ source: { remoteIpBlocks: [10.0.0.0/8] } }]", ["--remote", "10.1.1.1"]],
    [
      "the destination",
      "when: [{ key: destination.ip, values: [10.0.0.9] }, { key: destination.port, values: ['81'] }]",
      ["--destination", "10.0.0.9:81"],
    ],
    ["the server name", "when: [{ key: connection.sni, values: [a.b] }]", ["--sni", "a.b"]],
    [
      "the peer's principal",
      "from: [{ source: { principals: [cluster.local/ns/a/sa/b] } }]",
      ["--principal", "cluster.local/ns/a/sa/b"],
    ],
    [
      "metadata",
      "when: [{ key: 'experimental.envoy.filters.a[b]', values: [c] }]",
      ["--metadata", '{"envoy.filters.a": {"b": "c"}}'],
    ],
    ["headers", "when: [{ key: 'request.headers[x-a]', values: ['1'] }]", ["-H", "X-A: 1"]],
    ["the Host header", "to: [{ operation: { hosts: [a.b] } }]", ["-H", "host: a.b"]],
  ];
  for (const [name, rule, args] of shown) {
    it(name, async () => {
      const input = `{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: foo}, spec: {rules: [{${rule}}]}}`;
      assert.equal((await explained(args, input)).decision, "allowed");
      assert.equal((await explained([], input)).decision, "denied");
    });
  }
});

describe("explain refuses", () => {
  const one = ["-", "--for", "foo/app=httpbin"];
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["nothing to go by", [], /needs files with policies, or --config/],
    ["policies without a workload", ["-"], /name the workload .*--for/],
    ["a configuration of a workload", ["--config", "a.json", "--for", "a/b=c"], /exclude each other/],
    [
      "several tokens",
      [...one, "--token", "a", "--claim", "sub=b"],
      /--token and --claims exclude each other/,
    ],
    ["an empty token", [...one, "--token", "Bearer  "], /the token is empty/],
    [
      "the name of a file for a token",
      [...one, "--token", join(repositoryRoot, "package.json")],
      /package\.json: this is a file; --token-file /,
    ],
    ["two tokens in one", [...one, "--token", "a b"], /no blanks/],
    [
      "a variable that is not there",
      [...one, "--token-env", "NO_SUCH_VARIABLE_"],
      /there is no such variable/,
    ],
    ["a file that is not there", [...one, "--token-file", "/no/such"], /cannot read \/no\/such/],
    ["claims that are none", [...one, "--claims", "[]"], /expected a JSON object/],
    ["a request without path", [...one, "--request", "GET"], /expected a method and a path/],
    ["a path that Envoy refuses", [...one, "--request", "GET /a%00"], /Envoy answers 400 .*%00/],
    ["a header without value", [...one, "-H", "x"], /--header: expected/],
    [
      "a header with a line end",
      [...one, "-H", "x: a\nb"],
      /--header x: Envoy refuses a value with line ends/,
    ],
    ["a name for an address", [...one, "--peer", "localhost"], /--peer localhost: expected an IP address/],
    ["a destination without port", [...one, "--destination", "1.2.3.4"], /--destination/],
    ["metadata that is none", [...one, "--metadata", "{"], /--metadata: expected JSON/],
    ["a time that is none", [...one, "--now", "yesterday"], /--now yesterday/],
    [
      "keys of nobody",
      [...one, "--jwks", `https://x/=${join(directory, "denied.json")}`],
      /no rule has this issuer or jwksUri; there are https:\/\/idp/,
    ],
    [
      "a place for a token that is missing",
      [...one, "-H", "a: {token}"],
      /stands for the token, and there is none/,
    ],
    ["no token to take for good", [...one, "--unverified"], /there is none/],
    ["standard input for two things", [...one, "--token", "-"], /standard input is one thing/],
    ["a stream without a log", [...one, "--stream", "1"], /give --from-log/],
  ];
  for (const [name, args, message] of refused) {
    it(name, async () => {
      const { code, stdout, stderr } = await runCommand(["explain", ...args], policies);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      const asJson = await runCommand(["explain", ...args, "--json"], policies);
      assert.match((JSON.parse(asJson.stdout) as { error: string }).error, message);
    });
  }

  it("policies that Istio refuses, with the place", async () => {
    const { code, stderr } = await explain([], policies.replace("paths: [/headers]", "path: [/headers]"));
    assert.equal(code, 2);
    assert.match(stderr, /^-:\d+:\d+: error: /);
  });
});
