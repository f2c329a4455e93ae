/**
 * Numbers for fused multiply-adds (fused_columns.ts): L signed limbs of 52 bits, least significant first, L a multiple of four. Each is a
 * double that is an integer of -2^51 to 2^51 - 1; the uppermost has the sign of the whole, or is zero.
 */

export const LIMB_BITS: u32 = 52;
export const LIMB_MASK: i64 = (1 << 52) - 1;
/** Half of a limb: added before a carry and taken from what is left, it makes a limb that is signed. */
export const HALF: i64 = 1 << 51;

/** Limbs of the largest modulus: 2048 bytes and three bits. */
export const MAX_LIMBS: i32 = 316;

/** End of a number's bytes with zeros in front: as many as L limbs have, and what a word reaches beyond. */
const PADDED_SIZE: i32 = (13 * MAX_LIMBS) / 2 + 8;
const PADDED_END = memory.data(PADDED_SIZE, 16) + <usize>PADDED_SIZE;

/** x = factor·x + multiple·n, both factors small. */
export function addMultiple(x: usize, factor: i64, n: usize, multiple: i64, limbs: u32): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < 8 * <usize>limbs; i += 8) {
    carry += factor * <i64>load<f64>(x + i) + multiple * <i64>load<f64>(n + i) + HALF;
    store<f64>(x + i, <f64>((carry & LIMB_MASK) - HALF));
    carry >>= LIMB_BITS;
  }
}

/** Whether x < 0: the uppermost limb that is not zero says so. */
export function isNegative(x: usize, limbs: u32): bool {
  let i: usize = 8 * <usize>limbs;
  while (i != 0) {
    i -= 8;
    const limb = load<f64>(x + i);
    if (limb != 0) return limb < 0;
  }
  return false;
}

/** x < y. The uppermost limbs that differ decide: what is below them is at most half of one, to either side. */
export function isLess(x: usize, y: usize, limbs: u32): bool {
  let i: usize = 8 * <usize>limbs;
  while (i != 0) {
    i -= 8;
    const a = load<f64>(x + i);
    const b = load<f64>(y + i);
    if (a != b) return a < b;
  }
  return false;
}

/** `length` bytes big-endian at `bytes` as `limbs` limbs at `x`. */
export function limbsFromBytes(x: usize, limbs: u32, bytes: usize, length: u32): void {
  const pairs = <usize>(limbs >> 1);
  memory.fill(PADDED_END - 13 * pairs - 8, 0, 13 * pairs + 8 - <usize>length);
  memory.copy(PADDED_END - <usize>length, bytes, <usize>length);
  let carry: i64 = 0;
  for (let at = PADDED_END - 8; at >= PADDED_END - 13 * pairs; at -= 13, x += 16) {
    carry += ((<i64>bswap(load<u64>(at))) & LIMB_MASK) + HALF;
    store<f64>(x, <f64>((carry & LIMB_MASK) - HALF));
    carry >>= LIMB_BITS;
    // The next begins six bytes and four bits further on.
    carry += ((<i64>(bswap(load<u64>(at - 6)) >> 4)) & LIMB_MASK) + HALF;
    store<f64>(x, <f64>((carry & LIMB_MASK) - HALF), 8);
    carry >>= LIMB_BITS;
  }
}

/** The reverse for 0 <= x: `length` bytes big-endian to `bytes`. */
export function bytesFromLimbs(bytes: usize, length: u32, x: usize, limbs: u32): void {
  let borrow: i64 = 0;
  let at = PADDED_END - 8;
  for (const end = x + 8 * <usize>limbs; x < end; x += 16, at -= 13) {
    const low = <i64>load<f64>(x) + borrow;
    const high = <i64>load<f64>(x, 8) + (low >> LIMB_BITS);
    borrow = high >> LIMB_BITS;
    store<u64>(at, bswap<u64>((low & LIMB_MASK) | (high << LIMB_BITS)));
    // 40 bits more; the zeros in front are written over by the next two.
    store<u64>(at - 8, bswap<u64>((high & LIMB_MASK) >> 12));
  }
  memory.copy(bytes, PADDED_END - <usize>length, <usize>length);
}
