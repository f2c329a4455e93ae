/**
 * RSA public keys and RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2) in wasm, for RS256, RS384 and RS512 (RFC 7518 §3.3).
 * A key is prepared once, when a JWKS is read; a verification allocates nothing and takes any bytes.
 */
import { bytesEqual } from "../memory/span";
import { Hash, digestSize } from "./hash";
import {
  MAX_MODULUS_LENGTH,
  exponentiate,
  modulusBlockSize,
  modulusLength,
  prepareModulus,
} from "./montgomery";

/**
 * Least size of a modulus, in bits. RFC 7518 §3.3 asks for 2048; issuers with 1024 exist. Native takes 512 (seen on Envoy 1.40), which can
 * be factored in hours: such a key protects nothing, so it is no key here.
 */
export const MIN_MODULUS_BITS: u32 = 1024;
/** Greatest size of a modulus, in bits (native takes 16384): bounds the time that one token can cost, 0.6 ms at this size. */
export const MAX_MODULUS_BITS: u32 = 8 * MAX_MODULUS_LENGTH;

/** A key block is a header of 16 bytes (u32 number of squarings at 0, u32 size of the modulus in bits at 4) and the modulus block. */
const HEADER: usize = 16;

/** The encoded message: s^e mod n. */
const ENCODED = memory.data(1024, 16);
/** The encoded message that the digest asks for. */
const EXPECTED = memory.data(1024, 16);

/** DigestInfo in DER up to the digest, RFC 8017 §9.2 note 1. */
const DIGEST_INFO_SIZE: u32 = 19;
const DIGEST_INFO = memory.data<u8>([
  // SHA-256
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
  0x20,
  // SHA-384
  0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
  0x30,
  // SHA-512
  0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
  0x40,
]);

/** Bytes that the block of a key with a modulus of `modulusLength` bytes takes (leading zeros counted or not). Aligned to 16. */
export function rsaKeyBlockSize(modulusLength: u32): u32 {
  return <u32>HEADER + modulusBlockSize(min(modulusLength, MAX_MODULUS_LENGTH));
}

/**
 * Prepares a public key: modulus and exponent big-endian, leading zero bytes tolerated (RFC 7518 §6.3.1.1 forbids them, JWKS in the
 * wild have them and native accepts). Fills `block` (rsaKeyBlockSize bytes, aligned to 16). False for a key that is not taken: modulus even,
 * below MIN_MODULUS_BITS or above MAX_MODULUS_BITS, exponent neither 3 nor 65537.
 */
export function rsaPrepareKey(
  modulus: usize,
  modulusLength: u32,
  exponent: usize,
  exponentLength: u32,
  block: usize,
): bool {
  while (modulusLength != 0 && load<u8>(modulus) == 0) {
    modulus++;
    modulusLength--;
  }
  if (modulusLength == 0 || modulusLength > MAX_MODULUS_LENGTH) return false;
  const bits: u32 = modulusLength * 8 - (clz<u32>(load<u8>(modulus)) - 24);
  if (bits < MIN_MODULUS_BITS) return false;
  if ((load<u8>(modulus + <usize>modulusLength - 1) & 1) == 0) return false;
  const squarings = squaringsOf(exponent, exponentLength);
  if (squarings == 0) return false;
  store<u32>(block, squarings);
  store<u32>(block, bits, 4);
  prepareModulus(modulus, modulusLength, block + HEADER);
  return true;
}

/** s of an exponent 2^s + 1 that is taken: 1 for 3, 16 for 65537; 0 for any other. */
function squaringsOf(exponent: usize, length: u32): u32 {
  while (length != 0 && load<u8>(exponent) == 0) {
    exponent++;
    length--;
  }
  if (length == 1 && load<u8>(exponent) == 3) return 1;
  if (length == 3 && load<u16>(exponent) == 1 && load<u8>(exponent, 2) == 1) return 16;
  return 0;
}

/** Length of the modulus in bytes, k of RFC 8017: what a signature has to have. */
export function rsaModulusLength(block: usize): u32 {
  return modulusLength(block + HEADER);
}

/** Size of the modulus in bits. */
export function rsaModulusBits(block: usize): u32 {
  return load<u32>(block, 4);
}

/**
 * RSAVP1 (RFC 8017 §5.2.2): the encoded message of a signature, rsaModulusLength bytes, at an address that is valid until the next
 * call. 0 if the signature is not exactly as long as the modulus or not below it.
 */
export function rsaEncodedMessage(block: usize, signature: usize, signatureLength: u32): usize {
  if (signatureLength != rsaModulusLength(block)) return 0;
  return exponentiate(block + HEADER, signature, load<u32>(block), ENCODED) ? ENCODED : 0;
}

/**
 * RSASSA-PKCS1-V1_5-VERIFY (RFC 8017 §8.2.2) of a digest: builds the one encoding that is right and compares all of it, so there is
 * nothing in a signature to be parsed (and no forgery through what a parser overlooks: Bleichenbacher 2006).
 */
export function rsaVerifyPkcs1(
  block: usize,
  hash: Hash,
  digest: usize,
  signature: usize,
  signatureLength: u32,
): bool {
  const encoded = rsaEncodedMessage(block, signature, signatureLength);
  if (encoded == 0) return false;
  encodePkcs1(hash, digest, EXPECTED, signatureLength);
  return bytesEqual(encoded, EXPECTED, signatureLength);
}

/**
 * EMSA-PKCS1-v1_5 (RFC 8017 §9.2): 00 01 FF…FF 00 DigestInfo digest, `length` bytes to `out`. The shortest modulus (128 bytes) holds the
 * longest DigestInfo (83 bytes) and the eight FF that are asked for.
 */
function encodePkcs1(hash: Hash, digest: usize, out: usize, length: u32): void {
  const size = digestSize(hash);
  const info = <usize>(length - DIGEST_INFO_SIZE - size);
  store<u16>(out, 0x0100);
  memory.fill(out + 2, 0xff, info - 3);
  store<u8>(out + info - 1, 0);
  memory.copy(out + info, DIGEST_INFO + <usize>hash * DIGEST_INFO_SIZE, DIGEST_INFO_SIZE);
  memory.copy(out + info + DIGEST_INFO_SIZE, digest, size);
}
