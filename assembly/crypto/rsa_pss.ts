/**
 * RSASSA-PSS verification (RFC 8017 §8.1.2, §9.1.2) in wasm, for PS256, PS384 and PS512 (RFC 7518 §3.5): MGF1 with the hash of the
 * message, salt as long as the digest.
 */
import { bytesEqual } from "../memory/span";
import { Hash, digest as digestOf, digestSize } from "./hash/hash";
import { rsaEncodedMessage, rsaModulusBits } from "./rsa";

/** The data block DB, unmasked. */
const DATA_BLOCK = memory.data(2048, 16);
/** MGF1: the seed H and the u32 counter; then M' = eight zero bytes, the digest, the salt. */
const HASHED = memory.data(8 + 2 * 64, 16);
const DIGEST = memory.data(64, 16);

/**
 * RSASSA-PSS-VERIFY of a digest. The salt must have the length of the digest, as RFC 7518 §3.5 says and as native has it: jwt_verify_lib
 * sets no length, BoringSSL's default is RSA_PSS_SALTLEN_DIGEST (p_rsa.cc); seen on Envoy 1.40, which refuses every other length.
 */
export function rsaVerifyPss(
  block: usize,
  hash: Hash,
  digest: usize,
  signature: usize,
  signatureLength: u32,
): bool {
  let encoded = rsaEncodedMessage(block, signature, signatureLength);
  if (encoded == 0) return false;
  // The encoding has emBits = modBits - 1: it is one byte shorter than the modulus if that has 8·k + 1 bits.
  const bits = rsaModulusBits(block) - 1;
  const length = (bits + 7) >> 3;
  if (length < signatureLength) {
    if (load<u8>(encoded) != 0) return false;
    encoded++;
  }
  const size = digestSize(hash);
  // Step 3: 1024 bits and two digests of 64 bytes do not fit (emLen < hLen + sLen + 2).
  if (length < 2 * size + 2) return false;
  if (load<u8>(encoded + <usize>length - 1) != 0xbc) return false;
  const blockLength = length - size - 1;
  const h = encoded + <usize>blockLength;
  const topMask = <u8>((<u32>0xff) >> (length * 8 - bits));
  if ((load<u8>(encoded) & ~topMask) != 0) return false;
  unmask(hash, h, size, encoded, blockLength);
  store<u8>(DATA_BLOCK, load<u8>(DATA_BLOCK) & topMask);
  const padding = blockLength - size - 1;
  for (let i: usize = 0; i < <usize>padding; i++) {
    if (load<u8>(DATA_BLOCK + i) != 0) return false;
  }
  if (load<u8>(DATA_BLOCK + <usize>padding) != 1) return false;
  store<u64>(HASHED, 0);
  memory.copy(HASHED + 8, digest, size);
  memory.copy(HASHED + 8 + <usize>size, DATA_BLOCK + <usize>(padding + 1), size);
  digestOf(hash, HASHED, 8 + 2 * size, DIGEST);
  return bytesEqual(DIGEST, h, size);
}

/** DATA_BLOCK = masked xor MGF1(seed), `length` bytes (RFC 8017 §B.2.1). */
function unmask(hash: Hash, seed: usize, seedLength: u32, masked: usize, length: u32): void {
  memory.copy(HASHED, seed, seedLength);
  let counter: u32 = 0;
  for (let at: u32 = 0; at < length; at += seedLength) {
    store<u32>(HASHED + <usize>seedLength, bswap(counter));
    counter++;
    digestOf(hash, HASHED, seedLength + 4, DIGEST);
    const end = min(seedLength, length - at);
    for (let i: u32 = 0; i < end; i++) {
      const offset = <usize>(at + i);
      store<u8>(DATA_BLOCK + offset, load<u8>(masked + offset) ^ load<u8>(DIGEST + <usize>i));
    }
  }
}
