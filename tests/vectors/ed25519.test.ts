// Ed25519 in wasm: every Wycheproof vector, and node:crypto as the referee, whose OpenSSL decides as BoringSSL does (S < L, no cofactor, R
// compared as bytes, public keys not checked for canonical form), on random signatures and on keys and R of small order.

import assert from "node:assert/strict";
import { createPublicKey, sign, verify } from "node:crypto";
import { describe, test } from "node:test";
import { ed25519Keys } from "../seeded/keys.js";
import { Random } from "../seeded/random.js";
import { Ed25519Key } from "./ec-keys.js";
import { bytes, readVectorFiles } from "./vector-file.js";

test("Wycheproof Ed25519", () => {
  const [found] = readVectorFiles(/^ed25519/);
  assert.ok(found);
  let count = 0;
  for (const { point, tests } of found.file.groups) {
    const key = new Ed25519Key(bytes(point!));
    assert.ok(key.isPoint);
    for (const { id, msg, sig, comment, flags, result } of tests) {
      const signature = bytes(sig);
      // A signature of another length never reaches the function (jose/verify.ts).
      const taken = signature.length === 64 && key.verify(bytes(msg), signature);
      assert.equal(taken, result === "valid", `${id} ${comment} [${flags.join(" ")}]`);
      count++;
    }
    key.release();
  }
  assert.ok(count >= 150, `${count} vectors`);
});

test("random keys and messages, every bit position flipped once", () => {
  const random = Random.for("ed25519 messages");
  for (let round = 0; round < 8; round++) {
    const { publicKey, privateKey } = ed25519Keys(`vector ${round}`);
    const key = new Ed25519Key(bytes(publicKey.export({ format: "jwk" }).x!));
    assert.ok(key.isPoint);
    const message = random.bytes(round * 37);
    const signature = sign(null, message, privateKey);
    assert.ok(key.verify(message, signature));
    for (let index = 0; index < 64; index++) {
      const wrong = Buffer.from(signature);
      wrong[index]! ^= 1 << ((index + round) % 8);
      assert.ok(!key.verify(message, wrong), `byte ${index}`);
    }
    assert.ok(!key.verify(Buffer.concat([message, Buffer.from([0])]), signature));
    key.release();
  }
});

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}

/** y of the points of order 1, 2, 4 and 8 (two of order 8), each with every other way to write it in 255 bits and both signs of x. */
function smallOrderEncodings(): Buffer[] {
  const y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
  const encodings: Buffer[] = [];
  for (const y of [1n, P - 1n, 0n, y8, P - y8]) {
    for (const written of [y, y + P]) {
      if (written >= 2n ** 255n) continue;
      encodings.push(littleEndian(written), littleEndian(written + 2n ** 255n));
    }
  }
  return encodings;
}

/** What node:crypto says; a key that it does not even import counts as refused. */
function referee(rawKey: Buffer, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: rawKey.toString("base64url") },
    format: "jwk",
  });
  return verify(null, message, key, signature);
}

describe("small orders and ways to write them, beside node:crypto", () => {
  const encodings = smallOrderEncodings();
  test("as key and as R, with S = 0 and S = L", () => {
    let valid = 0;
    for (const rawKey of encodings) {
      const key = new Ed25519Key(rawKey);
      assert.ok(key.isPoint, rawKey.toString("hex"));
      for (const r of encodings) {
        for (let index = 0; index < 8; index++) {
          const message = Buffer.from([index]);
          for (const s of [0n, L]) {
            const signature = Buffer.concat([r, littleEndian(s)]);
            const expected = referee(rawKey, message, signature);
            assert.equal(
              key.verify(message, signature),
              expected,
              `${rawKey.toString("hex")} ${r.toString("hex")}`,
            );
            if (expected) valid++;
          }
        }
      }
      key.release();
    }
    // Such signatures exist: an equation without cofactor, and no search for small orders, takes them.
    assert.ok(valid > 100, `${valid} valid`);
  });
  test("S + L in the place of S", () => {
    const { publicKey, privateKey } = ed25519Keys("S + L");
    const rawKey = bytes(publicKey.export({ format: "jwk" }).x!);
    const key = new Ed25519Key(rawKey);
    const message = Buffer.from("message");
    const signature = sign(null, message, privateKey);
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`);
    assert.ok(!key.verify(message, Buffer.concat([signature.subarray(0, 32), littleEndian(s + L)])));
    key.release();
  });
});

test("a key that is no point verifies nothing", () => {
  let seen = 0;
  for (let y = 2n; seen < 20; y++) {
    const rawKey = littleEndian(y);
    const key = new Ed25519Key(rawKey);
    if (!key.isPoint) {
      seen++;
      const signature = Buffer.concat([littleEndian(1n), Buffer.alloc(32)]);
      assert.ok(!referee(rawKey, Buffer.alloc(0), signature));
      assert.ok(!key.verify(Buffer.alloc(0), signature));
    }
    key.release();
  }
});
