/**
 * ECDSA verification (FIPS 186-5 §6.4.2, SEC 1 v2 §4.1.4) with the curves of ES256, ES384 and ES512. The hash follows the token's alg,
 * the curve follows the key, as in jwt_verify_lib verify.cc: any digest with any of the curves.
 *
 * Not constant time: keys, digests and signatures are public.
 *
 * Measured in Node 20 beside node:crypto, digest included only there, two-core machine: P-256 46 µs against 67, P-384 205 against 650,
 * P-521 440 against 1450; preparing a key costs 0.15, 0.5 and 1.2 ms.
 */
import {
  Curve,
  curveBits,
  curveCoefficient,
  curveOrder,
  curveOrderModulus,
  curvePrime,
  selectCurve,
} from "./curve/curve";
import { POINT_X, POINT_Z, doublePoint, pointIsInfinity, setPointToInfinity } from "./curve/curve_point";
import {
  INTEGER_SIZE,
  integerAdd,
  integerCompare,
  integerFromBigEndian,
  integerIsZero,
  integerShiftRight,
} from "./integers/integer";
import { invertModulo } from "./integers/modular_inverse";
import {
  RESIDUE_SIZE,
  modulusRadix,
  montgomeryMultiply,
  residueFromInteger,
  residueToInteger,
} from "./integers/modulus";
import {
  GENERATOR_WINDOW,
  KEY_WINDOW,
  addDigits,
  buildTable,
  generatorTable,
  pieceBits,
  pieceCount,
  tableSize,
} from "./curve/point_table";
import { DIGITS_SIZE, recode } from "./curve/recoding";
import {
  MAX_ELEMENT_SIZE,
  elementFromInteger,
  elementIsZero,
  multiply,
  scaleAddLazy,
  square,
  subtractLazy,
} from "./field/prime_field";

export { Curve };

/** A key block starts with its curve, u32; the table of multiples of the key (point_table.ts) follows at TABLE. */
const TABLE: usize = 16;
/** In the place of the curve: the key was refused. */
const NO_CURVE: u32 = 0xffffffff;

const KEY_X = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const KEY_Y = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T1 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T2 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const R = memory.data(<i32>INTEGER_SIZE, 16);
const S = memory.data(<i32>INTEGER_SIZE, 16);
const E = memory.data(<i32>INTEGER_SIZE, 16);
const RESIDUE = memory.data(<i32>RESIDUE_SIZE, 16);
const INVERSE = memory.data(<i32>RESIDUE_SIZE, 16);
const GENERATOR_DIGITS = memory.data(<i32>DIGITS_SIZE, 16);
const KEY_DIGITS = memory.data(<i32>DIGITS_SIZE, 16);

/** Bytes of a key block: 6 KB for P-256, 8 KB for P-384, 13 KB for P-521. */
export function ecdsaKeyBlockSize(curve: Curve): u32 {
  selectCurve(curve);
  return <u32>(TABLE + tableSize(curve, KEY_WINDOW));
}

/**
 * Prepares the public key (x, y), big-endian bytes with any number of leading zeros (as BN_bin2bn takes them), in `block`
 * (`ecdsaKeyBlockSize` bytes, aligned to 16). False, with a block by which every signature is wrong, unless both coordinates are below p and the point is on
 * the curve (EC_KEY_set_public_key_affine_coordinates; the group has no cofactor, so that every such point is a valid key, and
 * infinity has no affine coordinates).
 */
export function ecdsaPreparePublicKey(
  curve: Curve,
  x: usize,
  xLength: u32,
  y: usize,
  yLength: u32,
  block: usize,
): bool {
  store<u32>(block, NO_CURVE);
  selectCurve(curve);
  if (!integerFromBigEndian(R, x, xLength) || integerCompare(R, curvePrime()) >= 0) return false;
  if (!integerFromBigEndian(S, y, yLength) || integerCompare(S, curvePrime()) >= 0) return false;
  elementFromInteger(KEY_X, R);
  elementFromInteger(KEY_Y, S);
  // y² = x³ - 3x + b, with everything on one side: x³ - 3x + (b - y²).
  square(T1, KEY_X);
  multiply(T1, T1, KEY_X);
  scaleAddLazy(T1, -3, KEY_X, T1);
  square(T2, KEY_Y);
  subtractLazy(T2, curveCoefficient(), T2);
  scaleAddLazy(T1, 1, T1, T2);
  if (!elementIsZero(T1)) return false;
  generatorTable(curve);
  store<u32>(block, curve);
  buildTable(block + TABLE, curve, KEY_WINDOW, KEY_X, KEY_Y);
  return true;
}

/**
 * Whether `signature` is r || s (RFC 7518 §3.4) over the digest, by the key in `block`.
 *
 * The signature is split as jwt_verify_lib verify.cc does it: both halves have signatureLength / 2 bytes, rounded down, so that the
 * last byte of an odd length does not count, and each is a number of any length that must be in [1, n - 1]. A digest that is longer than
 * the order is cut to the order's bits (FIPS 186-5 §6.4.2 step 2).
 */
export function ecdsaVerify(
  block: usize,
  digest: usize,
  digestLength: u32,
  signature: usize,
  signatureLength: u32,
): bool {
  const curve = load<u32>(block);
  if (curve == NO_CURVE) return false;
  selectCurve(curve);
  const order = curveOrder();
  const half = signatureLength >> 1;
  if (!integerFromBigEndian(R, signature, half) || !integerFromBigEndian(S, signature + <usize>half, half))
    return false;
  if (integerIsZero(R) || integerCompare(R, order) >= 0) return false;
  if (integerIsZero(S) || integerCompare(S, order) >= 0) return false;
  digestToInteger(curveBits(curve), digest, digestLength);

  // u1 = e / s, u2 = r / s. The inverse comes out times the Montgomery radix, which the products then take away.
  const modulus = curveOrderModulus();
  residueFromInteger(RESIDUE, S, modulus);
  invertModulo(INVERSE, RESIDUE, modulusRadix(modulus), modulus);
  const pieces = pieceCount(curve);
  const bits = pieceBits(curve);
  residueFromInteger(RESIDUE, E, modulus);
  montgomeryMultiply(RESIDUE, RESIDUE, INVERSE, modulus);
  residueToInteger(E, RESIDUE, modulus);
  recode(GENERATOR_DIGITS, E, pieces, bits, GENERATOR_WINDOW);
  residueFromInteger(RESIDUE, R, modulus);
  montgomeryMultiply(RESIDUE, RESIDUE, INVERSE, modulus);
  residueToInteger(E, RESIDUE, modulus);
  recode(KEY_DIGITS, E, pieces, bits, KEY_WINDOW);

  setPointToInfinity();
  const generator = generatorTable(curve);
  for (let position = <i32>bits; position >= 0; position--) {
    doublePoint();
    addDigits(generator, GENERATOR_DIGITS, position, pieces, GENERATOR_WINDOW);
    addDigits(block + TABLE, KEY_DIGITS, position, pieces, KEY_WINDOW);
  }
  if (pointIsInfinity()) return false;

  // x mod n = r, without dividing: X = r Z², or X = (r + n) Z² where r + n is still a coordinate.
  square(T2, POINT_Z);
  if (hasCoordinate(R)) return true;
  integerAdd(R, R, order);
  return integerCompare(R, curvePrime()) < 0 && hasCoordinate(R);
}

/** Whether the accumulator's X is `x` times T2, its Z². */
function hasCoordinate(x: usize): bool {
  elementFromInteger(T1, x);
  multiply(T1, T1, T2);
  subtractLazy(T1, T1, POINT_X);
  return elementIsZero(T1);
}

/** E = the leftmost `orderBits` bits of the digest; less than 2^orderBits, not reduced further. */
function digestToInteger(orderBits: u32, digest: usize, digestLength: u32): void {
  const orderBytes = (orderBits + 7) >> 3;
  const length = min(digestLength, orderBytes);
  integerFromBigEndian(E, digest, length);
  if (length * 8 > orderBits) integerShiftRight(E, length * 8 - orderBits);
}
