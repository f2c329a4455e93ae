/**
 * Unsigned integers just large enough to round or to print a double exactly: little-endian limbs of 32 bits in a fixed block.
 * What does not fit is cut silently, which callers exclude by their own bounds (800 digits, 10^±1200).
 */

/** 800 digits shifted for a division by 5^1130: 800 * 3.33 + 66 + 32 + 1130 * 2.377 bits = 5450 bits; 192 limbs hold 6144. */
const LIMBS: u32 = 192;
const limbs: usize = heap.alloc((<usize>LIMBS + 2) << 2);

/** 5^13, the largest power of five that fits 32 bits. */
const POWER_OF_5: u32 = 1220703125;


@unmanaged
export class BigNumber {
  /** Limbs in use; the highest is not zero. */
  size: u32;
  /** After `bigTopBits`. */
  bitLength: u32;
  /** After `bigTopBits`: whether any bit below the 64 highest is set. */
  droppedBits: bool;
}

// @ts-ignore: decorator
@inline
function limb(index: u32): u64 {
  return load<u32>(limbs + ((<usize>index) << 2));
}

/** big = big * factor + addend */
function multiplyAdd(big: BigNumber, factor: u32, addend: u32): void {
  let carry: u64 = addend;
  for (let i: u32 = 0; i < big.size; i++) {
    carry += limb(i) * <u64>factor;
    store<u32>(limbs + ((<usize>i) << 2), <u32>carry);
    carry >>= 32;
  }
  if (carry != 0 && big.size < LIMBS) {
    store<u32>(limbs + ((<usize>big.size) << 2), <u32>carry);
    big.size++;
  }
}

/** Appends a decimal digit. */
export function bigFromDigit(big: BigNumber, digit: u32): void {
  multiplyAdd(big, 10, digit);
}

export function bigMultiplyByPowerOf10(big: BigNumber, power: i32): void {
  for (; power >= 9; power -= 9) multiplyAdd(big, 1000000000, 0);
  for (; power > 0; power--) multiplyAdd(big, 10, 0);
}

export function bigShiftLeft(big: BigNumber, bits: u32): void {
  const words = bits >> 5;
  const shift = <u64>(bits & 31);
  if (big.size == 0 || big.size + words + 1 > LIMBS) return;
  store<u32>(limbs + ((<usize>(big.size + words)) << 2), 0);
  for (let i: i32 = big.size - 1; i >= 0; i--) {
    const value = limb(i) << shift;
    const at = limbs + ((<usize>(<u32>i + words)) << 2);
    store<u32>(at + 4, load<u32>(at + 4) | (<u32>(value >> 32)));
    store<u32>(at, <u32>value);
  }
  memory.fill(limbs, 0, (<usize>words) << 2);
  big.size += words + 1;
  trim(big);
}

/** A 64-bit value. */
export function bigFrom(big: BigNumber, value: u64): void {
  store<u32>(limbs, <u32>value);
  store<u32>(limbs + 4, <u32>(value >> 32));
  big.size = 2;
  trim(big);
}

export function bigMultiplyByPowerOf5(big: BigNumber, power: i32): void {
  for (; power >= 13; power -= 13) multiplyAdd(big, POWER_OF_5, 0);
  for (; power > 0; power--) multiplyAdd(big, 5, 0);
}

/** Divides by 5^power, rounding down; true if anything was left over. */
export function bigDivideByPowerOf5(big: BigNumber, power: i32): bool {
  let remainder = false;
  for (; power >= 13; power -= 13) {
    if (divide(big, POWER_OF_5)) remainder = true;
  }
  for (; power > 0; power--) {
    if (divide(big, 5)) remainder = true;
  }
  return remainder;
}

/** big = big / divisor; answers the remainder. */
export function bigDivide(big: BigNumber, divisor: u32): u32 {
  let rest: u64 = 0;
  for (let i: i32 = big.size - 1; i >= 0; i--) {
    const value = (rest << 32) | limb(i);
    store<u32>(limbs + ((<usize>i) << 2), <u32>(value / <u64>divisor));
    rest = value % <u64>divisor;
  }
  trim(big);
  return <u32>rest;
}

// @ts-ignore: decorator
@inline
function divide(big: BigNumber, divisor: u32): bool {
  return bigDivide(big, divisor) != 0;
}

function trim(big: BigNumber): void {
  while (big.size > 0 && limb(big.size - 1) == 0) big.size--;
}

/** The 64 highest bits, left-aligned; sets `bitLength` and `droppedBits`. */
export function bigTopBits(big: BigNumber): u64 {
  const size = big.size;
  big.droppedBits = false;
  if (size == 0) {
    big.bitLength = 0;
    return 0;
  }
  const high = limb(size - 1);
  const zeros = clz<u32>(<u32>high);
  big.bitLength = (size << 5) - zeros;
  const middle = size > 1 ? limb(size - 2) : 0;
  const low = size > 2 ? limb(size - 3) : 0;
  const top = (((high << 32) | middle) << (<u64>zeros)) | ((low << (<u64>zeros)) >> 32);
  if (<u32>(low << (<u64>zeros)) != 0) big.droppedBits = true;
  for (let i: u32 = 0; i + 3 < size; i++) {
    if (limb(i) != 0) big.droppedBits = true;
  }
  return top;
}
