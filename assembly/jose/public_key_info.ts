/** Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and ECDSA signatures as SEQUENCE (r, s) (RFC 3279 §2.2.3), in DER: what a host's crypto takes. */
import { allocate } from "../memory/arena";
import { Region } from "../memory/region";
import { NO_SPAN, Span, span, spanAddress, spanEquals, spanLength } from "../memory/span";

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

/** SEQUENCE { OID rsaEncryption (RFC 8017 appendix A.1), NULL } */
const RSA_ALGORITHM = memory.data<u8>([
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
]);
const RSA_ALGORITHM_LENGTH: u32 = 15;
/** SEQUENCE { OID id-ecPublicKey, OID prime256v1 } (RFC 5480 §2.1.1) */
const P256_ALGORITHM = memory.data<u8>([
  0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
  0x03, 0x01, 0x07,
]);
const P256_ALGORITHM_LENGTH: u32 = 21;
/** SEQUENCE { OID id-ecPublicKey, OID secp384r1 } */
const P384_ALGORITHM = memory.data<u8>([
  0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22,
]);
const P384_ALGORITHM_LENGTH: u32 = 18;

/** Whether the content of an AlgorithmIdentifier is rsaEncryption with its NULL (RFC 3279 §2.3.1). */
export function isRsaEncryption(algorithm: Span): bool {
  return spanEquals(algorithm, span(RSA_ALGORITHM + 2, RSA_ALGORITHM_LENGTH - 2));
}

/** Bytes of a tag and a length. */
function headerSize(length: u32): u32 {
  return length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
}

/** Writes a tag and a length below 2^16; answers the address behind them. */
function writeHeader(at: usize, tag: u8, length: u32): usize {
  store<u8>(at, tag);
  if (length < 0x80) {
    store<u8>(at, <u8>length, 1);
    return at + 2;
  }
  if (length < 0x100) {
    store<u8>(at, 0x81, 1);
    store<u8>(at, <u8>length, 2);
    return at + 3;
  }
  store<u8>(at, 0x82, 1);
  store<u8>(at, <u8>(length >> 8), 2);
  store<u8>(at, <u8>length, 3);
  return at + 4;
}

/** A big-endian number without leading zeros. */
function bare(number: Span): Span {
  let at = spanAddress(number);
  let length = spanLength(number);
  while (length > 0 && load<u8>(at) == 0) {
    at++;
    length--;
  }
  return span(at, length);
}

/** Content length of an INTEGER: at least one byte, one more where the first bit would be a sign. */
function integerLength(number: Span): u32 {
  const length = spanLength(number);
  return length == 0 || load<u8>(spanAddress(number)) >= 0x80 ? length + 1 : length;
}

function writeInteger(at: usize, number: Span): usize {
  const length = spanLength(number);
  const content = integerLength(number);
  let to = writeHeader(at, INTEGER, content);
  if (content > length) store<u8>(to++, 0);
  memory.copy(to, spanAddress(number), <usize>length);
  return to + <usize>length;
}

/** @param modulus, exponent big-endian */
export function rsaPublicKeyInfo(modulus: Span, exponent: Span, region: Region): Span {
  const n = bare(modulus);
  const e = bare(exponent);
  const integers = integerSize(n) + integerSize(e);
  const key = integers + headerSize(integers);
  const bits = key + 1;
  const body = RSA_ALGORITHM_LENGTH + headerSize(bits) + bits;
  const size = body + headerSize(body);
  const address = region.allocate(<usize>size);
  let at = writeHeader(address, SEQUENCE, body);
  memory.copy(at, RSA_ALGORITHM, <usize>RSA_ALGORITHM_LENGTH);
  at = writeHeader(at + <usize>RSA_ALGORITHM_LENGTH, BIT_STRING, bits);
  store<u8>(at++, 0);
  at = writeHeader(at, SEQUENCE, integers);
  writeInteger(writeInteger(at, n), e);
  return span(address, size);
}

function integerSize(number: Span): u32 {
  const content = integerLength(number);
  return headerSize(content) + content;
}

/** @param fieldLength bytes of a coordinate: 32 for P-256, 48 for P-384; NO_SPAN for coordinates that do not fit it */
export function ecPublicKeyInfo(x: Span, y: Span, fieldLength: u32, region: Region): Span {
  const bareX = bare(x);
  const bareY = bare(y);
  if (spanLength(bareX) > fieldLength || spanLength(bareY) > fieldLength) return NO_SPAN;
  const algorithm = fieldLength == 32 ? P256_ALGORITHM : P384_ALGORITHM;
  const algorithmLength = fieldLength == 32 ? P256_ALGORITHM_LENGTH : P384_ALGORITHM_LENGTH;
  const bits = 2 + 2 * fieldLength;
  const body = algorithmLength + headerSize(bits) + bits;
  const size = body + headerSize(body);
  const address = region.allocate(<usize>size);
  let at = writeHeader(address, SEQUENCE, body);
  memory.copy(at, algorithm, <usize>algorithmLength);
  at = writeHeader(at + <usize>algorithmLength, BIT_STRING, bits);
  store<u8>(at, 0);
  // An uncompressed point (SEC 1 §2.3.3); the region is zeroed, so short coordinates are padded.
  store<u8>(at, 4, 1);
  at += 2;
  memory.copy(at + <usize>(fieldLength - spanLength(bareX)), spanAddress(bareX), <usize>spanLength(bareX));
  at += <usize>fieldLength;
  memory.copy(at + <usize>(fieldLength - spanLength(bareY)), spanAddress(bareY), <usize>spanLength(bareY));
  return span(address, size);
}

/** A JWS signature r || s of even length as DER, in the arena; NO_SPAN if the arena is exhausted. */
export function ecdsaSignatureDer(signature: Span): Span {
  const half = spanLength(signature) >> 1;
  const r = bare(span(spanAddress(signature), half));
  const s = bare(span(spanAddress(signature) + <usize>half, half));
  const body = integerSize(r) + integerSize(s);
  const size = body + headerSize(body);
  const address = allocate(<usize>size);
  if (address == 0) return NO_SPAN;
  writeInteger(writeInteger(writeHeader(address, SEQUENCE, body), r), s);
  return span(address, size);
}
