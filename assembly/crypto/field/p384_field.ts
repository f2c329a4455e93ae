/**
 * The field of P-384: integers modulo p = 2^384 - 2^128 - 2^96 + 2^32 - 1 (SEC 2 v2 §2.5.1), over raw memory.
 *
 * Layout: 14 limbs of 28 bits, i32 each, little-endian, padded with zero to 64 bytes. Limbs are balanced (in [-2^27, 2^27), the
 * top one holds what is left, signed), so that sums and differences of a few elements can be multiplied without carrying first.
 * Elements are in Montgomery form with R = 2^392.
 *
 * In radix 2^28 a multiple q * p is q << 20 at limb 13, -(q << 16) at limb 4, -(q << 12) at limb 3, q << 4 at limb 1 and -q at limb 0.
 * Bounds: a column is at most 14 * m * 2^54 for operands of m1 * m2 = m units of a balanced limb, so m may be 36.
 */
import { LIMB_BITS, MASK, storeBalanced } from "./columns/carry_28";
import { product14, square14 } from "./columns/columns_14";

const LIMBS: usize = 14;
/** Bit of the top limb that has the weight of 2^384. */
const TOP_BITS: i64 = 20;

/** The columns of a product: i64, column i of weight 2^(28 i). */
const COLUMNS = memory.data(2 * 14 * 8, 16);

/** out = a * b / R mod p. |a| and |b| in units of balanced limbs: the product of the two at most 36. `out` may be `a` or `b`. */
export function p384Multiply(out: usize, a: usize, b: usize): void {
  product(a, b);
  reduce(out, 0);
}

/** out = a * b / R + c mod p, its value folded below 2^384 in magnitude. `out` may be any of the operands. */
export function p384MultiplyAdd(out: usize, a: usize, b: usize, c: usize): void {
  product(a, b);
  reduce(out, c);
}

/** out = a² / R mod p. `out` may be `a`. */
export function p384Square(out: usize, a: usize): void {
  square(a);
  reduce(out, 0);
}

/** out = a² / R + c mod p, folded as in p384MultiplyAdd. `out` may be any of the operands. */
export function p384SquareAdd(out: usize, a: usize, c: usize): void {
  square(a);
  reduce(out, c);
}

function product(a: usize, b: usize): void {
  product14(COLUMNS, a, b);
}

function square(a: usize): void {
  square14(COLUMNS, a);
}

/**
 * Montgomery reduction of the columns, addition of `c` (unless 0), balanced carrying, store. p is -1 modulo 2^28, so the quotient limb
 * of a step is the lowest column itself, and q * p is a handful of shifted additions (see the head of this file).
 */
function reduce(out: usize, c: usize): void {
  let carry: i64 = 0;
  for (let at = COLUMNS; at < COLUMNS + 8 * LIMBS; at += 8) {
    const column = load<i64>(at) + carry;
    const q = column & MASK;
    carry = column >> LIMB_BITS;
    carry += q << 4;
    store<i64>(at, load<i64>(at, 24) - (q << 12), 24);
    store<i64>(at, load<i64>(at, 32) - (q << 16), 32);
    store<i64>(at, load<i64>(at, 104) + (q << 20), 104);
  }
  carry = storeBalanced(out, COLUMNS + 8 * LIMBS, LIMBS, carry, c);
  if (c == 0) {
    store<i32>(out, <i32>carry, 4 * (LIMBS - 1));
    return;
  }
  const high = carry + <i64>load<i32>(c, 4 * (LIMBS - 1));
  // k is the nearest multiple of 2^384; taking k * p away leaves at most half of it.
  const k = <i32>((high + (1 << (TOP_BITS - 1))) >> TOP_BITS);
  store<i32>(out, <i32>high - (k << 20), 4 * (LIMBS - 1));
  store<i32>(out, load<i32>(out, 16) + (k << 16), 16);
  store<i32>(out, load<i32>(out, 12) + (k << 12), 12);
  store<i32>(out, load<i32>(out, 4) - (k << 4), 4);
  store<i32>(out, load<i32>(out) + k);
}
