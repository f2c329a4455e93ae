// `token --show`: what a token says, whatever people paste; which rule takes it and why the others do not; and never the token itself.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { toBase64url } from "../../policies/text/base64url.js";
import { runCommand } from "./string-terminal.js";

let directory = "";
/** Signed at noon for an hour by https://idp.example.com/. */
let token = "";
const noon = "2026-01-31T12:00:00Z";
const at = (name: string) => join(directory, name);

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-show-"));
  const { stdout } = await runCommand([
    ...["token", "--issuer", "https://idp.example.com/", "--subject", "alice", "--audience", "shop"],
    ...["--algorithm", "ES256", "--kid", "k1", "--now", noon, "--claim", 'groups:=["admin","dev"]'],
    ...["--key-out", at("key.json"), "--jwks-out", at("jwks.json")],
  ]);
  token = stdout.trim();
  await writeFile(at("token.txt"), `${token}\n`);
  await writeFile(at("policies.yaml"), policies);
  await writeFile(at("answer.json"), JSON.stringify({ access_token: token, token_type: "Bearer" }));
});
after(() => rm(directory, { recursive: true }));

const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec:
  selector: { matchLabels: { app: shop } }
  jwtRules:
    - { issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/jwks", audiences: [shop] }
    - { issuer: "https://idp.example.com", jwksUri: "https://idp.example.com/jwks" }
    - { issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/jwks", audiences: [bank], fromHeaders: [{ name: x-bank }] }
    - { issuer: "https://other.example.com/", jwksUri: "https://other.example.com/jwks", fromCookies: [session] }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: elsewhere, namespace: bar }
spec: { jwtRules: [{ issuer: "https://bar.example.com/", jwksUri: "https://bar.example.com/jwks" }] }
`;

/** Nothing that is printed has the signature, the payload as sent, or the whole token. */
function holdsNoToken(text: string): void {
  const [, payload = "", signature = ""] = token.split(".");
  for (const secret of [payload, signature, token]) assert.ok(!text.includes(secret), text);
}

async function show(args: readonly string[], input?: string) {
  const result = await runCommand(["token", "--show", ...args, "--now", noon], input);
  holdsNoToken(result.stdout + result.stderr);
  return result;
}

/** Without the breaks of its lines. */
const inOneLine = (text: string) => text.replaceAll(/\s+/g, " ");

describe("token --show", () => {
  it("tells header, claims and times in words, and that nothing is verified", async () => {
    const { code, stdout } = await show([token]);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `A JWT
  NOT VERIFIED: the signature has not been checked; anybody could have written these claims

Header
  alg  ES256
  kid  k1
  typ  JWT

Claims
  iss     https://idp.example.com/
  sub     alice
  aud     shop
  iat     1769860800
  exp     1769864400
  groups  ["admin","dev"]

  requestPrincipals sees https://idp.example.com//alice

Times
  iat  issued now, 2026-01-31T12:00:00Z
  exp  expires in 60 minutes, 2026-01-31T13:00:00Z
`,
    );
  });

  it("reads an argument, a file, @file, --token-file, --token-env and standard input", async () => {
    const [{ stdout: wanted }] = [await show([token])];
    process.env["SHOWN_TOKEN"] = token;
    const ways: readonly (readonly [readonly string[], string?])[] = [
      [[at("token.txt")]],
      [[`@${at("token.txt")}`]],
      [["--token-file", at("token.txt")]],
      [["--token-file", "-"], token],
      [["--token-env", "SHOWN_TOKEN"]],
      [["-"], `${token}\n`],
      [[], token],
    ];
    for (const [args, input] of ways) assert.equal((await show(args, input)).stdout, wanted, args.join(" "));
    delete process.env["SHOWN_TOKEN"];
  });

  it("tells of each rule whether it would take the token, and why not", async () => {
    const { code, stdout } = await show([token, at("policies.yaml"), "--for", "foo/app=shop"]);
    assert.equal(code, 0);
    const told = stdout
      .slice(stdout.indexOf("Which rule"))
      .replaceAll(`${directory}/`, "")
      .replaceAll(/\s+/g, " ");
    assert.equal(
      told,
      "Which rule takes it " +
        '~ jwtRules[0] of RequestAuthentication foo/jwt policies.yaml:8:7 would take it, if its signature is good, which has not been checked looks in header authorization, prefix "Bearer "; parameter access_token ' +
        "✗ jwtRules[1] of RequestAuthentication foo/jwt policies.yaml:9:7 does not take it: its issuer is https://idp.example.com/, and the rule is for https://idp.example.com: they differ in the slash at the end, which counts " +
        "✗ jwtRules[2] of RequestAuthentication foo/jwt policies.yaml:10:7 does not take it: Audiences in Jwt are not allowed: shop; the rule wants bank " +
        "✗ jwtRules[3] of RequestAuthentication foo/jwt policies.yaml:11:7 does not take it: its issuer is https://idp.example.com/, and the rule is for https://other.example.com/ ",
    );
  });

  it("verifies with keys that are given, and asks all rules where no workload is named", async () => {
    const jwks = ["--jwks", `https://idp.example.com/=${at("jwks.json")}`];
    const { code, stdout } = await show([at("policies.yaml"), "--json", ...jwks], token);
    assert.equal(code, 0);
    const { verified, rules } = JSON.parse(stdout) as { verified: boolean; rules: Record<string, unknown>[] };
    assert.equal(verified, true);
    assert.deepEqual(
      rules.map(({ verdict, reason }) => [verdict, reason]),
      [
        ["takes", null],
        ["refuses", "Jwt issuer is not configured"],
        ["refuses", "Audiences in Jwt are not allowed"],
        ["refuses", "Jwt issuer is not configured"],
        ["refuses", "Jwt issuer is not configured"],
      ],
    );
    // Another key of that name has signed this one.
    const { stdout: forged } = await runCommand([
      ...["token", "--issuer", "https://idp.example.com/", "--audience", "shop", "--kid", "k1"],
      ...["--algorithm", "ES256", "--now", noon],
    ]);
    const refused = await show([forged.trim(), at("policies.yaml"), "--for", "foo/app=shop", ...jwks]);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /NOT VERIFIED/);
    assert.match(refused.stdout, /jwtRules\[0\][^✗~]*does not take it: Jwt verification fails/);
  });

  it("tells what an expired token is refused for", async () => {
    const { code, stdout } = await runCommand([
      ...[
        "token",
        "--show",
        token,
        at("policies.yaml"),
        "--for",
        "foo/app=shop",
        "--now",
        "2026-01-31T16:00:00Z",
      ],
    ]);
    assert.equal(code, 1);
    assert.match(stdout, /exp {2}expired 3 hours ago, 2026-01-31T13:00:00Z/);
    assert.match(stdout, /does not take it: Jwt is expired: 3 hours ago/);
  });
});

const jwe = (header: object) =>
  [toBase64url(JSON.stringify(header)), "", "aXZpdml2", "Y2lwaGVy", "dGFndGFn"].join(".");
const parts = () => token.split(".");

/** What is pasted, what must be told, and the exit code: 0 for a JWT. */
const pasted: readonly (readonly [name: string, text: () => string, told: RegExp, code: 0 | 1])[] = [
  ["quotes", () => `"${token}"`, /in quotes/, 0],
  ["typographic quotes", () => `“${token}”`, /in quotes/, 0],
  ["Bearer", () => `Bearer ${token}`, /Bearer, in front/, 0],
  ["a whole header", () => `Authorization: Bearer ${token}`, /Bearer, in front/, 0],
  ["quotes around a scheme", () => `'Bearer ${token}'`, /in quotes[^]*Bearer, in front/, 0],
  ["another scheme", () => `JWT ${token}`, /looks for "Bearer "/, 0],
  [
    "an issuer's answer",
    () => JSON.stringify({ access_token: token, token_type: "Bearer" }),
    /its member access_token/,
    0,
  ],
  [
    "kubectl create token -o json",
    () => JSON.stringify({ kind: "TokenRequest", status: { token } }),
    /status\.token/,
    0,
  ],
  [
    "a Secret",
    () => JSON.stringify({ kind: "Secret", data: { token: btoa(token) } }),
    /data\.token[^]*base64/,
    0,
  ],
  ["base64 of a token", () => btoa(token), /in base64, as in a Kubernetes Secret/, 0],
  ["several lines", () => token.replaceAll(/.{60}/g, "$&\n"), /several lines/, 0],
  ["a shell variable", () => `export TOKEN=${token}`, /a name in front/, 0],
  [
    "a line of curl",
    () => `curl -H 'Authorization: Bearer ${token}' http://localhost/`,
    /among other text/,
    0,
  ],
  ["a URL", () => `https://app.example.com/cb#access_token=${token}&state=1`, /among other text/, 0],
  ["a word joiner", () => `\u200b${token}\ufeff`, /nobody sees/, 0],
  [
    "opaque beside an id_token",
    () => JSON.stringify({ access_token: "tGzv3JOkF0XG5Qx2TlKWIA", id_token: token }),
    /opaque token[^]*id_token is a JWT[^]*introspection/,
    1,
  ],
  ["an opaque token", () => "tGzv3JOkF0XG5Qx2TlKWIA", /opaque token: a reference[^]*RFC 7662/, 1],
  ["one of Google", () => "ya29.a0AfH6SMBx", /of Google[^]*print-identity-token/, 1],
  ["one of GitHub", () => "ghp_16C7e42F292c6912E7710c838347Ae178B4a", /of GitHub[^]*id-token: write/, 1],
  [
    "a JWE",
    () => jwe({ alg: "RSA-OAEP", enc: "A256GCM", kid: "e1" }),
    /JWE, five parts[^]*enc A256GCM[^]*decrypt nothing/,
    1,
  ],
  [
    "a JWE to the issuer itself",
    () => jwe({ alg: "dir", enc: "A256GCM", iss: "https://x/" }),
    /name it as audience/,
    1,
  ],
  ["a token cut in its claims", () => token.slice(0, 70), /without its signature|header can be read/, 1],
  [
    "a token without signature part",
    () => parts().slice(0, 2).join("."),
    /without its signature: two parts/,
    1,
  ],
  ["a header alone", () => parts()[0]!, /one part/, 1],
  ["a broken header", () => `eyJhb${token}`, /cannot be read|broken/i, 1],
  [
    "claims",
    () => '{"iss": "https://idp.example.com/", "sub": "alice"}',
    /Claims, without header and signature/,
    1,
  ],
  ["an error of the issuer", () => '{"error": "invalid_client"}', /gave no token: invalid_client/, 1],
  ["a key set", () => '{"keys": []}', /key set \(JWKS\)[^]*--jwks/, 1],
  ["a private key", () => '{"kty": "oct", "k": "c2VjcmV0"}', /private key/, 1],
  ["PEM", () => "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", /PEM/, 1],
  ["SAML", () => "<saml:Assertion/>", /SAML/, 1],
  ["a web page", () => "<!doctype html><html>", /web page/, 1],
  ["Basic", () => "Basic YWxpY2U6cHc=", /HTTP Basic/, 1],
  ["PASETO", () => "v4.public.eyJzdWIiOiJhbGljZSJ9", /PASETO/, 1],
  ["a JWS in JSON", () => '{"payload": "e30", "signature": "AA"}', /JSON serialization/, 1],
  ["nothing", () => "", /the token is empty/i, 1],
  ["null", () => "null", /word null/, 1],
  ["a JSON list", () => "[1]", /JSON list/, 1],
];

describe("token --show tells apart", () => {
  for (const [name, text, told, code] of pasted) {
    it(name, async () => {
      const result = await show([], text());
      assert.match(inOneLine(result.stdout), told);
      assert.equal(result.code, code, result.stdout);
      if (code === 1) assert.match(result.stdout, /What to do\n {2}\S/);
      const { stdout } = await show(["--json"], text());
      assert.equal((JSON.parse(stdout) as { kind: string }).kind === "jwt", code === 0);
    });
  }

  it("times that are milliseconds, texts, or missing", async () => {
    const signed = async (claims: object) =>
      (await runCommand(["token", "--claims", JSON.stringify(claims), "--key", at("key.json")])).stdout;
    const { stdout } = await show([], await signed({ exp: 1769860800000, iat: 1, nbf: 1769860830 }));
    assert.match(inOneLine(stdout), /exp expires in 56,027 years, .*milliseconds/);
    assert.match(inOneLine(stdout), /nbf not valid before in 30 seconds, .*clocks may differ by 60 s/);
    assert.match(
      (await show([], await signed({ exp: "1769860800" }))).stdout,
      /\[exp\] field is not an integer/,
    );
  });

  it("a form that no rule takes, by the filter's own word", async () => {
    const none = `${toBase64url('{"alg":"none"}')}.${toBase64url('{"sub":"alice"}')}.`;
    const { code, stdout } = await show([none]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^An unsigned JWT\n[^]*no rule takes it: Jwt is not in the form[^]*have the issuer sign it/,
    );
  });
});

describe("token --show refuses", () => {
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [["--show", "x", "--token-file", "y"], /exclude each other/],
    [["--show", "x", "--issuer", "https://idp.example.com/"], /--issuer: not with --show/],
    [["--for", "foo/app=shop"], /--for: only with --show/],
    [["policies.yaml"], /policies are read with --show alone/],
    [["--show", "x", "--for", "foo/app=shop"], /name their files too/],
    [["--show", "-", "-"], /standard input is one thing/],
    [["--show", "@gone.txt"], /cannot read gone\.txt: no such file/],
  ];
  for (const [args, message] of table) {
    it(args.join(" "), async () => {
      const { code, stderr } = await runCommand(["token", ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe("explain says the same of a token that is none", () => {
  const table: readonly (readonly [string, () => string, RegExp])[] = [
    ["an opaque one", () => "tGzv3JOkF0XG5Qx2TlKWIA", /The token is an opaque token[^]*introspection/],
    ["a JWE", () => jwe({ alg: "RSA-OAEP", enc: "A256GCM" }), /The token is an encrypted token \(JWE/],
  ];
  for (const [name, text, told] of table) {
    it(name, async () => {
      const args = [at("policies.yaml"), "--for", "foo/app=shop", "--token", "-", "--offline"];
      const { code, stdout } = await runCommand(["explain", ...args], text());
      assert.equal(code, 1);
      assert.match(inOneLine(stdout), told);
    });
  }

  it("an issuer's answer is taken apart, and told", async () => {
    const args = [
      at("policies.yaml"),
      "--for",
      "foo/app=shop",
      "--token-file",
      at("answer.json"),
      "--now",
      noon,
    ];
    const { code, stdout, stderr } = await runCommand([
      ...["explain", ...args, "--jwks", `https://idp.example.com/=${at("jwks.json")}`],
    ]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stderr, /its member access_token/);
  });
});
