/** Signature of a token against a key set (jwt_verify_lib verify.cc): which keys may have signed it, and whether one of them did. */
import { digest, digestSize, Hash, MAX_DIGEST_SIZE } from "../crypto/hash/hash";
import { ecdsaVerify } from "../crypto/ecdsa";
import { ed25519Verify } from "../crypto/ed25519";
import { hmacVerify } from "../crypto/hmac";
import { rsaVerifyPkcs1 } from "../crypto/rsa";
import { rsaVerifyPss } from "../crypto/rsa_pss";
import { Status } from "../decision/status";
import { Span, spanAddress, spanEquals, spanIsMissing, spanLength } from "../memory/span";
import { Algorithm, algorithm, AlgorithmId, Scheme } from "./algorithm";
import { HostAnswer, verifyByHost } from "./host_verification";
import { Key, KeyType } from "./key";
import { KeySet } from "./key_set";

const ED25519_SIGNATURE_LENGTH: u32 = 64;

const digestBytes: usize = heap.alloc(<usize>MAX_DIGEST_SIZE);

/** After `verifySignature` answered Ok: the index of the key that verified. */
export let verifiedBy: u32 = 0;

/**
 * @param hostCrypto whether the host's crypto may decide where it can
 * @param signedText header.payload
 * @param keyId the token's `kid`; missing or empty: every key may have signed it
 * @returns Ok; JwksKidAlgMismatch if no key fits `kid` and `alg`; JwtVerificationFail if those that fit did not sign it
 */
export function verifySignature(
  keys: KeySet,
  id: AlgorithmId,
  keyId: Span,
  signedText: Span,
  signature: Span,
  hostCrypto: bool,
): Status {
  if (keys.status != Status.Ok) return Status.JwksNoValidKeys;
  const row = algorithm(id);
  let matched = false;
  let digested = false;
  for (let i: u32 = 0; i < keys.count; i++) {
    const key = keys.key(i);
    if (!isMeant(key, row, keyId)) continue;
    matched = true;
    // Native ends the search here, whatever the token's algorithm (observed on Envoy 1.40).
    if (key.type == KeyType.Okp && spanLength(signature) != ED25519_SIGNATURE_LENGTH) {
      return Status.JwtEd25519SignatureWrongLength;
    }
    // The algorithm must fit the key's type, or a key of one kind would be used as one of another (RFC 8725 §3.1). Native lets the
    // key's type decide alone: docs/differences.md.
    if (keyTypeOf(row.scheme) != key.type) continue;
    if (hostCrypto) {
      const answer = verifyByHost(row, key, signedText, signature);
      if (answer == HostAnswer.Verified) {
        verifiedBy = i;
        return Status.Ok;
      }
      if (answer == HostAnswer.NotVerified) continue;
    }
    if (!digested && row.scheme <= Scheme.Ecdsa) {
      digest(row.hash, spanAddress(signedText), spanLength(signedText), digestBytes);
      digested = true;
    }
    if (verifies(row, key, signedText, signature)) {
      verifiedBy = i;
      return Status.Ok;
    }
  }
  return matched ? Status.JwtVerificationFail : Status.JwksKidAlgMismatch;
}

/** Whether a token's `kid` and `alg` leave room for a key. */
// @ts-ignore: decorator
@inline
function isMeant(key: Key, row: Algorithm, keyId: Span): bool {
  if (spanLength(keyId) > 0 && spanLength(key.keyId) > 0 && !spanEquals(keyId, key.keyId)) return false;
  return spanIsMissing(key.algorithm) || spanEquals(row.name, key.algorithm);
}

/** Whether `verifySignature` tries a key; for the debug log. */
export function mayHaveSigned(key: Key, id: AlgorithmId, keyId: Span): bool {
  const row = algorithm(id);
  return isMeant(key, row, keyId) && keyTypeOf(row.scheme) == key.type;
}

// @ts-ignore: decorator
@inline
function keyTypeOf(scheme: Scheme): KeyType {
  if (scheme <= Scheme.RsaPss) return KeyType.Rsa;
  if (scheme == Scheme.Ecdsa) return KeyType.Ec;
  return scheme == Scheme.Hmac ? KeyType.Oct : KeyType.Okp;
}

/** One key; `digestBytes` holds the digest of the signed text where the scheme works on one. */
function verifies(row: Algorithm, key: Key, signedText: Span, signature: Span): bool {
  const address = spanAddress(signature);
  const length = spanLength(signature);
  switch (row.scheme) {
    case Scheme.RsaPkcs1:
      return rsaVerifyPkcs1(key.block, row.hash, digestBytes, address, length);
    case Scheme.RsaPss:
      return rsaVerifyPss(key.block, row.hash, digestBytes, address, length);
    case Scheme.Ecdsa:
      return ecdsaVerify(key.block, digestBytes, digestSize(row.hash), address, length);
    case Scheme.Hmac:
      return hmacVerify(
        row.hash,
        key.block,
        key.length,
        spanAddress(signedText),
        spanLength(signedText),
        address,
        length,
      );
    case Scheme.EdDsa:
      return ed25519Verify(key.block, spanAddress(signedText), spanLength(signedText), address);
    default:
      return false;
  }
}
