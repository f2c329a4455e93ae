/**
 * Products modulo an odd number of up to 521 bits, for what a signature needs beside the curve: scalars modulo the order of the group.
 *
 * A residue is `count` limbs of 30 bits, i32 each, little-endian, RESIDUE_SIZE bytes. A modulus is a record of MODULUS_SIZE bytes that
 * `modulusFromInteger` fills:
 *     0  u32  count of limbs          4  u32  the inverse of the modulus modulo 2^30
 *    16  the modulus as a residue    88  R mod the modulus, R = 2^(30 count)    160  R² mod the modulus
 */
import { INTEGER_BITS, INTEGER_SIZE, integerAppendBits, integerBits } from "./integer";

const LIMB_BITS: u32 = 30;
export const RESIDUE_MASK: i32 = (1 << 30) - 1;
/** The most limbs: 18 * 30 = 540 bits, enough for P-521. */
const MAX_LIMBS: u32 = 18;
export const RESIDUE_SIZE: u32 = MAX_LIMBS * 4;
export const MODULUS_SIZE: u32 = 16 + 3 * RESIDUE_SIZE + 8;

const INVERSE: usize = 4;
const LIMBS: usize = 16;
const RADIX: usize = 16 + <usize>RESIDUE_SIZE;
const RADIX_SQUARED: usize = 16 + 2 * <usize>RESIDUE_SIZE;

/** Limbs of a residue. */
// @ts-ignore: decorator
@inline
export function modulusCount(modulus: usize): u32 {
  return load<u32>(modulus);
}

/** The modulus itself, a residue. */
// @ts-ignore: decorator
@inline
export function modulusLimbs(modulus: usize): usize {
  return modulus + LIMBS;
}

/** Its inverse modulo 2^30. */
// @ts-ignore: decorator
@inline
export function modulusInverse(modulus: usize): u32 {
  return load<u32>(modulus, INVERSE);
}

/** Address of R mod m: the residue 1 in Montgomery form. */
// @ts-ignore: decorator
@inline
export function modulusRadix(modulus: usize): usize {
  return modulus + RADIX;
}

/** Fills a modulus record from an odd integer of `bits` bits (more than 1, at most 521). */
export function modulusFromInteger(modulus: usize, integer: usize, bits: u32): void {
  const count = (bits + LIMB_BITS - 1) / LIMB_BITS;
  store<u32>(modulus, count);
  residueFromInteger(modulus + LIMBS, integer, modulus);
  // Newton: x * (2 - m * x) doubles the number of correct low bits; m is its own inverse modulo 8.
  const low = load<u32>(modulus, LIMBS);
  let inverse = low;
  for (let i = 0; i < 4; i++) inverse *= 2 - low * inverse;
  store<u32>(modulus, inverse & RESIDUE_MASK, INVERSE);
  const radix = modulus + RADIX;
  memory.fill(radix, 0, RESIDUE_SIZE);
  store<i32>(radix, 1);
  for (let i: u32 = 0; i < count * LIMB_BITS; i++) doubleModulo(radix, modulus);
  const squared = modulus + RADIX_SQUARED;
  memory.copy(squared, radix, RESIDUE_SIZE);
  for (let i: u32 = 0; i < count * LIMB_BITS; i++) doubleModulo(squared, modulus);
}

/** The limbs of an integer; it need not be reduced, bits from 30 count on are dropped. */
export function residueFromInteger(out: usize, integer: usize, modulus: usize): void {
  const count = load<u32>(modulus);
  for (let i: u32 = 0; i < count; i++) {
    store<i32>(out + ((<usize>i) << 2), <i32>integerBits(integer, i * LIMB_BITS, LIMB_BITS));
  }
}

export function residueToInteger(out: usize, residue: usize, modulus: usize): void {
  const count = load<u32>(modulus);
  memory.fill(out, 0, INTEGER_SIZE);
  for (let i: u32 = 0; i < count; i++) {
    integerAppendBits(out, i * LIMB_BITS, <u64>load<u32>(residue + ((<usize>i) << 2)));
  }
}

function doubleModulo(residue: usize, modulus: usize): void {
  const count = (<usize>load<u32>(modulus)) << 2;
  let carry: i32 = 0;
  for (let i: usize = 0; i < count; i += 4) {
    const limb = (load<i32>(residue + i) << 1) | carry;
    carry = limb >>> 30;
    store<i32>(residue + i, limb & RESIDUE_MASK);
  }
  subtractOnce(residue, modulus);
}

/** Takes the modulus away if the residue (below twice the modulus) is not below it. */
function subtractOnce(residue: usize, modulus: usize): void {
  const count = (<usize>load<u32>(modulus)) << 2;
  const limbs = modulus + LIMBS;
  for (let i = count; i != 0; i -= 4) {
    const difference = load<i32>(residue + i - 4) - load<i32>(limbs + i - 4);
    if (difference < 0) return;
    if (difference > 0) break;
  }
  let borrow: i32 = 0;
  for (let i: usize = 0; i < count; i += 4) {
    const limb = load<i32>(residue + i) - load<i32>(limbs + i) + borrow;
    borrow = limb >> 30;
    store<i32>(residue + i, limb & RESIDUE_MASK);
  }
}

const ACCUMULATOR = memory.data(<i32>RESIDUE_SIZE + 8, 16);

/** out = a * b / R mod m, reduced. One of a and b below m, the other below R. `out` may be `a` or `b`. */
export function montgomeryMultiply(out: usize, a: usize, b: usize, modulus: usize): void {
  const count = (<usize>load<u32>(modulus)) << 2;
  const limbs = modulus + LIMBS;
  const negatedInverse: u32 = 0 - load<u32>(modulus, INVERSE);
  memory.fill(ACCUMULATOR, 0, count);
  for (let i: usize = 0; i < count; i += 4) {
    const ai = <u64>load<u32>(a + i);
    const low: u32 = load<u32>(ACCUMULATOR) + <u32>ai * load<u32>(b);
    const q = <u64>((low * negatedInverse) & RESIDUE_MASK);
    let carry = (<u64>load<u32>(ACCUMULATOR) + ai * <u64>load<u32>(b) + q * <u64>load<u32>(limbs)) >> 30;
    for (let j: usize = 4; j < count; j += 4) {
      carry += <u64>load<u32>(ACCUMULATOR + j) + ai * <u64>load<u32>(b + j) + q * <u64>load<u32>(limbs + j);
      store<u32>(ACCUMULATOR + j - 4, (<u32>carry) & RESIDUE_MASK);
      carry >>= 30;
    }
    store<u32>(ACCUMULATOR + count - 4, <u32>carry);
  }
  memory.copy(out, ACCUMULATOR, count);
  subtractOnce(out, modulus);
}

const LOW = memory.data(<i32>RESIDUE_SIZE, 16);

/** out = an integer of up to 2 * 30 * count bits modulo m. */
export function residueFromWideInteger(out: usize, integer: usize, modulus: usize): void {
  const count = load<u32>(modulus);
  residueFromInteger(LOW, integer, modulus);
  montgomeryMultiply(LOW, LOW, modulus + RADIX, modulus);
  for (let i: u32 = 0; i < count; i++) {
    const from = (count + i) * LIMB_BITS;
    const limb = from < INTEGER_BITS ? <i32>integerBits(integer, from, LIMB_BITS) : 0;
    store<i32>(out + ((<usize>i) << 2), limb);
  }
  montgomeryMultiply(out, out, modulus + RADIX_SQUARED, modulus);
  let carry: i32 = 0;
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const limb = load<i32>(out + i) + load<i32>(LOW + i) + carry;
    carry = limb >> 30;
    store<i32>(out + i, limb & RESIDUE_MASK);
  }
  subtractOnce(out, modulus);
}
