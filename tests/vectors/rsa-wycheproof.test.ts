// Every Wycheproof vector of RSASSA-PKCS1-v1_5 and RSASSA-PSS with SHA-256, SHA-384 and SHA-512, verified in wasm.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { engines, RsaKey, type Scheme } from "./crypto-wasm.js";
import { bytes, readVectorFiles, type Vector, type VectorGroup } from "./vector-file.js";

/** Bytes of a digest, and so of the salt that RFC 7518 §3.5 asks for. */
const DIGEST_SIZES: Record<string, number> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

/**
 * Whether the filter takes a vector. `acceptable` ones (one a file, flag MissingNull: DigestInfo without the NULL parameters) are refused:
 * RFC 8017 §9.2 lets a verifier take them, building the expected encoding does not, nor does BoringSSL. A PSS signature with another
 * hash in MGF1 or another length of salt is right by itself, but no JWS algorithm (RFC 7518 §3.5); in a file for such signatures, the one
 * whose salt was changed to the length of the digest is the one that is taken.
 */
function isTaken(scheme: Scheme, group: VectorGroup, vector: Vector): boolean {
  if (scheme === "pkcs1") return vector.result === "valid";
  if (group.mgfHash !== group.hash) return false;
  const saltLength = DIGEST_SIZES[group.hash!]!;
  if (group.saltLength === saltLength) return vector.result === "valid";
  return vector.comment === `s_len changed to ${saltLength}`;
}

for (const [scheme, pattern, files, least] of [
  ["pkcs1", /^rsa_signature_/, 12, 3000],
  ["pss", /^rsa_pss_/, 10, 1000],
] as const) {
  describe(`Wycheproof RSA ${scheme}`, () => {
    const found = readVectorFiles(pattern);
    test("all files are there", () => {
      const vectors = found.flatMap(({ file }) => file.groups.flatMap(({ tests }) => tests));
      assert.equal(found.length, files);
      assert.ok(vectors.length >= least, `${vectors.length} vectors`);
      for (const { result, flags } of vectors) {
        if (result === "acceptable") assert.deepEqual(flags, ["MissingNull"]);
      }
    });
    for (const { name, file } of found) {
      test(name, () => {
        for (const group of file.groups) {
          for (const engine of engines) {
            const key = RsaKey.prepare(bytes(group.n!), bytes(group.e!), engine);
            assert.ok(key, "key refused");
            for (const vector of group.tests) {
              const taken = key.verify(scheme, group.hash!, bytes(vector.msg), bytes(vector.sig));
              const row = `${engine}: ${name} ${vector.id} ${vector.comment} [${vector.flags.join(" ")}]`;
              assert.equal(taken, isTaken(scheme, group, vector), row);
            }
            key.release();
          }
        }
      });
    }
  });
}
