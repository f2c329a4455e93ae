/**
 * The filter's parts in loops, for measurements from TypeScript (micro.ts): each function does its work `times` times and answers something that
 * depends on every round.
 */
import { parseJson, JsonError } from "../../../assembly/claims/json";
import { ecdsaKeyBlockSize, ecdsaPreparePublicKey, ecdsaVerify } from "../../../assembly/crypto/ecdsa";
import {
  ED25519_KEY_BLOCK_SIZE,
  ed25519PreparePublicKey,
  ed25519Verify,
} from "../../../assembly/crypto/ed25519";
import { Hash, digest } from "../../../assembly/crypto/hash/hash";
import { rsaKeyBlockSize, rsaPrepareKey, rsaVerifyPkcs1 } from "../../../assembly/crypto/rsa";
import { rsaVerifyPss } from "../../../assembly/crypto/rsa_pss";
import { Status } from "../../../assembly/decision/status";
import { decodeBase64Url } from "../../../assembly/jose/encoding/base64url";
import { enterCallback, leaveCallback } from "../../../assembly/memory/arena";
import { hashBytes } from "../../../assembly/memory/hash";
import { span, spanLength } from "../../../assembly/memory/span";
import { parseToken } from "../../../assembly/token/token";

export { ecdsaKeyBlockSize, ecdsaPreparePublicKey };
export { ED25519_KEY_BLOCK_SIZE, ed25519PreparePublicKey };
export { rsaKeyBlockSize, rsaPrepareKey };

/** `size` bytes aligned to 16. */
export function alloc(size: usize): usize {
  return heap.alloc(size);
}

/** PKCS#1 v1.5 with SHA-256, the digest included, as for RS256. */
export function rs256(times: u32, key: usize, text: usize, length: u32, signature: usize, size: u32): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    digest(Hash.SHA256, text, length, DIGEST);
    if (rsaVerifyPkcs1(key, Hash.SHA256, DIGEST, signature, size)) good++;
  }
  return good;
}

export function ps256(times: u32, key: usize, text: usize, length: u32, signature: usize, size: u32): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    digest(Hash.SHA256, text, length, DIGEST);
    if (rsaVerifyPss(key, Hash.SHA256, DIGEST, signature, size)) good++;
  }
  return good;
}

/** ECDSA with the hash of the curve. */
export function ecdsa(
  times: u32,
  key: usize,
  hash: Hash,
  hashSize: u32,
  text: usize,
  length: u32,
  signature: usize,
  size: u32,
): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    digest(hash, text, length, DIGEST);
    if (ecdsaVerify(key, DIGEST, hashSize, signature, size)) good++;
  }
  return good;
}

export function eddsa(times: u32, key: usize, text: usize, length: u32, signature: usize): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    if (ed25519Verify(key, text, length, signature)) good++;
  }
  return good;
}

export function hash(times: u32, kind: Hash, text: usize, length: u32): u32 {
  for (let i: u32 = 0; i < times; i++) digest(kind, text, length, DIGEST);
  return load<u8>(DIGEST);
}

export function base64url(times: u32, text: usize, length: u32): u32 {
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    enterCallback();
    bytes += spanLength(decodeBase64Url(span(text, length)));
    leaveCallback();
  }
  return bytes;
}

/** Reads a copy each time, since reading unescapes in place. */
export function json(times: u32, text: usize, length: u32): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    enterCallback();
    memory.copy(COPY, text, length);
    if (parseJson(span(COPY, length)).error == JsonError.None) good++;
    leaveCallback();
  }
  return good;
}

/** Everything of a token but its signature. */
export function token(times: u32, text: usize, length: u32): u32 {
  let good: u32 = 0;
  for (let i: u32 = 0; i < times; i++) {
    enterCallback();
    if (parseToken(span(text, length)).status == Status.Ok) good++;
    leaveCallback();
  }
  return good;
}

/** The hash by which the token cache finds a token. */
export function tokenHash(times: u32, text: usize, length: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < times; i++) sum += hashBytes(span(text, length));
  return sum;
}

const DIGEST: usize = memory.data(64, 16);
const COPY: usize = memory.data(4096, 16);
