/**
 * One line of the debug log, put together as UTF-8 in memory of its own: a request writes dozens of them, and `jwt-policy test` asks for
 * thousands of requests a second.
 */
import { utf8SequenceLength } from "../../claims/json_string";
import { codePoint } from "../../claims/json_text";
import { releaseSpan, utf8 } from "../../memory/persistent";
import { span, Span, spanAddress, spanEnd, spanLength } from "../../memory/span";
import { isUnseen } from "./log_text";

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

/** A text that needs no quotes: a name, a number, a word. */
export function appendPlain(text: string): void {
  reserve(<u32>text.length * 3);
  length += <u32>String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address + <usize>length);
}

/** A value in double quotes. */
export function appendQuoted(text: string): void {
  const bytes = utf8(text);
  appendQuotedBytes(bytes);
  releaseSpan(bytes);
}

/** Bytes in double quotes; what acts on a log is escaped as in a JSON string, what is no UTF-8 becomes U+FFFD. */
export function appendQuotedBytes(value: Span): void {
  const isCut = spanLength(value) > MAX_VALUE;
  reserve(min(spanLength(value), MAX_VALUE) * WIDEST + 8);
  append(0x22);
  let end = spanEnd(value);
  if (isCut) end = characterStart(spanAddress(value), spanAddress(value) + <usize>MAX_VALUE);
  for (let at = spanAddress(value); at < end;) {
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
  append(0x22);
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
