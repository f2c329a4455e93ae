/**
 * RSA public keys and RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2) in wasm, for RS256, RS384 and RS512 (RFC 7518 §3.3).
 * A key is prepared once, when a JWKS is read; a verification allocates nothing and takes any bytes.
 */
import { bytesEqual } from "../memory/span";
import {
  MAX_MODULUS_LENGTH,
  exponentiate,
  modulusBlockSize,
  modulusLength,
  prepareModulus,
} from "./exponentiation/exponentiation";
import { Hash, digestSize } from "./hash/hash";

/**
 * Least length of a modulus, in bytes: 1017 bits, so that keys which were meant to have 1024 and came out a few bits short are taken. RFC
 * 7518 §3.3 asks for 2048 bits. Native takes 512 (measured on Envoy 1.40), which can be factored in hours: such a key protects nothing, so
 * it is no key here (docs/differences.md).
 */
export const MIN_MODULUS_LENGTH: u32 = 128;
/** Greatest size of a modulus, in bits, as native has it (BoringSSL's OPENSSL_RSA_MAX_MODULUS_BITS). */
export const MAX_MODULUS_BITS: u32 = 8 * MAX_MODULUS_LENGTH;
/** Greatest size of a public exponent, in bits: BoringSSL's kMaxExponentBits, for the same reason: it bounds the time of a verification. */
const MAX_EXPONENT_BITS: u32 = 33;

/** A key block is a header of 16 bytes (u64 exponent at 0, u32 size of the modulus in bits at 8) and the modulus block. */
const HEADER: usize = 16;
const BITS: usize = 8;

/** The encoded message: s^e mod n. */
const ENCODED = memory.data(2048, 16);
/** The encoded message that the digest asks for. */
const EXPECTED = memory.data(2048, 16);

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
 * below MIN_MODULUS_LENGTH or above MAX_MODULUS_BITS, exponent even, 1 or above MAX_EXPONENT_BITS.
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
  if (modulusLength < MIN_MODULUS_LENGTH || modulusLength > MAX_MODULUS_LENGTH) return false;
  if ((load<u8>(modulus + <usize>modulusLength - 1) & 1) == 0) return false;
  const e = publicExponent(exponent, exponentLength);
  if (e == 0) return false;
  store<u64>(block, e);
  store<u32>(block, modulusLength * 8 - (clz<u32>(load<u8>(modulus)) - 24), BITS);
  prepareModulus(modulus, modulusLength, block + HEADER);
  return true;
}

/** The exponent if it may be one: odd, above 1, at most MAX_EXPONENT_BITS; otherwise 0. */
function publicExponent(bytes: usize, length: u32): u64 {
  let value: u64 = 0;
  for (let i: usize = 0; i < <usize>length; i++) {
    value = (value << 8) | load<u8>(bytes + i);
    if (value >> MAX_EXPONENT_BITS != 0) return 0;
  }
  return (value & 1) != 0 && value > 1 ? value : 0;
}

/** Length of the modulus in bytes, k of RFC 8017: what a signature has to have. */
export function rsaModulusLength(block: usize): u32 {
  return modulusLength(block + HEADER);
}

/** Size of the modulus in bits. */
export function rsaModulusBits(block: usize): u32 {
  return load<u32>(block, BITS);
}

/**
 * RSAVP1 (RFC 8017 §5.2.2): the encoded message of a signature, rsaModulusLength bytes, at an address that is valid until the next
 * call. 0 if the signature is not exactly as long as the modulus or not below it.
 */
export function rsaEncodedMessage(block: usize, signature: usize, signatureLength: u32): usize {
  if (signatureLength != rsaModulusLength(block)) return 0;
  return exponentiate(block + HEADER, signature, load<u64>(block), ENCODED) ? ENCODED : 0;
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
