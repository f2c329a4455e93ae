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

const LIMB_BITS: i64 = 29;
const MASK: i64 = (1 << LIMB_BITS) - 1;
/** Half a limb: what balanced carrying adds before it splits, so that limbs come out in [-HALF, HALF). */
const HALF: i64 = 1 << (LIMB_BITS - 1);
/** Bit of the top limb that has the weight of 2^256. */
const TOP_BITS: i64 = 24;

/** out = a * b / R mod p. |a| and |b| in units of balanced limbs: the product of the two at most 14. `out` may be `a` or `b`. */
export function p256Multiply(out: usize, a: usize, b: usize): void {
  product(out, a, b, 0, false);
}

/** out = a * b / R + c mod p, its value folded below 2^256 in magnitude. `out` may be any of the operands. */
export function p256MultiplyAdd(out: usize, a: usize, b: usize, c: usize): void {
  product(out, a, b, c, true);
}

/** out = a² / R mod p. `out` may be `a`. */
export function p256Square(out: usize, a: usize): void {
  square(out, a, 0, false);
}

/** out = a² / R + c mod p, folded as in p256MultiplyAdd. `out` may be any of the operands. */
export function p256SquareAdd(out: usize, a: usize, c: usize): void {
  square(out, a, c, true);
}

/** The columns of the schoolbook product. */
// @ts-ignore: decorator
@inline
function product(out: usize, a: usize, b: usize, c: usize, withAddend: bool): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const b0 = <i64>load<i32>(b);
  const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8);
  const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16);
  const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24);
  const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  const t0 = a0 * b0;
  const t1 = a0 * b1 + a1 * b0;
  const t2 = a0 * b2 + a1 * b1 + a2 * b0;
  const t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  const t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  const t5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  const t6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  const t7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  const t8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  const t9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1;
  const t10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2;
  const t11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3;
  const t12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4;
  const t13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5;
  const t14 = a6 * b8 + a7 * b7 + a8 * b6;
  const t15 = a7 * b8 + a8 * b7;
  const t16 = a8 * b8;
  reduce(out, c, withAddend, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
}

/** The columns of the square: every mixed product once, against a doubled limb. */
// @ts-ignore: decorator
@inline
function square(out: usize, a: usize, c: usize, withAddend: bool): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const d8 = a8 << 1;
  const t0 = a0 * a0;
  const t1 = a0 * d1;
  const t2 = a0 * d2 + a1 * a1;
  const t3 = a0 * d3 + a1 * d2;
  const t4 = a0 * d4 + a1 * d3 + a2 * a2;
  const t5 = a0 * d5 + a1 * d4 + a2 * d3;
  const t6 = a0 * d6 + a1 * d5 + a2 * d4 + a3 * a3;
  const t7 = a0 * d7 + a1 * d6 + a2 * d5 + a3 * d4;
  const t8 = a0 * d8 + a1 * d7 + a2 * d6 + a3 * d5 + a4 * a4;
  const t9 = a1 * d8 + a2 * d7 + a3 * d6 + a4 * d5;
  const t10 = a2 * d8 + a3 * d7 + a4 * d6 + a5 * a5;
  const t11 = a3 * d8 + a4 * d7 + a5 * d6;
  const t12 = a4 * d8 + a5 * d7 + a6 * a6;
  const t13 = a5 * d8 + a6 * d7;
  const t14 = a6 * d8 + a7 * a7;
  const t15 = a7 * d8;
  const t16 = a8 * a8;
  reduce(out, c, withAddend, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
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
