// `token`: what it signs verifies with jose and with the filter's key set, and wrong input says what to do.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { algorithmNames } from "../../policies/tokens/signature-algorithm.js";
import { ecKeys, ed25519Keys, rsaKeys } from "../seeded/keys.js";
import { runCommand } from "./string-terminal.js";

let directory = "";
before(async () => (directory = await mkdtemp(join(tmpdir(), "jwt-policy-token-"))));
after(() => rm(directory, { recursive: true }));
const at = (name: string) => join(directory, name);
const fileOf = async (name: string, text: string) => {
  await writeFile(at(name), text);
  return at(name);
};

async function token(...args: string[]) {
  const result = await runCommand(["token", ...args]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout.trim();
}

const jwks = async (name: string) => JSON.parse(await readFile(at(name), "utf8")) as JSONWebKeySet;

describe("token", () => {
  for (const algorithm of algorithmNames) {
    it(`signs with ${algorithm}`, async () => {
      const set = `${algorithm}.jwks.json`;
      const signed = await token("--algorithm", algorithm, "--subject", "alice", "--jwks-out", at(set));
      const { keys } = await jwks(set);
      // jose takes no secrets from key sets.
      const isSecret = keys[0]?.kty === "oct";
      const key = isSecret ? () => importJWK(keys[0]!) : createLocalJWKSet({ keys });
      const { protectedHeader, payload } = await jwtVerify(signed, key as JWTVerifyGetKey);
      assert.deepEqual(protectedHeader, { alg: algorithm, kid: keys[0]?.kid, typ: "JWT" });
      assert.equal(payload.sub, "alice");
      assert.equal(payload.exp! - payload.iat!, 3600);
      const mode = (await stat(at(set))).mode & 0o777;
      assert.equal(mode & 0o004, algorithm.startsWith("HS") ? 0 : 0o004, mode.toString(8));
    });
  }

  it("keeps its key, so that the JWKS of the first call verifies the second token", async () => {
    await token("--key-out", at("kept.json"), "--jwks-out", at("kept.jwks.json"), "--algorithm", "ES256");
    assert.equal((await stat(at("kept.json"))).mode & 0o777, 0o600);
    const again = await token("--key", at("kept.json"), "--subject", "bob");
    const { payload } = await jwtVerify(again, createLocalJWKSet(await jwks("kept.jwks.json")));
    assert.equal(payload.sub, "bob");
    const { d, k } = (await jwks("kept.jwks.json")).keys[0]!;
    assert.deepEqual([d, k], [undefined, undefined], "a private member in the key set");
  });

  it("takes PEM of every kind, and names the key by its thumbprint", async () => {
    const rsa = rsaKeys(2048, "token").privateKey;
    const ec = ecKeys("P-384", "token").privateKey;
    const ed = ed25519Keys("token").privateKey;
    const pems = [
      ["pkcs1.pem", rsa.export({ format: "pem", type: "pkcs1" }), "RS256"],
      ["pkcs8.pem", rsa.export({ format: "pem", type: "pkcs8" }), "RS256"],
      ["sec1.pem", ec.export({ format: "pem", type: "sec1" }), "ES384"],
      ["ed.pem", ed.export({ format: "pem", type: "pkcs8" }), "EdDSA"],
    ] as const;
    const kids = new Map<string, string | undefined>();
    for (const [name, pem, alg] of pems) {
      const signed = await token("--key", await fileOf(name, pem.toString()), "--jwks-out", at("pem.jwks"));
      await jwtVerify(signed, createLocalJWKSet(await jwks("pem.jwks")));
      assert.equal(decodeProtectedHeader(signed).alg, alg, name);
      kids.set(name, decodeProtectedHeader(signed).kid);
    }
    assert.equal(kids.get("pkcs1.pem"), kids.get("pkcs8.pem"));
    const pss = await token("--key", at("pkcs8.pem"), "--algorithm", "PS512", "--kid", "mine");
    assert.deepEqual(decodeProtectedHeader(pss), { alg: "PS512", kid: "mine", typ: "JWT" });
  });

  it("the thumbprint is that of RFC 7638 §3.1", async () => {
    const { calculateJwkThumbprint } = await import("jose");
    for (const algorithm of ["RS256", "ES256", "EdDSA", "HS256"]) {
      await token("--algorithm", algorithm, "--jwks-out", at("print.jwks"));
      const key = (await jwks("print.jwks")).keys[0]!;
      assert.equal(key.kid, await calculateJwkThumbprint(key), algorithm);
    }
  });

  it("claims: names win over --claim, and that over --claims", async () => {
    const claims = await fileOf("claims.json", '{"sub": "file", "a": "file", "b": "file", "exp": 5}');
    const signed = await token(
      ...["--claims", `@${claims}`, "--claim", "a=x=y", "--claim", 'https://foo.com/groups:=["admin"]'],
      ...["--subject", "flag", "--now", "2026-01-31T12:00:00Z", "--audience", "one", "--audience", "two"],
    );
    assert.deepEqual(decodeJwt(signed), {
      ...{ sub: "flag", aud: ["one", "two"], iat: 1769860800, exp: 5 },
      ...{ a: "x=y", b: "file", "https://foo.com/groups": ["admin"] },
    });
    const past = await token("--claims", `@${claims}`, "--expires-in", "-5m", "--now", "1000");
    assert.equal(decodeJwt(past).exp, 700);
    assert.equal("exp" in decodeJwt(await token("--expires-in", "never")), false);
    const { stdout } = await runCommand(["token", "--claims", "@-"], '{"sub": "stdin"}');
    assert.equal(decodeJwt(stdout.trim()).sub, "stdin");
  });

  it("--json gives everything that is public", async () => {
    const text = await token("--json", "--issuer", "https://idp.example.com/");
    const json = JSON.parse(text) as { token: string; claims: object; header: object; jwks: JSONWebKeySet };
    await jwtVerify(json.token, createLocalJWKSet(json.jwks), { issuer: "https://idp.example.com/" });
    assert.deepEqual(json.claims, decodeJwt(json.token));
    assert.deepEqual(json.header, decodeProtectedHeader(json.token));
    assert.doesNotMatch(text, /"(d|p|q|k)"/);
  });

  it("says that a key is lost", async () => {
    assert.match((await runCommand(["token"])).stderr, /nothing will verify this token: --jwks-out/);
    assert.equal((await runCommand(["token", "--jwks-out", at("any.jwks")])).stderr, "");
  });

  it("says what is wrong with its input, and never repeats a key", async () => {
    const weak = rsaKeys(1024, "weak").privateKey;
    const koblitz = ecKeys("secp256k1", "koblitz").privateKey;
    const ec = ecKeys("P-256", "token");
    const pem = (key: typeof weak) => key.export({ format: "pem", type: "pkcs8" }).toString();
    const locked = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" } as const;
    const { d, ...publicJwk } = ec.privateKey.export({ format: "jwk" });
    const keys: Record<string, string> = {
      weak: pem(weak),
      koblitz: pem(koblitz),
      ec: pem(ec.privateKey),
      locked: ec.privateKey.export(locked).toString(),
      public: ec.publicKey.export({ format: "pem", type: "spki" }).toString(),
      publicJwk: JSON.stringify(publicJwk),
      set: JSON.stringify({ keys: [publicJwk, publicJwk] }),
      empty: JSON.stringify({ keys: [null] }),
      rs: JSON.stringify({ ...publicJwk, d, alg: "RS256" }),
      unknown: JSON.stringify({ ...publicJwk, d, alg: "ES256K" }),
      broken: JSON.stringify({ ...publicJwk, d: "AAAA" }),
      short: JSON.stringify({ kty: "EC", d }),
      text: "hunter2",
      json: '{"d": "hunter2"',
      oct: '{"kty": "oct", "k": 5}',
    };
    for (const [name, text] of Object.entries(keys)) await fileOf(`${name}.key`, text);
    const table: (readonly [args: string[], message: RegExp])[] = [
      [["--key", at("none.key")], /--key: cannot read .*none.key: no such file or directory/],
      [["--key", at("weak.key")], /weak.key: 1024 bits are too few for RSA: RFC 7518 wants 2048/],
      [["--key", at("koblitz.key")], /tokens are signed with RSA, P-256/],
      [["--key", at("ec.key"), "--algorithm", "RS256"], /RS256 does not fit this kind of key; ES256 does/],
      [["--key", at("ec.key"), "--algorithm", "ES384"], /ES384 does not fit this kind of key; ES256 does/],
      [["--key", at("locked.key")], /it is encrypted: decrypt it, as `openssl pkey/],
      [["--key", at("public.key")], /it is public: give the private key/],
      [["--key", at("publicJwk.key")], /a JWK with the member "d"/],
      [["--key", at("set.key")], /it is a key set: give one private key/],
      [["--key", at("empty.key")], /its key is no object/],
      [["--key", at("rs.key")], /RS256 does not fit this kind of key; ES256 does/],
      [["--key", at("rs.key"), "--algorithm", "ES256"], /its "alg" is RS256: leave --algorithm out/],
      [["--key", at("unknown.key")], /its "alg" is not supported/],
      [["--key", at("broken.key")], /members do not belong together/],
      [["--key", at("short.key")], /it is no private JWK of an RSA, EC, OKP or oct key/],
      [["--key", at("text.key")], /it is neither a JWK nor PEM/],
      [["--key", at("json.key")], /it starts like JSON and is none/],
      [["--key", at("oct.key")], /an "oct" key needs its secret as "k"/],
      [["--key", at("ec.key"), "--key-out", at("x")], /--key and --key-out exclude each other/],
      [["--key-out", at("ec.key")], /--key-out: cannot write .*ec.key: it is there already/],
      [
        ["--jwks-out", join(directory, "none", "x")],
        /--jwks-out: cannot write .*: no such file or directory/,
      ],
      [["--claim", "admin"], /--claim admin: expected name=text, or name:=JSON as in admin:=true/],
      [["--claim", "=x"], /expected name=text/],
      [["--claim", ":=1"], /expected name=text/],
      [["--claim", "a:=[1,"], /--claim a: no JSON: /],
      [["--claim", "a=1", "--claim", "a=2"], /--claim a is there twice; a list is a:=/],
      [["--claims", "[]"], /--claims: expected a JSON object, such as/],
      [["--expires-in", "soon"], /--expires-in soon: expected a duration such as 1h, 90s or -5m, or "never"/],
      [["--now", "yesterday"], /--now yesterday: expected a time such as 2026-01-31T12:00:00Z/],
      [["--now", "2026-13-31T12:00:00Z"], /--now 2026-13-31T12:00:00Z: expected a time/],
      [["--algorithm", "none"], /--algorithm <alg>' argument 'none' is invalid. Allowed choices are RS256,/],
    ];
    for (const [args, message] of table) {
      const { code, stdout, stderr } = await runCommand(["token", ...args]);
      assert.match(stderr, message);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, stderr);
      assert.doesNotMatch(stderr, /hunter2|at .*\.js/);
    }
  });
});
