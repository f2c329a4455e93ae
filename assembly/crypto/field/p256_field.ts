/**
 * The field of P-256: integers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SEC 2 v2 §2.4.2), over raw memory.
 *
 * Layout: 9 limbs of 29 bits, i32 each, little-endian, padded with zero to 48 bytes. Limbs are balanced (in [-2^28, 2^28), the
 * top one holds what is left, signed), so that sums and differences of a few elements can be multiplied without carrying first.
 * Elements are in Montgomery form with R = 2^261.
 *
 * In radix 2^29 a multiple q * p is q << 24 at limb 8, -(q << 21) at limb 7, q << 18 at limb 6, q << 9 at limb 3 and -q at limb 0.
 * Bounds: a column is at most 9 * m * 2^56 for operands of m1 * m2 = m units of a balanced limb, so m may be 14.
 */
import { product9, square9 } from "./columns/columns_9";

const LIMB_BITS: i64 = 29;
const MASK: i64 = (1 << LIMB_BITS) - 1;
/** Half a limb: what balanced carrying adds before it splits, so that limbs come out in [-HALF, HALF). */
const HALF: i64 = 1 << (LIMB_BITS - 1);
/** Bit of the top limb that has the weight of 2^256. */
const TOP_BITS: i64 = 24;

/** out = a * b / R mod p. |a| and |b| in units of balanced limbs: the product of the two at most 14. `out` may be `a` or `b`. */
export function p256Multiply(out: usize, a: usize, b: usize): void {
  product9<P256Product>(out, a, b, 0);
}

/** out = a * b / R + c mod p, its value folded below 2^256 in magnitude. `out` may be any of the operands. */
export function p256MultiplyAdd(out: usize, a: usize, b: usize, c: usize): void {
  product9<P256Sum>(out, a, b, c);
}

/** out = a² / R mod p. `out` may be `a`. */
export function p256Square(out: usize, a: usize): void {
  square9<P256Product>(out, a, 0);
}

/** out = a² / R + c mod p, folded as in p256MultiplyAdd. `out` may be any of the operands. */
export function p256SquareAdd(out: usize, a: usize, c: usize): void {
  square9<P256Sum>(out, a, c);
}

/** How the columns of a product become an element. */
@unmanaged
class P256Product {
  // @ts-ignore: decorator
  @inline
  reduce(
    out: usize,
    c: usize,
    t0: i64,
    t1: i64,
    t2: i64,
    t3: i64,
    t4: i64,
    t5: i64,
    t6: i64,
    t7: i64,
    t8: i64,
    t9: i64,
    t10: i64,
    t11: i64,
    t12: i64,
    t13: i64,
    t14: i64,
    t15: i64,
    t16: i64,
  ): void {
    reduce(out, c, false, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
  }
}

/** The same, with `c` added. */
@unmanaged
class P256Sum {
  // @ts-ignore: decorator
  @inline
  reduce(
    out: usize,
    c: usize,
    t0: i64,
    t1: i64,
    t2: i64,
    t3: i64,
    t4: i64,
    t5: i64,
    t6: i64,
    t7: i64,
    t8: i64,
    t9: i64,
    t10: i64,
    t11: i64,
    t12: i64,
    t13: i64,
    t14: i64,
    t15: i64,
    t16: i64,
  ): void {
    reduce(out, c, true, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
  }
}

/**
 * Montgomery reduction of the columns, addition of `c` where wanted, balanced carrying, store. p is -1 modulo 2^29, so the
 * quotient limb of a step is the lowest column itself, and q * p is a handful of shifted additions (see the head of this file).
 */
// @ts-ignore: decorator
@inline
function reduce(
  out: usize,
  c: usize,
  withAddend: bool,
  t0: i64,
  t1: i64,
  t2: i64,
  t3: i64,
  t4: i64,
  t5: i64,
  t6: i64,
  t7: i64,
  t8: i64,
  t9: i64,
  t10: i64,
  t11: i64,
  t12: i64,
  t13: i64,
  t14: i64,
  t15: i64,
  t16: i64,
): void {
  let t17: i64 = 0;
  let q: i64 = 0;
  q = t0 & MASK;
  t3 += q << 9;
  t6 += q << 18;
  t7 -= q << 21;
  t8 += q << 24;
  t1 += t0 >> LIMB_BITS;
  q = t1 & MASK;
  t4 += q << 9;
  t7 += q << 18;
  t8 -= q << 21;
  t9 += q << 24;
  t2 += t1 >> LIMB_BITS;
  q = t2 & MASK;
  t5 += q << 9;
  t8 += q << 18;
  t9 -= q << 21;
  t10 += q << 24;
  t3 += t2 >> LIMB_BITS;
  q = t3 & MASK;
  t6 += q << 9;
  t9 += q << 18;
  t10 -= q << 21;
  t11 += q << 24;
  t4 += t3 >> LIMB_BITS;
  q = t4 & MASK;
  t7 += q << 9;
  t10 += q << 18;
  t11 -= q << 21;
  t12 += q << 24;
  t5 += t4 >> LIMB_BITS;
  q = t5 & MASK;
  t8 += q << 9;
  t11 += q << 18;
  t12 -= q << 21;
  t13 += q << 24;
  t6 += t5 >> LIMB_BITS;
  q = t6 & MASK;
  t9 += q << 9;
  t12 += q << 18;
  t13 -= q << 21;
  t14 += q << 24;
  t7 += t6 >> LIMB_BITS;
  q = t7 & MASK;
  t10 += q << 9;
  t13 += q << 18;
  t14 -= q << 21;
  t15 += q << 24;
  t8 += t7 >> LIMB_BITS;
  q = t8 & MASK;
  t11 += q << 9;
  t14 += q << 18;
  t15 -= q << 21;
  t16 += q << 24;
  t9 += t8 >> LIMB_BITS;
  if (withAddend) {
    t9 += <i64>load<i32>(c);
    t10 += <i64>load<i32>(c, 4);
    t11 += <i64>load<i32>(c, 8);
    t12 += <i64>load<i32>(c, 12);
    t13 += <i64>load<i32>(c, 16);
    t14 += <i64>load<i32>(c, 20);
    t15 += <i64>load<i32>(c, 24);
    t16 += <i64>load<i32>(c, 28);
    t17 += <i64>load<i32>(c, 32);
  }
  t9 += HALF;
  let r0 = (t9 & MASK) - HALF;
  t10 += t9 >> LIMB_BITS;
  t10 += HALF;
  let r1 = (t10 & MASK) - HALF;
  t11 += t10 >> LIMB_BITS;
  t11 += HALF;
  let r2 = (t11 & MASK) - HALF;
  t12 += t11 >> LIMB_BITS;
  t12 += HALF;
  let r3 = (t12 & MASK) - HALF;
  t13 += t12 >> LIMB_BITS;
  t13 += HALF;
  let r4 = (t13 & MASK) - HALF;
  t14 += t13 >> LIMB_BITS;
  t14 += HALF;
  let r5 = (t14 & MASK) - HALF;
  t15 += t14 >> LIMB_BITS;
  t15 += HALF;
  let r6 = (t15 & MASK) - HALF;
  t16 += t15 >> LIMB_BITS;
  t16 += HALF;
  let r7 = (t16 & MASK) - HALF;
  t17 += t16 >> LIMB_BITS;
  let r8 = t17;
  if (withAddend) {
    // k is the nearest multiple of 2^256; taking k * p away leaves at most half of it.
    const k = (r8 + (1 << (TOP_BITS - 1))) >> TOP_BITS;
    r8 -= k << 24;
    r7 += k << 21;
    r6 -= k << 18;
    r3 -= k << 9;
    r0 += k;
  }
  store<i32>(out, <i32>r0);
  store<i32>(out, <i32>r1, 4);
  store<i32>(out, <i32>r2, 8);
  store<i32>(out, <i32>r3, 12);
  store<i32>(out, <i32>r4, 16);
  store<i32>(out, <i32>r5, 20);
  store<i32>(out, <i32>r6, 24);
  store<i32>(out, <i32>r7, 28);
  store<i32>(out, <i32>r8, 32);
}
