/**
 * The exact decimal digits of a double: every double is m * 2^e with whole m, so it has finitely many (at most 767). Printing rounds them
 * half to even, as the C library does.
 */
import { bigDivide, bigFrom, bigMultiplyByPowerOf5, BigNumber, bigShiftLeft } from "./big_number";

/** Nine digits at a time: 309 digits before the point, or 1074 binary places behind it, make fewer than 800. */
const CAPACITY: usize = 1200;
const buffer: usize = heap.alloc(CAPACITY);
const big: BigNumber = changetype<BigNumber>(heap.alloc(offsetof<BigNumber>()));

/** After `decimalDigits`: address of the first digit (as a value 0 to 9, one per byte), and how many there are. */
export let digitsAt: usize = 0;
export let digitCount: i32 = 0;
/** After `decimalDigits`: digits before the decimal point; zero or negative: zeros follow the point first. */
export let pointAt: i32 = 0;

/** Digits of |value|, which is finite and not 0. */
export function decimalDigits(value: f64): void {
  const bits = reinterpret<u64>(value);
  const exponentBits = <i32>((bits >> 52) & 0x7ff);
  let mantissa = bits & 0xfffffffffffff;
  let exponent = -1074;
  if (exponentBits != 0) {
    mantissa |= 0x10000000000000;
    exponent = exponentBits - 1075;
  }
  while ((mantissa & 1) == 0) {
    mantissa >>= 1;
    exponent++;
  }
  bigFrom(big, mantissa);
  let fraction = 0;
  if (exponent > 0) {
    bigShiftLeft(big, exponent);
  } else if (exponent < 0) {
    // m / 2^k = m * 5^k / 10^k
    bigMultiplyByPowerOf5(big, -exponent);
    fraction = -exponent;
  }
  let at = buffer + CAPACITY;
  while (big.size > 0) {
    let nine = bigDivide(big, 1000000000);
    for (let i = 0; i < 9; i++) {
      store<u8>(--at, <u8>(nine % 10));
      nine /= 10;
    }
  }
  while (load<u8>(at) == 0) at++;
  digitsAt = at;
  digitCount = <i32>(buffer + CAPACITY - at);
  pointAt = digitCount - fraction;
}

/** Rounds to the first `kept` digits (0 or more), half to even; a carry out of the first one moves the point. */
export function roundDigits(kept: i32): void {
  if (kept >= digitCount) return;
  const next = load<u8>(digitsAt + <usize>kept);
  let up = next > 5;
  if (next == 5) {
    for (let i = kept + 1; i < digitCount && !up; i++) up = load<u8>(digitsAt + <usize>i) != 0;
    if (!up) up = kept > 0 && (load<u8>(digitsAt + <usize>kept - 1) & 1) == 1;
  }
  digitCount = kept;
  if (!up) return;
  let at = kept - 1;
  for (; at >= 0 && load<u8>(digitsAt + <usize>at) == 9; at--) store<u8>(digitsAt + <usize>at, 0);
  if (at >= 0) {
    store<u8>(digitsAt + <usize>at, load<u8>(digitsAt + <usize>at) + 1);
    return;
  }
  digitsAt--;
  store<u8>(digitsAt, 1);
  digitCount++;
  pointAt++;
}
