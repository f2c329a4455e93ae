/**
 * The hash functions that the JWS algorithms name (RFC 7518 §3.1), as one table: id, digest size, block size, one-shot digest.
 */
import { SHA256_BLOCK_SIZE, SHA256_DIGEST_SIZE, sha256 } from "./sha256";
import { SHA384_DIGEST_SIZE, SHA512_BLOCK_SIZE, SHA512_DIGEST_SIZE, sha384, sha512 } from "./sha512";

export const enum Hash {
  SHA256 = 0,
  SHA384 = 1,
  SHA512 = 2,
}

/** Bytes of the largest digest: what a buffer for any of them must hold. */
export const MAX_DIGEST_SIZE: u32 = 64;

/** Bytes of a digest. */
export function digestSize(hash: Hash): u32 {
  switch (hash) {
    case Hash.SHA256:
      return SHA256_DIGEST_SIZE;
    case Hash.SHA384:
      return SHA384_DIGEST_SIZE;
    default:
      return SHA512_DIGEST_SIZE;
  }
}

/** Bytes of the input block of the compression function (HMAC's B, RFC 2104 §2). */
export function hashBlockSize(hash: Hash): u32 {
  return hash == Hash.SHA256 ? SHA256_BLOCK_SIZE : SHA512_BLOCK_SIZE;
}

/** The digest of `length` bytes at `data`: `digestSize(hash)` bytes to `out`. */
export function digest(hash: Hash, data: usize, length: u32, out: usize): void {
  switch (hash) {
    case Hash.SHA256:
      sha256(data, length, out);
      break;
    case Hash.SHA384:
      sha384(data, length, out);
      break;
    default:
      sha512(data, length, out);
      break;
  }
}
