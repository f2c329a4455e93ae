/** Numbers as text, in the two ways that native prints them. */
import { beginText, endText, writeByte, writeSpan, writeUnsigned } from "../memory/byte_writer";
import { utf8 } from "../memory/persistent";
import { Span } from "../memory/span";
import { decimalDigits, digitCount, digitsAt, pointAt, roundDigits } from "./decimal_digits";
import { parseDouble } from "./number";

const TWO_TO_64: f64 = 18446744073709551616.0;

/** A number claim as a header value (Envoy authenticator.cc, convertClaimDoubleToString): whole numbers as such, others as C's `%f`. */
export function headerNumber(value: f64): Span {
  beginText();
  if (value >= 0 && value < TWO_TO_64 && Math.floor(value) == value) writeUnsigned(<u64>value);
  else writeFixed(value, 6);
  return endText();
}

/** C's `%.<places>f`. */
function writeFixed(value: f64, places: i32): void {
  if (value < 0) writeByte(0x2d);
  let point = 0;
  let count = 0;
  if (value != 0) {
    decimalDigits(value);
    // Fewer digits than none: the value is below half of the last place.
    if (pointAt + places >= 0) {
      roundDigits(pointAt + places);
      point = pointAt;
      count = digitCount;
    }
  }
  if (point <= 0) writeByte(0x30);
  for (let i = 0; i < point; i++) writeDigit(i, count);
  writeByte(0x2e);
  for (let i = point; i < point + places; i++) writeDigit(i, count);
}

/** Digit `index` of those that are there; zeros stand before and behind them. */
function writeDigit(index: i32, count: i32): void {
  writeByte(index >= 0 && index < count ? 0x30 + load<u8>(digitsAt + <usize>index) : 0x30);
}

const MINUS_ZERO = utf8("-0");

/** A number within a list or object, as protobuf's JSON writer prints it: `%.15g`, or `%.17g` where that would be another number. */
export function writeJsonNumber(value: f64): void {
  if (value == 0) {
    if (1 / value < 0) writeSpan(MINUS_ZERO);
    else writeByte(0x30);
    return;
  }
  writeSpan(shortestGeneral(value));
}

/** Where the text of one number is put together: sign, 17 digits, up to four zeros, point, exponent. */
const scratch: usize = heap.alloc(40);
let scratchEnd: usize = 0;

function put(byte: u8): void {
  store<u8>(scratchEnd++, byte);
}

function shortestGeneral(value: f64): Span {
  const text = general(value, 15);
  return parseDouble(text) == value ? text : general(value, 17);
}

/** C's `%.<precision>g`. */
function general(value: f64, precision: i32): Span {
  decimalDigits(value);
  roundDigits(precision);
  let count = digitCount;
  while (count > 1 && load<u8>(digitsAt + <usize>count - 1) == 0) count--;
  scratchEnd = scratch;
  if (value < 0) put(0x2d);
  const exponent = pointAt - 1;
  if (exponent < -4 || exponent >= precision) {
    put(0x30 + load<u8>(digitsAt));
    if (count > 1) put(0x2e);
    for (let i = 1; i < count; i++) put(0x30 + load<u8>(digitsAt + <usize>i));
    putExponent(exponent);
  } else {
    if (pointAt <= 0) put(0x30);
    if (pointAt <= 0) put(0x2e);
    for (let i = pointAt; i < 0; i++) put(0x30);
    for (let i = 0; i < max(count, pointAt); i++) {
      if (i > 0 && i == pointAt) put(0x2e);
      put(i < count ? 0x30 + load<u8>(digitsAt + <usize>i) : 0x30);
    }
  }
  return ((<u64>(scratchEnd - scratch)) << 32) | (<u64>scratch);
}

/** `e+05`, `e-300`: a sign and at least two digits. */
function putExponent(exponent: i32): void {
  put(0x65);
  put(exponent < 0 ? 0x2d : 0x2b);
  const size = exponent < 0 ? -exponent : exponent;
  if (size >= 100) put(<u8>(0x30 + size / 100));
  put(<u8>(0x30 + ((size / 10) % 10)));
  put(<u8>(0x30 + (size % 10)));
}
