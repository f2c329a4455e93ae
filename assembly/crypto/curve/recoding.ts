/**
 * Scalars as signed digits for tables of odd multiples: cut into pieces of equal length, each piece in width-w non-adjacent form
 * (Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography" §3.3.1): digits are 0 or odd, below 2^(w - 1) in magnitude, and
 * of w neighbours at most one is not 0.
 */
import { integerBits } from "../integers/integer";

/** The digits of one scalar: i8 at [piece * DIGIT_STRIDE + position], at most ten pieces. */
export const DIGITS_SIZE: u32 = 10 * 64;
export const DIGIT_STRIDE: usize = 64;

/**
 * Recodes `pieces` pieces (at most 10) of `bits` bits (at most 57) of an integer. What a piece carries stands at position `bits`, so
 * that positions 0 to `bits` count.
 */
export function recode(digits: usize, scalar: usize, pieces: u32, bits: u32, window: u32): void {
  memory.fill(digits, 0, <usize>DIGITS_SIZE);
  const mask = ((<u64>1) << window) - 1;
  const half = (<u64>1) << (window - 1);
  for (let piece: u32 = 0; piece < pieces; piece++) {
    let value = integerBits(scalar, piece * bits, bits);
    let at = digits + <usize>piece * DIGIT_STRIDE;
    while (value != 0) {
      const zeros = ctz(value);
      value >>= zeros;
      at += <usize>zeros;
      const low = value & mask;
      const digit = low < half ? <i64>low : <i64>low - <i64>(mask + 1);
      value -= <u64>digit;
      store<i8>(at, <i8>digit);
    }
  }
}
