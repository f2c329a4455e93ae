// JWTPolicyExtensions beside Istio's objects: which workloads they are for, what is refused of them, and where it is told.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../string-terminal.js";

const policy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: some, namespace: foo }
spec: { selector: { matchLabels: { app: httpbin } }, rules: [{ to: [{ operation: { paths: [/a] } }] }] }
`;

const head = "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\n";
const object = (spec: string, more = "namespace: foo") =>
  `${head}metadata: { name: ours, ${more} }\nspec: ${spec}\n`;

/** What `check` is given -> what it says, by id and words. */
const refused: readonly (readonly [what: string, text: string, id: string, says: RegExp])[] = [
  ["an unknown part", object("{ selector: {}, nobody: [] }"), "JP301", /extensions.nobody: unknown field/],
  ["nothing said", object("{ selector: { matchLabels: { app: httpbin } } }"), "JP103", /says nothing/],
  ["no spec", `${head}metadata: { name: ours }\n`, "JP103", /spec is missing/],
  ["a spec that is a list", object("[]"), "JP100", /spec must be an object/],
  ["a part beside spec", `${object("{ selector: {} }")}nobody: []\n`, "JP101", /no field nobody/],
  [
    "two attachments",
    object("{ selector: {}, targetRefs: [{ kind: Gateway, name: g, group: gateway.networking.k8s.io }] }"),
    "JP104",
    /only one of/,
  ],
  ["a wildcard", object("{ selector: { matchLabels: { app: '*' } } }"), "JP104", /wildcard/],
  [
    "another version",
    object("{}").replace("v1alpha1", "v1"),
    "JP115",
    /envoy-jwt-policy\/v1 has no kind JWTPolicyExtensions/,
  ],
  [
    "a slip of the kind",
    object("{}").replace("Extensions", "Extension"),
    "JP115",
    /has no kind JWTPolicyExtension/,
  ],
  [
    "Istio's group",
    object("{}").replace("envoy-jwt-policy/v1alpha1", "security.istio.io/v1"),
    "JP115",
    /has no kind JWTPolicyExtensions/,
  ],
  ["no apiVersion", object("{}").replace(/^.*\n/, ""), "JP103", /apiVersion is missing/],
];

describe("check of a JWTPolicyExtensions", () => {
  for (const [what, text, id, says] of refused) {
    it(what, async () => {
      const { code, stdout } = await runCommand(["check", "-"], `${policy}---\n${text}`, { columns: 1000 });
      assert.equal(code, 1, stdout);
      const lines = stdout.split("\n").filter((line) => line.includes(`[${id}]`));
      assert.ok(
        lines.some((line) => says.test(line)),
        stdout,
      );
    });
  }
});

describe("render with a JWTPolicyExtensions", () => {
  it("that is broken writes nothing, for a workload in its namespace", async () => {
    const text = `${policy}---\n${object("{ nobody: 1 }")}`;
    const { code, stdout, stderr } = await runCommand(["render", "-", "--for", "foo/app=httpbin"], text);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /JP301/);
  });

  it("that names no namespace and is left out says so", async () => {
    const text = `${policy}---\n${object("{ nobody: 1 }", "labels: {}")}`;
    const { code, stderr } = await runCommand(["render", "-", "--for", "foo/app=httpbin"], text);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /JP007/);
  });

  it("alone is no policy: a filter that lets everything through is not written", async () => {
    const { code, stderr } = await runCommand(
      ["render", "-", "--for", "foo/app=httpbin"],
      object("{ nobody: 1 }"),
    );
    assert.equal(code, 1);
    assert.match(stderr, /JP002/);
  });
});

describe("JWTPolicyExtensions of a workload", () => {
  const ignored = (path: string, name: string, namespace: string, more = "") =>
    `${head}metadata: { name: ${name}, namespace: ${namespace} }\nspec: { ${more}ignoreTokens: [{ paths: [${path}] }] }\n`;
  const foreign = `${head}metadata: { name: foreign, namespace: istio-system }\nspec: { foreignTokens: [{ kinds: [NOT_JWT] }] }\n`;
  const render = async (workload: string, ...objects: string[]) => {
    const all = [policy, ...objects].join("---\n");
    const { code, stdout, stderr } = await runCommand(
      ["render", "-", "--for", workload, "--as", "config"],
      all,
      { columns: 1000 },
    );
    return {
      code,
      stderr,
      ...(stdout === "" ? {} : { written: (JSON.parse(stdout) as { extensions?: object }).extensions }),
    };
  };

  it("are those that a RequestAuthentication of the same namespace and selector would be", async () => {
    const mine = ignored("/a", "mine", "foo", "selector: { matchLabels: { app: httpbin } }, ");
    const other = ignored("/b", "other", "foo", "selector: { matchLabels: { app: other } }, ");
    const elsewhere = ignored("/c", "elsewhere", "bar");
    const { code, written, stderr } = await render("foo/app=httpbin", mine, other, elsewhere, foreign);
    assert.equal(code, 0, stderr);
    assert.deepEqual(written, {
      ignoreTokens: [{ paths: ["/a"] }],
      foreignTokens: [{ kinds: ["NOT_JWT"] }],
    });
  });

  it("that say the same part are refused, with both places", async () => {
    const { code, written, stderr } = await render(
      "foo/app=httpbin",
      ignored("/a", "one", "foo"),
      ignored("/b", "two", "istio-system"),
    );
    assert.equal(code, 1);
    assert.equal(written, undefined);
    assert.match(
      stderr,
      /two objects say ignoreTokens for one workload: this one, and JWTPolicyExtensions foo\/one .*\[JP012\]/,
    );
  });

  it("that are for some of the pods alone are told, as policies are", async () => {
    const { code, written, stderr } = await render(
      "foo/app=httpbin",
      ignored("/a", "canary", "foo", "selector: { matchLabels: { app: httpbin, track: canary } }, "),
    );
    assert.equal(code, 0, stderr);
    assert.equal(written, undefined);
    assert.match(stderr, /left out: .*\[JP008\]/);
  });

  it("what the filter refuses of them is told with the place", async () => {
    const { code, stderr } = await render("foo/app=httpbin", ignored('"/{a}"', "one", "foo"));
    assert.equal(code, 1);
    assert.match(stderr, /-:10:\d+: error: .*ignoreTokens\[0\].paths.*\[JP003\]/);
    const check = await runCommand(["check", "-"], [policy, ignored('"/{a}"', "one", "foo")].join("---\n"), {
      columns: 1000,
    });
    assert.equal(check.code, 1);
    assert.match(check.stdout, /-:10:\d+: error: extensions.ignoreTokens\[0\].paths: .*\[JP304\]/);
  });
});

describe("explain of a token that is bound to a client certificate", () => {
  const trusting = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec: { jwtRules: [{ issuer: https://idp.example.com/, jwksUri: https://idp.example.com/keys }] }
`;
  const allowing = policy.replace(
    /rules: .*/,
    "rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }",
  );
  const bound = object("{ tokenProfiles: [{ certificateBinding: REQUIRED }] }");
  const letters = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
  const digits = Buffer.from(letters, "base64url").toString("hex");
  const explain = async (...more: string[]) => {
    const claims = `{"sub": "a", "cnf": {"x5t#S256": "${letters}"}}`;
    const args = ["explain", "-", "--for", "foo/app=httpbin", "--offline", "--claims", claims, ...more];
    return runCommand(args, [trusting, allowing, bound].join("---\n"), { columns: 1000 });
  };

  for (const text of [letters, digits, digits.toUpperCase().replace(/..(?=.)/g, "$&:")]) {
    it(`--certificate ${text.slice(0, 12)}…`, async () => {
      const { code, stdout, stderr } = await explain("--certificate", text);
      assert.equal(code, 0, stdout + stderr);
    });
  }

  const refused: readonly (readonly [args: string[], code: number, says: RegExp])[] = [
    [[], 1, /Client certificate is missing/],
    [["--certificate", "0".repeat(64)], 1, /profile .*Jwt is not bound to the client certificate/],
    [["--certificate", digits.slice(1)], 2, /--certificate: expected the SHA-256 of the certificate: 64 hex/],
  ];
  for (const [args, code, says] of refused) {
    it(`refused: ${args.join(" ").slice(0, 30)}`, async () => {
      const told = await explain(...args);
      assert.equal(told.code, code);
      assert.match(told.stdout + told.stderr, says);
    });
  }
});

describe("explain where an issuer has several key sets", () => {
  const secret = "a secret of thirty-two characters";
  const part = (value: object | string) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const keys = (kid: string) =>
    JSON.stringify({ keys: [{ kty: "oct", kid, alg: "HS256", k: part(secret) }] });
  const claims = {
    iss: "https://idp.example.com/",
    aud: "billing",
    exp: 4_000_000_000,
    scp: ["billing.read"],
  };
  const text = `${part({ alg: "HS256", kid: "good" })}.${part(claims)}`;
  const token = `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  const policies = join(repositoryRoot, "examples", "key-sources", "policies.yaml");
  const own = "https://idp.example.com/jwks.json";
  const further = "https://old-idp.example.com/jwks.json";

  const rows: readonly (readonly [title: string, given: object, code: number, says: RegExp])[] = [
    ["by the issuer: all of them", { "https://idp.example.com/": "good" }, 0, /key +good/],
    ["by the issuer, without the key", { "https://idp.example.com/": "bad" }, 1, /DENIED +401/],
    ["by URI, each", { [own]: "bad", [further]: "good" }, 0, /key +good/],
    ["by URI, in none", { [own]: "bad", [further]: "bad" }, 1, /DENIED +401/],
    ["by a URI that is nobody's", { "https://nobody/": "good" }, 2, /no rule has this issuer or jwksUri/],
  ];
  for (const [title, given, code, says] of rows) {
    it(`takes keys ${title}`, async (test) => {
      const folder = await mkdtemp(join(tmpdir(), "jwt-policy-"));
      test.after(() => rm(folder, { recursive: true }));
      const options: string[] = [];
      for (const [name, kid] of Object.entries(given) as [string, string][]) {
        const file = join(folder, `${kid}.json`);
        await writeFile(file, keys(kid));
        options.push("--jwks", `${name}=${file}`);
      }
      const request = ["--for", "foo/app=billing", "--request", "GET /billing", "--token", token];
      const answer = await runCommand(["explain", policies, ...request, ...options], "");
      assert.equal(answer.code, code, answer.stdout + answer.stderr);
      assert.match(answer.stdout + answer.stderr, says);
    });
  }
});
