/** Bytes written one after the other into the arena, in a buffer that grows. One text at a time: `beginText`, write, `endText`. */
import { allocate } from "./arena";
import { MOST_DIGITS, putUnsigned } from "./decimal";
import { NO_SPAN, Span, copySpan, span, spanLength } from "./span";

const INITIAL_CAPACITY: usize = 256;

let start: usize = 0;
let at: usize = 0;
let end: usize = 0;
let exhausted: bool = false;

export function beginText(): void {
  start = allocate(INITIAL_CAPACITY);
  at = start;
  end = start + INITIAL_CAPACITY;
  exhausted = start == 0;
}

/** What has been written; NO_SPAN if the arena was exhausted on the way. */
export function endText(): Span {
  return exhausted ? NO_SPAN : span(start, <u32>(at - start));
}

/** Room for `length` more bytes; false if there is none, and then nothing more is written. */
function reserve(length: usize): bool {
  if (exhausted) return false;
  if (length <= end - at) return true;
  const used = at - start;
  const capacity = (used + length) * 2;
  const grown = allocate(capacity);
  if (grown == 0) {
    exhausted = true;
    return false;
  }
  memory.copy(grown, start, used);
  start = grown;
  at = grown + used;
  end = grown + capacity;
  return true;
}

export function writeByte(byte: u8): void {
  if (reserve(1)) store<u8>(at++, byte);
}

export function writeSpan(bytes: Span): void {
  if (reserve(<usize>spanLength(bytes))) at = copySpan(at, bytes);
}

/** A number in decimal. */
export function writeUnsigned(value: u64): void {
  if (reserve(MOST_DIGITS)) at = putUnsigned(at, value);
}
