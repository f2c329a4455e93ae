/**
 * One line of the debug log, put together as UTF-8 in memory of its own: a request writes dozens of them, and `jwt-policy test` asks for
 * thousands of requests a second.
 */
import { utf8SequenceLength } from "../../claims/json_string";
import { codePoint } from "../../claims/json_text";
import { MOST_DIGITS, putUnsigned } from "../../memory/decimal";
import { releaseSpan, utf8 } from "../../memory/persistent";
import { span, Span, spanAddress, spanEnd, spanLength } from "../../memory/span";
import { isUnseen, plainTextEnd } from "./log_text";

/** Longer values are cut, in bytes. */
const MAX_VALUE: u32 = 200;
/** Bytes that one byte can become: `\u001f`. */
const WIDEST: u32 = 6;
const FIRST_CAPACITY: u32 = 1024;

let address: usize = heap.alloc(<usize>FIRST_CAPACITY);
let capacity: u32 = FIRST_CAPACITY;
let length: u32 = 0;

/** Begins anew. */
export function clearLine(): void {
  length = 0;
}

/** The line so far, valid until something is appended. */
export function lineBytes(): Span {
  return span(address, length);
}

/** A text that needs no quotes: a name, a word. */
export function appendPlain(text: string): void {
  reserve(<u32>text.length * 3);
  const units = changetype<usize>(text);
  const end = units + ((<usize>text.length) << 1);
  let at = units;
  let to = address + <usize>length;
  // ASCII, which nearly every text is: eight UTF-16 units become eight bytes.
  for (; at + 16 <= end; at += 16, to += 8) {
    const eight = v128.load(at);
    if (v128.any_true(v128.and(eight, i16x8.splat(<i16>0xff80)))) break;
    v128.store64_lane(to, i8x16.narrow_i16x8_u(eight, eight), 0);
  }
  for (; at < end; at += 2, to++) {
    const unit = load<u16>(at);
    if (unit >= 0x80) break;
    store<u8>(to, unit);
  }
  if (at < end) to += String.UTF8.encodeUnsafe(at, <i32>((end - at) >> 1), to);
  length = <u32>(to - address);
}

export function appendNumber(value: u64): void {
  reserve(<u32>MOST_DIGITS);
  length = <u32>(putUnsigned(address + <usize>length, value) - address);
}

/** A value in double quotes. */
export function appendQuoted(text: string): void {
  const before = length;
  appendQuote();
  appendPlain(text);
  const start = address + <usize>before + 1;
  const end = address + <usize>length;
  if (end - start <= <usize>MAX_VALUE && plainTextEnd(start, end) == end) {
    appendQuote();
    return;
  }
  length = before;
  const bytes = utf8(text);
  appendQuotedBytes(bytes);
  releaseSpan(bytes);
}

/** Bytes in double quotes. */
export function appendQuotedBytes(value: Span): void {
  appendQuote();
  appendEscaped(value);
  appendQuote();
}

/** What begins and ends a value that is put together of several parts. */
export function appendQuote(): void {
  reserve(1);
  append(0x22);
}

/** A part of a value in double quotes; what acts on a log is escaped as in a JSON string, what is no UTF-8 becomes U+FFFD. */
export function appendEscaped(value: Span): void {
  const isCut = spanLength(value) > MAX_VALUE;
  reserve(min(spanLength(value), MAX_VALUE) * WIDEST);
  let end = spanEnd(value);
  if (isCut) end = characterStart(spanAddress(value), spanAddress(value) + <usize>MAX_VALUE);
  for (let at = spanAddress(value); at < end;) {
    const plain = plainTextEnd(at, end) - at;
    memory.copy(address + <usize>length, at, plain);
    length += <u32>plain;
    at += plain;
    if (at == end) break;
    const size = utf8SequenceLength(at, end);
    const byte = load<u8>(at);
    if (size == 1) appendCharacter(byte);
    else if (size == 0) appendEscape(0xfffd);
    else if (isUnseen(codePoint(at, size))) appendWideEscape(codePoint(at, size));
    else {
      memory.copy(address + <usize>length, at, size);
      length += <u32>size;
    }
    at += max<usize>(size, 1);
  }
  if (isCut) appendPlain("…");
}

function reserve(bytes: u32): void {
  if (length + bytes <= capacity) return;
  capacity = max(capacity * 2, length + bytes);
  address = heap.realloc(address, <usize>capacity);
}

/** The start of the character that `at` is in the middle of. */
function characterStart(start: usize, at: usize): usize {
  let first = at;
  while (first > start && (load<u8>(first) & 0xc0) == 0x80) first--;
  return first;
}

// @ts-ignore: decorator
@inline
function append(byte: u8): void {
  store<u8>(address + <usize>length, byte);
  length++;
}

function appendCharacter(byte: u8): void {
  if (byte < 0x20 || byte == 0x7f) {
    appendEscape(byte);
    return;
  }
  if (byte == 0x22 || byte == 0x5c) append(0x5c);
  append(byte);
}

/** `\u202e`; two of them, a pair of surrogates, beyond U+FFFF. */
function appendWideEscape(code: u32): void {
  if (code >= 0x10000) {
    appendEscape(0xd800 + ((code - 0x10000) >> 10));
    appendEscape(0xdc00 + (code & 0x3ff));
  } else appendEscape(code);
}

/** `\u001f` */
function appendEscape(code: u32): void {
  append(0x5c);
  append(0x75);
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (code >> shift) & 0xf;
    append(<u8>(digit < 10 ? 0x30 + digit : 0x57 + digit));
  }
}
