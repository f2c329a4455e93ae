/**
 * Numbers of JSON texts as doubles, correctly rounded (round half to even), since native keeps every number as one and prints
 * it again into headers. All functions take a text that follows the grammar of RFC 8259 §6.
 */
import {
  BigNumber,
  bigDivideByPowerOf5,
  bigFromDigit,
  bigMultiplyByPowerOf10,
  bigShiftLeft,
  bigTopBits,
} from "./big_number";
import { utf8 } from "../memory/persistent";
import { Span, spanAddress, spanEnd } from "../memory/span";

/** The greatest whole number that doubles tell from its neighbours (RFC 8259 §6). */
export const GREATEST_WHOLE: f64 = 9007199254740991.0;

/** Digits beyond these cannot change which double is nearest, except by being non-zero (a double has at most 767). */
const SIGNIFICANT_DIGITS: u32 = 800;
/** Any exponent beyond this is zero or infinity, however the digits are. */
const EXPONENT_BOUND: i32 = 100_000;

/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
const POWERS_OF_TEN = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
]);

// What `scan` found.
let negative: bool = false;
/** The first 19 significant digits. */
let mantissa: u64 = 0;
/** Significant digits in all, leading zeros left out. */
let digits: u32 = 0;
/** Power of ten by which the number whose digits are all of `digits` is to be multiplied. */
let exponent: i32 = 0;

function scan(text: Span): void {
  let at = spanAddress(text);
  const end = spanEnd(text);
  negative = at < end && load<u8>(at) == 0x2d;
  if (negative) at++;
  mantissa = 0;
  digits = 0;
  exponent = 0;
  let fraction: i32 = 0;
  let inFraction = false;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      inFraction = true;
      continue;
    }
    if (byte - 0x30 >= 10) break;
    if (inFraction) fraction++;
    if (digits == 0 && byte == 0x30) continue;
    if (digits < 19) mantissa = mantissa * 10 + <u64>(byte - 0x30);
    digits++;
  }
  let written: i32 = 0;
  if (at < end) {
    at++;
    const negativeExponent = at < end && load<u8>(at) == 0x2d;
    if (at < end && (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b)) at++;
    for (; at < end; at++) {
      if (written < EXPONENT_BOUND) written = written * 10 + <i32>(load<u8>(at) - 0x30);
    }
    if (negativeExponent) written = -written;
  }
  exponent = written - fraction;
}

/** 2^1024 - 2^970, halfway between the largest double and what would come next: from here on rounding ends at infinity. */
const FIRST_INFINITE = spanAddress(
  utf8(
    "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070" +
      "9633028641669288791094655554785194040263065748867150582068190890200070838367627385484581771153176447" +
      "5730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904" +
      "174497792",
  ),
);
const FIRST_INFINITE_DIGITS: u32 = 309;

/**
 * Whether a number is finite as a double: native's parser refuses the others. Compares digits and calculates nothing: a token may be full of
 * numbers of this size.
 */
export function numberInRange(text: Span): bool {
  scan(text);
  if (digits == 0 || <i32>digits + exponent < <i32>FIRST_INFINITE_DIGITS) return true;
  if (<i32>digits + exponent > <i32>FIRST_INFINITE_DIGITS) return false;
  let compared: u32 = 0;
  const end = spanEnd(text);
  for (let at = spanAddress(text); at < end && compared < FIRST_INFINITE_DIGITS; at++) {
    const byte = load<u8>(at);
    if ((byte | 0x20) == 0x65) break;
    if (byte - 0x30 >= 10 || (compared == 0 && byte == 0x30)) continue;
    const bound = load<u8>(FIRST_INFINITE + <usize>compared);
    compared++;
    if (byte != bound) return byte < bound;
  }
  // Digits that are not there are zeros: less, unless all that are left of the bound are zeros too, and its last one is none.
  return compared < FIRST_INFINITE_DIGITS;
}

/** The nearest double; infinity when it is out of range. */
export function parseDouble(text: Span): f64 {
  scan(text);
  if (digits == 0) return negative ? -0.0 : 0.0;
  let value: f64 = 0;
  if (digits <= 19 && mantissa <= 1 << 53 && exponent >= -22 && exponent <= 22) {
    // Clinger's fast path: both factors are exact, so one rounding gives the nearest double.
    value = <f64>mantissa;
    if (exponent < 0) value /= load<f64>(POWERS_OF_TEN + ((<usize>-exponent) << 3));
    else value *= load<f64>(POWERS_OF_TEN + ((<usize>exponent) << 3));
  } else if (<i32>digits + exponent > 310) {
    value = Infinity;
  } else if (<i32>digits + exponent < -330) {
    value = 0;
  } else {
    value = roundExactly(text);
  }
  return negative ? -value : value;
}

/** Big-number arithmetic on all digits: |text| as a double. */
function roundExactly(text: Span): f64 {
  const big = new_BigNumber();
  let used: u32 = 0;
  let dropped: i32 = 0;
  let sticky = false;
  let started = false;
  const end = spanEnd(text);
  for (let at = spanAddress(text); at < end; at++) {
    const byte = load<u8>(at);
    if ((byte | 0x20) == 0x65) break;
    if (byte - 0x30 >= 10) continue;
    if (!started && byte == 0x30) continue;
    started = true;
    if (used < SIGNIFICANT_DIGITS) {
      bigFromDigit(big, <u32>(byte - 0x30));
      used++;
    } else {
      dropped++;
      if (byte != 0x30) sticky = true;
    }
  }
  const power = exponent + dropped;
  let binary: i32 = 0;
  if (power >= 0) {
    bigMultiplyByPowerOf10(big, power);
  } else {
    // n / 10^m = (n << k) / 5^m * 2^-(k + m); k leaves at least 66 bits in the quotient.
    const shift = 66 + ((-power * 2377) / 1000 + 32);
    bigShiftLeft(big, <u32>shift);
    if (bigDivideByPowerOf5(big, -power)) sticky = true;
    binary = power - shift;
  }
  return toDouble(big, binary, sticky);
}

/** big * 2^binary, rounded half to even; `sticky`: the true value is a little larger. */
function toDouble(big: BigNumber, binary: i32, sticky: bool): f64 {
  let top = bigTopBits(big);
  if (big.droppedBits) sticky = true;
  // value = top * 2^scale with the highest bit of top set.
  const scale = binary + <i32>big.bitLength - 64;
  let width = 53;
  const highest = scale + 63;
  if (highest > 1023) return Infinity;
  if (highest < -1022) {
    width = 53 - (-1022 - highest);
    if (width < 0) return 0;
  }
  const cut = <u64>(64 - width);
  let kept: u64 = width == 0 ? 0 : top >> cut;
  const rest = width == 0 ? top : top & (((<u64>1) << cut) - 1);
  const half = (<u64>1) << (cut - 1);
  if (rest > half || (rest == half && (sticky || (kept & 1) == 1))) kept++;
  // kept < 2^53 + 1 is exact as a double; the two factors keep subnormal scales exact too.
  const shift = scale + <i32>cut;
  return <f64>kept * powerOfTwo(shift / 2) * powerOfTwo(shift - shift / 2);
}

/** 2^n for -1022 <= n <= 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: i32): f64 {
  return reinterpret<f64>((<u64>(n + 1023)) << 52);
}

let scratch: BigNumber = changetype<BigNumber>(heap.alloc(offsetof<BigNumber>()));

// @ts-ignore: decorator
@inline
function new_BigNumber(): BigNumber {
  scratch.size = 0;
  scratch.bitLength = 0;
  scratch.droppedBits = false;
  return scratch;
}
