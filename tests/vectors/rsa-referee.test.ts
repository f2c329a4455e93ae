// RSA in wasm against node:crypto as a second referee: keys of common and odd sizes, signatures as they are and with a bit flipped.

import assert from "node:assert/strict";
import { constants, createHash, verify, type JsonWebKey } from "node:crypto";
import { test } from "node:test";
import { digest, engines, RsaKey, type Scheme } from "./crypto-wasm.js";
import { rsaKeys } from "../seeded/keys.js";
import { Random } from "../seeded/random.js";
import { signatureOf } from "../seeded/signature.js";

const HASHES = ["SHA-256", "SHA-384", "SHA-512"];

/** For each key, scheme and hash one good signature is verified, and so many spoiled copies of it. */
const FLIPS = 4;

const options = (scheme: Scheme): object =>
  scheme === "pss"
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };

/** The key for each engine. */
function prepareKeys({ n, e }: JsonWebKey): RsaKey[] {
  return engines.map((engine) => {
    const key = RsaKey.prepare(Buffer.from(n!, "base64url"), Buffer.from(e!, "base64url"), engine);
    assert.ok(key, "key refused");
    return key;
  });
}

/** What `alg` of a token calls the two. */
const algorithm = (scheme: Scheme, hash: string) => hash.replace("SHA-", scheme === "pss" ? "PS" : "RS");

function flipOneBit(bytes: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  const bit = random.below(8 * bytes.length);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}

// 1025 bits: the PSS encoding is a byte shorter than the modulus. 3472: the most limbs without a carry in between.
for (const [bits, exponent] of [
  [1024, 65537],
  [1025, 65537],
  [1536, 3],
  [2047, 65537],
  [2048, 65537],
  [2056, 3],
  [3072, 65537],
  [3472, 65537],
  [4096, 65537],
  [1017, 65537],
  [2048, 5],
  [2048, 0x1_ffff_ffff],
  [8193, 65537],
  [16384, 3],
  [16384, 0x1_5555_5555],
] as const) {
  test(`${bits} bits, e = ${exponent}`, () => {
    const { privateKey, publicKey } = rsaKeys(bits, "referee", BigInt(exponent));
    const random = Random.for(`rsa referee ${bits} ${exponent}`);
    const jwk = publicKey.export({ format: "jwk" });
    const keys = prepareKeys(jwk);
    for (const scheme of ["pkcs1", "pss"] as const) {
      for (const hash of HASHES) {
        // Two digests of 64 bytes and two bytes do not fit: there is no such signature to be made.
        if (scheme === "pss" && hash === "SHA-512" && bits <= 8 * 130) continue;
        const message = random.bytes(random.below(300));
        const signature = signatureOf(algorithm(scheme, hash), privateKey, message);
        for (const key of keys)
          assert.ok(key.verify(scheme, hash, message, signature), `${scheme} ${hash}: a good signature`);
        for (let flip = 0; flip < FLIPS; flip++) {
          const spoiled = flipOneBit(signature, random);
          const expected = verify(hash, message, { key: publicKey, ...options(scheme) }, spoiled);
          for (const key of keys)
            assert.equal(key.verify(scheme, hash, message, spoiled), expected, `${scheme} ${hash}: flipped`);
        }
        const other = flipOneBit(Buffer.concat([message, signature]), random);
        for (const key of keys) assert.ok(!key.verify(scheme, hash, other, signature));
      }
    }
  });
}

test("s + n is refused where it fits into the length of the modulus", () => {
  const { publicKey, privateKey } = rsaKeys(2047, "s + n");
  const jwk = publicKey.export({ format: "jwk" });
  const n = Buffer.from(jwk.n!, "base64url");
  const keys = prepareKeys(jwk);
  const message = Random.for("s + n").bytes(32);
  for (const scheme of ["pkcs1", "pss"] as const) {
    const signature = signatureOf(algorithm(scheme, "SHA-256"), privateKey, message);
    const sum = BigInt(`0x${n.toString("hex")}`) + BigInt(`0x${signature.toString("hex")}`);
    const congruent = Buffer.from(sum.toString(16).padStart(512, "0"), "hex");
    assert.equal(congruent.length, signature.length);
    for (const key of keys) {
      assert.ok(key.verify(scheme, "SHA-256", message, signature));
      assert.ok(!key.verify(scheme, "SHA-256", message, congruent));
    }
  }
});

test("digests of every length up to four blocks", () => {
  const random = Random.for("digests");
  for (let length = 0; length <= 512; length++) {
    const data = random.bytes(length);
    for (const hash of HASHES) {
      assert.deepEqual(
        digest(hash, data),
        createHash(hash).update(data).digest(),
        `${hash} of ${length} bytes`,
      );
    }
  }
});
