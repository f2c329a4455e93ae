/**
 * The field of Ed25519: integers modulo p = 2^255 - 19 (RFC 8032 §5.1), over raw memory.
 *
 * Layout: 9 limbs of 29 bits, i32 each, little-endian, padded with zero to 48 bytes. Limbs are balanced (in [-2^28, 2^28), the top one
 * holds what is left, signed), so that sums and differences of a few elements can be multiplied without carrying first. Plain form
 * (R = 1): 2^261 is 64 * 19 modulo p, so the upper columns fold onto the lower ones.
 *
 * Bounds: a column is at most 9 * m * 2^56 for operands of m1 * m2 = m units of a balanced limb, so m may be 14.
 */
import { product9, square9 } from "./columns/columns_9";

const LIMB_BITS: i64 = 29;
const MASK: i64 = (1 << LIMB_BITS) - 1;
/** Half a limb: what balanced carrying adds before it splits, so that limbs come out in [-HALF, HALF). */
const HALF: i64 = 1 << (LIMB_BITS - 1);
/** Bit of the top limb that has the weight of 2^255. */
const TOP_BITS: i64 = 23;
/** 2^261 modulo p. */
const FOLD: i64 = 64 * 19;

/** out = a * b mod p. |a| and |b| in units of balanced limbs: the product of the two at most 14. `out` may be `a` or `b`. */
export function p25519Multiply(out: usize, a: usize, b: usize): void {
  product9<P25519Product>(out, a, b, 0);
}

/** out = a² mod p. `out` may be `a`. */
export function p25519Square(out: usize, a: usize): void {
  square9<P25519Product>(out, a, 0);
}

/** Carries the upper columns, folds them onto the lower ones, carries those balanced, and folds what is above 2^255. */
@unmanaged
class P25519Product {
  // @ts-ignore: decorator
  @inline
  reduce(
    out: usize,
    _c: usize,
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
    t9 += t8 >> LIMB_BITS;
    t8 &= MASK;
    t10 += t9 >> LIMB_BITS;
    t9 &= MASK;
    t11 += t10 >> LIMB_BITS;
    t10 &= MASK;
    t12 += t11 >> LIMB_BITS;
    t11 &= MASK;
    t13 += t12 >> LIMB_BITS;
    t12 &= MASK;
    t14 += t13 >> LIMB_BITS;
    t13 &= MASK;
    t15 += t14 >> LIMB_BITS;
    t14 &= MASK;
    t16 += t15 >> LIMB_BITS;
    t15 &= MASK;
    const t17 = t16 >> LIMB_BITS;
    t16 &= MASK;
    t0 += FOLD * t9 + HALF;
    t1 += FOLD * t10 + HALF + (t0 >> LIMB_BITS);
    t2 += FOLD * t11 + HALF + (t1 >> LIMB_BITS);
    t3 += FOLD * t12 + HALF + (t2 >> LIMB_BITS);
    t4 += FOLD * t13 + HALF + (t3 >> LIMB_BITS);
    t5 += FOLD * t14 + HALF + (t4 >> LIMB_BITS);
    t6 += FOLD * t15 + HALF + (t5 >> LIMB_BITS);
    t7 += FOLD * t16 + HALF + (t6 >> LIMB_BITS);
    t8 += FOLD * t17 + (t7 >> LIMB_BITS);
    const k = (t8 + (1 << (TOP_BITS - 1))) >> TOP_BITS;
    store<i32>(out, <i32>((t0 & MASK) - HALF + 19 * k));
    store<i32>(out, <i32>((t1 & MASK) - HALF), 4);
    store<i32>(out, <i32>((t2 & MASK) - HALF), 8);
    store<i32>(out, <i32>((t3 & MASK) - HALF), 12);
    store<i32>(out, <i32>((t4 & MASK) - HALF), 16);
    store<i32>(out, <i32>((t5 & MASK) - HALF), 20);
    store<i32>(out, <i32>((t6 & MASK) - HALF), 24);
    store<i32>(out, <i32>((t7 & MASK) - HALF), 28);
    store<i32>(out, <i32>(t8 - (k << TOP_BITS)), 32);
  }
}
