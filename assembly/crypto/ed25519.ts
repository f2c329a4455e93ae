/**
 * Ed25519 verification (RFC 8032 §5.1.7, RFC 8037 §3.1), accepting exactly what BoringSSL's ED25519_verify accepts, which native
 * jwt_authn calls: S must be below L; the equation is the one without the cofactor, checked by encoding [S]B - [k]A and comparing it
 * with the bytes of R, so that no R but the canonical encoding passes; the public key A may have y >= p, and x = 0 with the sign bit set
 * (x25519_ge_frombytes_vartime checks neither); small orders are not looked for.
 *
 * Not constant time: keys, messages and signatures are public.
 *
 * Measured in Node 20 beside node:crypto, 600 bytes of message: 33 µs against 120; preparing a key costs 0.27 ms.
 */
import {
  EDWARDS_X,
  EDWARDS_Y,
  EDWARDS_Z,
  doubleEdwardsPoint,
  setEdwardsPointToNeutral,
} from "./curve/edwards_point";
import {
  EDWARDS_PIECES,
  EDWARDS_PIECE_BITS,
  addEdwardsDigits,
  buildEdwardsTable,
  edwardsTableSize,
} from "./curve/edwards_table";
import {
  INTEGER_SIZE,
  integerCompare,
  integerFromBigEndian,
  integerFromLittleEndian,
} from "./integers/integer";
import {
  MODULUS_SIZE,
  RESIDUE_SIZE,
  modulusFromInteger,
  residueFromWideInteger,
  residueToInteger,
} from "./integers/modulus";
import {
  Field,
  MAX_ELEMENT_SIZE,
  addLazy,
  copyElement,
  elementFromInteger,
  elementIsZero,
  elementToInteger,
  fieldOne,
  invertElement,
  multiply,
  prepareField,
  selectField,
  square,
  subtractLazy,
} from "./field/prime_field";
import { DIGITS_SIZE, recode } from "./curve/recoding";
import {
  SHA512_DIGEST_SIZE,
  SHA512_STATE_SIZE,
  sha512Begin,
  sha512Finish,
  sha512Update,
} from "./hash/sha512";

export const ED25519_KEY_SIZE: u32 = 32;
export const ED25519_SIGNATURE_SIZE: u32 = 64;

const KEY_WINDOW: u32 = 5;
const BASE_WINDOW: u32 = 7;

/**
 * A key block: u32 at 0 that is 1 if the key decodes to a point, the 32 bytes of the key at RAW, the table of -A (edwards_table.ts) at
 * TABLE.
 */
const RAW: usize = 16;
const TABLE: usize = 48;
/** Bytes of a key block. */
export const ED25519_KEY_BLOCK_SIZE: u32 = 48 + 8 * 8 * 144;

/** RFC 8032 §5.1, table 1, and what decoding needs, as big-endian bytes. */
// prettier-ignore
const PARAMETERS = memory.data<u8>([
  // p = 2^255 - 19
  0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xed,
  // L, the order of B
  0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed,
  // d = -121665 / 121666
  0x52, 0x03, 0x6c, 0xee, 0x2b, 0x6f, 0xfe, 0x73, 0x8c, 0xc7, 0x40, 0x79, 0x77, 0x79, 0xe8, 0x98,
  0x00, 0x70, 0x0a, 0x4d, 0x41, 0x41, 0xd8, 0xab, 0x75, 0xeb, 0x4d, 0xca, 0x13, 0x59, 0x78, 0xa3,
  // a square root of -1, 2^((p - 1) / 4)
  0x2b, 0x83, 0x24, 0x80, 0x4f, 0xc1, 0xdf, 0x0b, 0x2b, 0x4d, 0x00, 0x99, 0x3d, 0xfb, 0xd7, 0xa7,
  0x2f, 0x43, 0x18, 0x06, 0xad, 0x2f, 0xe4, 0x78, 0xc4, 0xee, 0x1b, 0x27, 0x4a, 0x0e, 0xa0, 0xb0,
  // x of B
  0x21, 0x69, 0x36, 0xd3, 0xcd, 0x6e, 0x53, 0xfe, 0xc0, 0xa4, 0xe2, 0x31, 0xfd, 0xd6, 0xdc, 0x5c,
  0x69, 0x2c, 0xc7, 0x60, 0x95, 0x25, 0xa7, 0xb2, 0xc9, 0x56, 0x2d, 0x60, 0x8f, 0x25, 0xd5, 0x1a,
  // y of B = 4 / 5
  0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
  0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x58,
]);

const PRIME = memory.data(<i32>INTEGER_SIZE, 16);
const ORDER = memory.data(<i32>INTEGER_SIZE, 16);
const ORDER_MODULUS = memory.data(<i32>MODULUS_SIZE, 16);
const D = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const DOUBLED_D = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const ROOT_OF_MINUS_ONE = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
/** The table of the base point, 0 until the first key. */
let baseTable: usize = 0;

const X = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const Y = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T1 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T2 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T3 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const ZERO = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const INTEGER = memory.data(<i32>INTEGER_SIZE, 16);
const RESIDUE = memory.data(<i32>RESIDUE_SIZE, 16);
const BASE_DIGITS = memory.data(<i32>DIGITS_SIZE, 16);
const KEY_DIGITS = memory.data(<i32>DIGITS_SIZE, 16);
const HASH_STATE = memory.data(<i32>SHA512_STATE_SIZE, 16);
const HASH = memory.data(<i32>SHA512_DIGEST_SIZE, 16);

/** Selects the field; derives constants and the table of the base point the first time. */
function selectEdwards(): void {
  if (baseTable != 0) {
    selectField(Field.P25519);
    return;
  }
  integerFromBigEndian(PRIME, PARAMETERS, 32);
  prepareField(Field.P25519, PRIME, 255);
  integerFromBigEndian(ORDER, PARAMETERS + 32, 32);
  modulusFromInteger(ORDER_MODULUS, ORDER, 253);
  elementFromParameter(D, 2);
  addLazy(DOUBLED_D, D, D);
  elementFromParameter(ROOT_OF_MINUS_ONE, 3);
  elementFromParameter(X, 4);
  elementFromParameter(Y, 5);
  baseTable = heap.alloc(<usize>edwardsTableSize(BASE_WINDOW));
  buildEdwardsTable(baseTable, BASE_WINDOW, X, Y, DOUBLED_D);
}

function elementFromParameter(out: usize, index: usize): void {
  integerFromBigEndian(INTEGER, PARAMETERS + 32 * index, 32);
  elementFromInteger(out, INTEGER);
}

/**
 * Prepares the 32 bytes of a public key in `block` (ED25519_KEY_BLOCK_SIZE bytes, aligned to 16). False if they are no point; the block
 * is then one by which every signature is wrong, which is how native treats such a key.
 */
export function ed25519PreparePublicKey(raw: usize, block: usize): bool {
  selectEdwards();
  memory.copy(block + RAW, raw, ED25519_KEY_SIZE);
  const isPoint = decompress(block + RAW);
  store<u32>(block, isPoint ? 1 : 0);
  if (!isPoint) return false;
  subtractLazy(X, ZERO, X);
  buildEdwardsTable(block + TABLE, KEY_WINDOW, X, Y, DOUBLED_D);
  return true;
}

/** Decodes 32 bytes to (X, Y), RFC 8032 §5.1.3 without the two checks that BoringSSL leaves out (see above). False if no x exists. */
function decompress(bytes: usize): bool {
  integerFromLittleEndian(INTEGER, bytes, 32);
  const sign = load<u8>(INTEGER, 31) >> 7;
  store<u8>(INTEGER, load<u8>(INTEGER, 31) & 0x7f, 31);
  elementFromInteger(Y, INTEGER);
  // x² = u / v with u = y² - 1, v = d y² + 1; the candidate root is u w^((p - 5) / 8) with w = u v.
  const u = T1;
  const v = T2;
  square(T3, Y);
  subtractLazy(u, T3, fieldOne());
  multiply(v, T3, D);
  addLazy(v, v, fieldOne());
  multiply(T3, u, v);
  copyElement(X, T3);
  // (p - 5) / 8 = 2^252 - 3: 252 bits, all of them 1 but bit 1.
  for (let bit = 250; bit >= 0; bit--) {
    square(X, X);
    if (bit != 1) multiply(X, X, T3);
  }
  multiply(X, X, u);
  square(T3, X);
  multiply(T3, T3, v);
  subtractLazy(v, T3, u);
  if (!elementIsZero(v)) {
    addLazy(v, T3, u);
    if (!elementIsZero(v)) return false;
    multiply(X, X, ROOT_OF_MINUS_ONE);
  }
  elementToInteger(INTEGER, X);
  if ((load<u8>(INTEGER) & 1) != sign) subtractLazy(X, ZERO, X);
  return true;
}

/** Whether the 64 bytes at `signature` are R || S over the message, by the key in `block`. */
export function ed25519Verify(block: usize, message: usize, messageLength: u32, signature: usize): bool {
  if (load<u32>(block) == 0) return false;
  selectEdwards();
  integerFromLittleEndian(INTEGER, signature + 32, 32);
  if (integerCompare(INTEGER, ORDER) >= 0) return false;
  recode(BASE_DIGITS, INTEGER, EDWARDS_PIECES, EDWARDS_PIECE_BITS, BASE_WINDOW);

  sha512Begin(HASH_STATE);
  sha512Update(HASH_STATE, signature, 32);
  sha512Update(HASH_STATE, block + RAW, ED25519_KEY_SIZE);
  sha512Update(HASH_STATE, message, messageLength);
  sha512Finish(HASH_STATE, HASH, SHA512_DIGEST_SIZE);
  integerFromLittleEndian(INTEGER, HASH, SHA512_DIGEST_SIZE);
  residueFromWideInteger(RESIDUE, INTEGER, ORDER_MODULUS);
  residueToInteger(INTEGER, RESIDUE, ORDER_MODULUS);
  recode(KEY_DIGITS, INTEGER, EDWARDS_PIECES, EDWARDS_PIECE_BITS, KEY_WINDOW);

  setEdwardsPointToNeutral();
  for (let position = <i32>EDWARDS_PIECE_BITS; position >= 0; position--) {
    doubleEdwardsPoint();
    addEdwardsDigits(baseTable, BASE_DIGITS, position, BASE_WINDOW);
    addEdwardsDigits(block + TABLE, KEY_DIGITS, position, KEY_WINDOW);
  }
  return encodesTo(signature);
}

/** Whether the encoding of the accumulator (RFC 8032 §5.1.2) is the 32 bytes at `expected`. */
function encodesTo(expected: usize): bool {
  invertElement(T1, EDWARDS_Z);
  multiply(X, EDWARDS_X, T1);
  multiply(Y, EDWARDS_Y, T1);
  elementToInteger(INTEGER, X);
  const sign = load<u8>(INTEGER) << 7;
  elementToInteger(INTEGER, Y);
  store<u8>(INTEGER, load<u8>(INTEGER, 31) | sign, 31);
  return (
    load<u64>(INTEGER) == load<u64>(expected) &&
    load<u64>(INTEGER, 8) == load<u64>(expected, 8) &&
    load<u64>(INTEGER, 16) == load<u64>(expected, 16) &&
    load<u64>(INTEGER, 24) == load<u64>(expected, 24)
  );
}
