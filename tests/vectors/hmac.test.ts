// HMAC in wasm: every Wycheproof vector with SHA-256, SHA-384 and SHA-512, and node:crypto for keys and messages about the sizes of a block.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { hmacVerify } from "./ec-keys.js";
import { bytes, readVectorFiles } from "./vector-file.js";
import { Random } from "../seeded/random.js";

const DIGEST_BITS: Record<string, number> = { "SHA-256": 256, "SHA-384": 384, "SHA-512": 512 };

describe("Wycheproof HMAC", () => {
  const found = readVectorFiles(/^hmac_/);
  test("all files are there", () => assert.equal(found.length, 3));
  for (const { name, file } of found) {
    test(name, () => {
      const hash = `SHA-${/\d+$/.exec(file.algorithm)![0]}`;
      let count = 0;
      for (const { tagBits, tests } of file.groups) {
        for (const { id, key, msg, sig, comment, result } of tests) {
          // RFC 7518 §3.2 knows no truncated MAC: the groups of half the length are all wrong here.
          const expected = result === "valid" && tagBits === DIGEST_BITS[hash];
          assert.equal(hmacVerify(hash, bytes(key!), bytes(msg), bytes(sig)), expected, `${id} ${comment}`);
          count++;
        }
      }
      assert.ok(count >= 170, `${count} vectors`);
    });
  }
});

describe("HMAC beside node:crypto", () => {
  for (const hash of Object.keys(DIGEST_BITS)) {
    test(hash, () => {
      const random = Random.for(`hmac ${hash}`);
      for (const keyLength of [0, 1, 31, 32, 63, 64, 65, 127, 128, 129, 300]) {
        for (const messageLength of [0, 1, 55, 56, 64, 111, 112, 128, 1000]) {
          const key = random.bytes(keyLength);
          const message = random.bytes(messageLength);
          const mac = createHmac(hash.replace("-", ""), key).update(message).digest();
          const row = `key of ${keyLength} bytes, message of ${messageLength}`;
          assert.ok(hmacVerify(hash, key, message, mac), row);
          for (const index of [0, 1, mac.length >> 1, mac.length - 1]) {
            const wrong = Buffer.from(mac);
            wrong[index]! ^= 0x80;
            assert.ok(!hmacVerify(hash, key, message, wrong), `${row}, byte ${index} wrong`);
          }
          assert.ok(!hmacVerify(hash, key, message, mac.subarray(1)), row);
          assert.ok(!hmacVerify(hash, key, message, Buffer.concat([mac, Buffer.alloc(1)])), row);
          assert.ok(!hmacVerify(hash, key, message, Buffer.alloc(0)), row);
        }
      }
    });
  }
});
