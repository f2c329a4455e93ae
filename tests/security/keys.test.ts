// Key sets that are no key sets, too large, or full of keys that protect nothing.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exportJWK, SignJWT } from "jose";
import { ed25519Keys } from "../seeded/keys.js";
import { signingKey } from "../differential/keys/keys.js";
import { defaultIssuer } from "../differential/token.js";
import { Filter, jwk, mint, rule, trusting } from "./filter.js";

const number = (hex: string) =>
  Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
const rsa = signingKey("rsa").jwk;
const n = Buffer.from(String(rsa["n"]), "base64url");
const even = Buffer.from(n);
even[even.length - 1]! &= 0xfe;
const ec = signingKey("ec256").jwk;
/** The prime of P-256. */
const P = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const zeros = Buffer.alloc(32).toString("base64url");

const RSA_FAULT = "Jwks RSA [n] or [e] field is missing or has a parse error";
const EC_FAULT = "Jwks EC [x] and [y] fields have a parse error.";

const weak: readonly { title: string; key: object; fault: string }[] = [
  { title: "RSA with e = 1", key: { ...rsa, e: "AQ" }, fault: RSA_FAULT },
  { title: "RSA with e = 0", key: { ...rsa, e: "AA" }, fault: RSA_FAULT },
  { title: "RSA with e = 2", key: { ...rsa, e: "Ag" }, fault: RSA_FAULT },
  // Its last eight bytes are those of 65537.
  { title: "RSA with e = 2^64 + 65537", key: { ...rsa, e: number("010000000000010001") }, fault: RSA_FAULT },
  { title: "RSA with e of 256 bytes", key: { ...rsa, e: rsa["n"] }, fault: RSA_FAULT },
  { title: "RSA with an even modulus", key: { ...rsa, n: even.toString("base64url") }, fault: RSA_FAULT },
  { title: "RSA with modulus 0", key: { ...rsa, n: "AA" }, fault: RSA_FAULT },
  { title: "RSA with modulus 1", key: { ...rsa, n: "AQ" }, fault: RSA_FAULT },
  { title: "RSA with no modulus", key: { ...rsa, n: "" }, fault: RSA_FAULT },
  { title: "RSA with 512 bits", key: { ...rsa, n: number("f".repeat(128)) }, fault: RSA_FAULT },
  { title: "RSA with 1016 bits", key: { ...rsa, n: number("f".repeat(254)) }, fault: RSA_FAULT },
  { title: "RSA with 16385 bits", key: { ...rsa, n: number("01" + "f".repeat(4096)) }, fault: RSA_FAULT },
  {
    title: "RSA with half a million bits",
    key: { ...rsa, n: number("f".repeat(131_072)) },
    fault: RSA_FAULT,
  },
  { title: "an EC point that is not on the curve", key: { ...ec, y: ec["x"] }, fault: EC_FAULT },
  { title: "the EC point (0, 0)", key: { ...ec, x: zeros, y: zeros }, fault: EC_FAULT },
  { title: "EC without coordinates", key: { ...ec, x: "", y: "" }, fault: EC_FAULT },
  { title: "an EC coordinate that is p", key: { ...ec, x: number(P) }, fault: EC_FAULT },
  { title: "an EC coordinate of 1000 bytes", key: { ...ec, x: number("f".repeat(2000)) }, fault: EC_FAULT },
  {
    title: "the EC key of another curve",
    key: { ...ec, crv: "P-384" },
    fault: EC_FAULT,
  },
  {
    title: "a curve that nobody needs",
    key: { ...ec, crv: "secp256k1" },
    fault: "[crv] or [alg] field is not supported for an EC key",
  },
  { title: "an empty secret", key: { kty: "oct", k: "" }, fault: "Jwks Oct key is an invalid Base64" },
  {
    title: "a secret for RS256",
    key: { ...signingKey("oct").jwk, alg: "RS256" },
    fault: "[alg] does not start with [HS] for an HMAC key",
  },
  {
    title: "Ed25519 with 31 bytes",
    key: { kty: "OKP", crv: "Ed25519", x: "A".repeat(42) },
    fault: "Jwks OKP [x] field is wrong length.",
  },
  {
    title: "X25519",
    key: { kty: "OKP", crv: "X25519", x: zeros },
    fault: "[crv] field is not supported for an OKP key",
  },
];

describe("keys that protect nothing", () => {
  for (const { title, key, fault } of weak) {
    it(`${title} is refused, and is passed over beside a good one`, async () => {
      const log = await Filter.tryStart(trusting(rule([key])));
      assert.ok(Array.isArray(log));
      assert.ok(log.join().includes(fault), log.join());
      const filter = await Filter.start(trusting(rule([key, jwk("rsaOther")])));
      assert.equal(filter.outcome({ token: mint({ key: "rsaOther" }) }), "passes");
      assert.notEqual(filter.outcome({ token: mint({ key: "rsa", without: ["kid"] }) }), "passes");
      filter.stop();
    });
  }
});

/** RFC 9864 §2.2 gives EdDSA on Ed25519 a second name; tokens are signed by jose, which nobody here wrote. */
describe("the two names of Ed25519", () => {
  const names = ["EdDSA", "Ed25519"] as const;
  for (const alg of names) {
    for (const keyAlg of [undefined, ...names, "Ed448", "ES256"]) {
      const isUsable = keyAlg === undefined || keyAlg === "EdDSA" || keyAlg === "Ed25519";
      const passes = keyAlg === undefined || keyAlg === alg;
      it(`a token of ${alg}, a key of ${keyAlg ?? "none"}: ${passes ? "passes" : "refused"}`, async () => {
        const { publicKey, privateKey } = ed25519Keys("the two names");
        const key = {
          ...(await exportJWK(publicKey)),
          kid: "ed",
          ...(keyAlg === undefined ? {} : { alg: keyAlg }),
        };
        const keys = isUsable ? [key] : [key, jwk("rsaOther")];
        const filter = await Filter.start(trusting(rule(keys)));
        const token = await new SignJWT({ iss: defaultIssuer }).setProtectedHeader({ alg }).sign(privateKey);
        const outcome = filter.outcome({ token });
        filter.stop();
        if (passes) assert.equal(outcome, "passes");
        else assert.notEqual(outcome, "passes");
      });
    }
  }
});

const MEGABYTE = 1024 * 1024;
const good = JSON.stringify(jwk("oct"));
const padded = (size: number) => `{"keys":[${good}]${" ".repeat(size - good.length - 11)}}`;
const filled = (unit: string) =>
  Array(Math.floor((MEGABYTE - 200) / (unit.length + 1)))
    .fill(unit)
    .join();

/** Answers to a fetch, and whether they may become the keys. */
const answers: readonly { title: string; body: string; taken: boolean }[] = [
  { title: "1 MiB, with white space", body: padded(MEGABYTE), taken: true },
  { title: "a byte more", body: padded(MEGABYTE + 1), taken: false },
  { title: "256 keys", body: `{"keys":[${Array(256).fill(good).join()}]}`, taken: true },
  { title: "257 keys", body: `{"keys":[${Array(257).fill(good).join()}]}`, taken: false },
  {
    title: "256 keys of 8192 bits that are none",
    body: `{"keys":[${Array(256)
      .fill(JSON.stringify({ ...rsa, n: number("f".repeat(2048)) }))
      .join()}]}`,
    taken: true,
  },
  { title: "nesting of 100", body: `{"keys":[${good}],"x":${"[".repeat(99)}${"]".repeat(99)}}`, taken: true },
  {
    title: "nesting of 101",
    body: `{"keys":[${good}],"x":${"[".repeat(100)}${"]".repeat(100)}}`,
    taken: false,
  },
  { title: "nesting without end", body: "[".repeat(MEGABYTE), taken: false },
  { title: "objects without end", body: '{"a":'.repeat(MEGABYTE / 5), taken: false },
  { title: "half a million elements", body: `{"keys":[${good}],"x":[${filled("1")}]}`, taken: true },
  {
    title: "a hundred thousand members",
    body: `{"keys":[${good}],${Array.from({ length: 90_000 }, (_, i) => `"${i}":1`).join()}}`,
    taken: true,
  },
  {
    title: "numbers at the end of the range",
    body: `{"keys":[${good}],"x":[${filled("1e308")}]}`,
    taken: true,
  },
  { title: "two sets in one", body: `{"keys":[${good}],"keys":[]}`, taken: false },
  {
    title: "two sets in one, the second in escapes",
    body: `{"keys":[${good}],"k\\u0065ys":[]}`,
    taken: false,
  },
  { title: "a key with two secrets", body: `{"keys":[{"kty":"oct","k":"AAAA","k":"BBBB"}]}`, taken: false },
  { title: "no JSON", body: "<html>", taken: false },
  { title: "no UTF-8", body: `{"keys":[${good}],"x":"\xff"}`, taken: false },
];

describe("key sets that an issuer, or who stands in its place, may send", () => {
  const jwksUri = "https://idp.example.com/jwks";
  const config = {
    ...trusting({ issuer: defaultIssuer, jwksUri }),
    clusters: { "https://idp.example.com": "idp" },
  };
  for (const { title, body, taken } of answers) {
    it(`${title}: ${taken ? "taken" : "refused"}`, async () => {
      const filter = await Filter.start(config);
      filter.clock.advance(10);
      filter.fetcher.calls[0]!.respond(200, Buffer.from(body, "latin1"));
      const outcome = filter.outcome({ token: mint({ key: "oct" }) }, { whileWaiting: () => undefined });
      if (title.includes("that are none")) assert.match(outcome, /^401 /);
      else assert.equal(outcome, taken ? "passes" : "401 Jwks remote fetch is failed");
      filter.stop();
    });
  }
});
