// ECDSA in wasm: every Wycheproof vector of P-256, P-384 and P-521 in the form r || s; all curves with all hashes against node:crypto; and
// signatures made for chosen u1, u2 and private keys, so that every exceptional case of the point addition comes up.

import assert from "node:assert/strict";
import { createECDH, createHash, verify } from "node:crypto";
import { describe, test } from "node:test";
import { CURVES, EcdsaKey, type CurveName } from "./ec-keys.js";
import { bytes, readVectorFiles, type Vector } from "./vector-file.js";
import { ecKeys } from "../seeded/keys.js";
import { Random } from "../seeded/random.js";
import { signatureOf } from "../seeded/signature.js";

const WYCHEPROOF_CURVES: Record<string, CurveName> = {
  secp256r1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

/**
 * Wycheproof wants a signature of exactly twice the bytes of the order. Native splits whatever it gets in halves (jwt_verify_lib
 * verify.cc, verifySignatureEC), and so takes a right r || s in fewer or more bytes; so does the filter.
 */
function isTaken({ result, flags }: Vector): boolean {
  return result === "valid" || flags.includes("SignatureSize");
}

describe("Wycheproof ECDSA", () => {
  const found = readVectorFiles(/^ecdsa_/);
  test("all files are there", () => {
    assert.equal(found.length, 5);
    const vectors = found.flatMap(({ file }) => file.groups.flatMap(({ tests }) => tests));
    assert.ok(vectors.length >= 1500, `${vectors.length} vectors`);
  });
  for (const { name, file } of found) {
    test(name, () => {
      for (const group of file.groups) {
        const point = bytes(group.point!);
        const size = (point.length - 1) / 2;
        const curve = WYCHEPROOF_CURVES[group.curve!]!;
        const key = new EcdsaKey(curve, point.subarray(1, 1 + size), point.subarray(1 + size));
        assert.ok(key.isPoint, "key refused");
        for (const vector of group.tests) {
          const taken = key.verify(group.hash!, bytes(vector.msg), bytes(vector.sig));
          const row = `${name} ${vector.id} ${vector.comment} [${vector.flags.join(" ")}]`;
          assert.equal(taken, isTaken(vector), row);
        }
        key.release();
      }
    });
  }
});

/** Bytes of a coordinate and of a scalar. */
const SIZES: Record<CurveName, number> = { "P-256": 32, "P-384": 48, "P-521": 66 };

describe("ECDSA beside node:crypto", () => {
  for (const curve of CURVES) {
    for (const hash of ["SHA-256", "SHA-384", "SHA-512"]) {
      test(`${curve} with ${hash}`, () => {
        const random = Random.for(`ecdsa ${curve} ${hash}`);
        for (let round = 0; round < 4; round++) {
          const { publicKey, privateKey } = ecKeys(curve, `${hash} ${round}`);
          const { x, y } = publicKey.export({ format: "jwk" });
          const key = new EcdsaKey(curve, bytes(x!), bytes(y!));
          assert.ok(key.isPoint);
          const message = random.bytes(round * 40);
          const signature = signatureOf(hash.replace("SHA-", "ES"), privateKey, message);
          assert.ok(key.verify(hash, message, signature));
          // The referee is slow on the larger curves: there a fifth of the bytes.
          for (let index = round; index < signature.length; index += curve === "P-256" ? 1 : 5) {
            const wrong = Buffer.from(signature);
            wrong[index]! ^= 1 << (index % 8);
            const referee = verify(hash, message, { key: publicKey, dsaEncoding: "ieee-p1363" }, wrong);
            assert.equal(key.verify(hash, message, wrong), referee, `byte ${index}`);
          }
          key.release();
        }
      });
    }
  }
});

describe("ECDSA keys", () => {
  const random = Random.for("ecdsa keys");
  const { publicKey, privateKey } = ecKeys("P-256", "as generated");
  const jwk = publicKey.export({ format: "jwk" });
  const x = bytes(jwk.x!);
  const y = bytes(jwk.y!);
  const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  // x = 0 is on the curve; so x = p would be, if coordinates were reduced.
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const rootOfB = modularPower(b, (p + 1n) / 4n, p);
  for (const [name, keyX, keyY, taken] of [
    ["as generated", x, y, true],
    ["leading zeros", Buffer.concat([Buffer.alloc(100), x]), Buffer.concat([Buffer.alloc(1), y]), true],
    ["x = 0", toBytes(0n, 32), toBytes(rootOfB, 32), true],
    ["x = 0 in no bytes", Buffer.alloc(0), toBytes(rootOfB, 32), true],
    ["x = p", toBytes(p, 32), toBytes(rootOfB, 32), false],
    ["y not reduced", toBytes(0n, 32), toBytes(p + rootOfB, 33), false],
    ["a byte too many", Buffer.concat([Buffer.from([1]), x]), y, false],
    ["very many bytes", random.bytes(5000), y, false],
    ["off the curve", x, toBytes(toNumber(y) ^ 1n, 32), false],
    ["x and y swapped", y, x, false],
    ["(0, 0)", Buffer.alloc(32), Buffer.alloc(32), false],
    ["empty", Buffer.alloc(0), Buffer.alloc(0), false],
  ] as const) {
    test(name, () => {
      const key = new EcdsaKey("P-256", keyX, keyY);
      assert.equal(key.isPoint, taken);
      // A refused key is safe to use: it verifies nothing.
      if (!taken) assert.ok(!key.verify("SHA-256", Buffer.from("message"), random.bytes(64)));
      key.release();
    });
  }
  test("the halves of a signature: odd, long, short and empty ones", () => {
    const key = new EcdsaKey("P-256", x, y);
    const message = Buffer.from("message");
    const signature = signatureOf("ES256", privateKey, message);
    const zeros = Buffer.alloc(70);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    for (const [name, bytesOfIt, taken] of [
      ["as it is", signature, true],
      ["a byte behind an even length", Buffer.concat([signature, Buffer.from([1])]), true],
      ["both halves with leading zeros", Buffer.concat([zeros, r, zeros, s]), true],
      ["two bytes more", Buffer.concat([signature, Buffer.alloc(2)]), false],
      ["a byte less", signature.subarray(0, 63), false],
      ["r alone", r, false],
      ["one byte", Buffer.from([1]), false],
      ["no byte", Buffer.alloc(0), false],
      ["many bytes", random.bytes(10_000), false],
    ] as const) {
      assert.equal(key.verify("SHA-256", message, bytesOfIt), taken, name);
    }
    key.release();
  });
});

/** Orders, SEC 2 v2. */
const ORDERS: Record<CurveName, bigint> = {
  "P-256": 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  "P-384":
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  "P-521":
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};
const OPENSSL_NAMES: Record<CurveName, string> = {
  "P-256": "prime256v1",
  "P-384": "secp384r1",
  "P-521": "secp521r1",
};

// For any private key d and any u1, u2 with k = u1 + u2 d not 0, (r, s) = (x of kG, r / u2) is a signature of e = u1 s. Small ones, ones
// about the borders of the pieces of a scalar (point_table.ts), and negatives make the accumulator meet points of the tables, their
// negatives, and infinity on the way.
describe("ECDSA with chosen multiples", () => {
  for (const curve of CURVES) {
    test(curve, () => {
      const n = ORDERS[curve];
      const size = SIZES[curve];
      const piece = { "P-256": 32n, "P-384": 48n, "P-521": 53n }[curve];
      const multiples = [1n, 2n, 31n, 2n ** piece - 1n, 2n ** piece, n - 1n, n - 2n, (n + 1n) / 2n];
      let valid = 0;
      for (const d of [1n, 2n, 2n ** piece, n - 1n, (n + 1n) / 2n]) {
        const point = multiplyBase(curve, d);
        const key = new EcdsaKey(curve, point.x, point.y);
        assert.ok(key.isPoint);
        for (const u1 of [0n, ...multiples]) {
          for (const u2 of multiples) {
            const k = (u1 + u2 * d) % n;
            // With k = 0 the sum is infinity, and no r is right: not even the x of what was there before the last addition.
            const r = toNumber(multiplyBase(curve, k === 0n ? u1 : k).x) % n;
            const s = (r * modularPower(u2, n - 2n, n)) % n;
            const e = (u1 * s) % n;
            // Digests as long as the order: of 66 bytes, P-521 takes the upper 521 bits.
            const digest = toBytes(curve === "P-521" ? e << 7n : e, size);
            const taken = key.verifyDigest(digest, Buffer.concat([toBytes(r, size), toBytes(s, size)]));
            assert.equal(taken, k !== 0n, `d ${d} u1 ${u1} u2 ${u2}`);
            if (taken) valid++;
          }
        }
        key.release();
      }
      assert.ok(valid > 300, `${valid} valid`);
    });
  }
  test("a digest longer than the order is cut, a shorter one is not padded", () => {
    const { publicKey, privateKey } = ecKeys("P-256", "a digest");
    const { x, y } = publicKey.export({ format: "jwk" });
    const key = new EcdsaKey("P-256", bytes(x!), bytes(y!));
    const message = Buffer.from("message");
    const digest = createHash("sha512").update(message).digest();
    const signature = signatureOf("ES512", privateKey, message);
    assert.ok(key.verifyDigest(digest, signature));
    assert.ok(key.verifyDigest(digest.subarray(0, 32), signature));
    assert.ok(!key.verifyDigest(digest.subarray(0, 31), signature));
    key.release();
  });
});

function multiplyBase(curve: CurveName, scalar: bigint): { x: Buffer; y: Buffer } {
  const size = SIZES[curve];
  const ecdh = createECDH(OPENSSL_NAMES[curve]);
  ecdh.setPrivateKey(toBytes(scalar, size));
  const point = ecdh.getPublicKey();
  return { x: point.subarray(1, 1 + size), y: point.subarray(1 + size) };
}

function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
}

function toNumber(big: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(big).toString("hex")}`);
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
