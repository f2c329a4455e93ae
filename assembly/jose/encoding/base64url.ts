/**
 * Base64url (RFC 4648 §5) as native reads it (absl::WebSafeBase64Unescape): white space is skipped anywhere; padding is optional, `=` or
 * `.`, but complete if present; bits that the last character leaves over are ignored; one lone last character is an error. `+` and `/` are
 * no base64url.
 */
import { allocate } from "../../memory/arena";
import { NO_SPAN, Span, span, spanAddress, spanLength } from "../../memory/span";
import { INVALID, lettersAndDigits } from "./base64_alphabet";

/** Value of each byte; 0x40: white space, 0x41: padding, 0x80: neither. */
const VALUES: usize = decodingTable();
const WHITE_SPACE: u32 = 0x40;
const PADDING: u32 = 0x41;

function decodingTable(): usize {
  const table = lettersAndDigits();
  store<u8>(table + 0x2d, 62);
  store<u8>(table + 0x5f, 63);
  for (let i: usize = 0x09; i <= 0x0d; i++) store<u8>(table + i, 0x40);
  store<u8>(table + 0x20, 0x40);
  store<u8>(table + 0x3d, 0x41);
  store<u8>(table + 0x2e, 0x41);
  return table;
}

// @ts-ignore: decorator
@inline
function valueOf(address: usize): u32 {
  return load<u8>(VALUES + <usize>load<u8>(address));
}

/** The decoded bytes in the arena; NO_SPAN if `text` is no base64url or the arena is exhausted. Empty text gives an empty span. */
export function decodeBase64Url(text: Span): Span {
  const length = spanLength(text);
  const start = allocate((<usize>length / 4) * 3 + 4);
  if (start == 0) return NO_SPAN;
  let at = spanAddress(text);
  const end = at + <usize>length;
  let out = start;
  while (at + 4 <= end) {
    const a = valueOf(at);
    const b = valueOf(at + 1);
    const c = valueOf(at + 2);
    const d = valueOf(at + 3);
    if ((a | b | c | d) >= WHITE_SPACE) break;
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    // Big-endian: the bytes of `bits` in the order of the text; the fourth byte written is overwritten by the next round.
    store<u32>(out, bswap<u32>(bits << 8));
    out += 3;
    at += 4;
  }
  return decodeRest(at, end, start, out);
}

/** The bits that the last character of `text` has beyond `length` bytes, without which it decodes to the same. Its last character is of the alphabet. */
export function spareBits(text: Span, length: u32): u32 {
  const rest = length % 3;
  if (rest == 0) return 0;
  const last = valueOf(spanAddress(text) + <usize>spanLength(text) - 1);
  return last & (rest == 1 ? 0x0f : 0x03);
}

/** The last few characters, or all of them once white space or padding has been met. */
function decodeRest(at: usize, end: usize, start: usize, out: usize): Span {
  let bits: u32 = 0;
  let pending: u32 = 0;
  for (; at < end; at++) {
    const value = valueOf(at);
    if (value == WHITE_SPACE) continue;
    if (value == PADDING) break;
    if (value == INVALID) return NO_SPAN;
    bits = (bits << 6) | value;
    if (++pending == 4) {
      store<u8>(out, <u8>(bits >> 16));
      store<u8>(out, <u8>(bits >> 8), 1);
      store<u8>(out, <u8>bits, 2);
      out += 3;
      bits = 0;
      pending = 0;
    }
  }
  let expected: u32 = 0;
  if (pending == 1) return NO_SPAN;
  if (pending == 2) {
    store<u8>(out++, <u8>(bits >> 4));
    expected = 2;
  } else if (pending == 3) {
    store<u8>(out++, <u8>(bits >> 10));
    store<u8>(out++, <u8>(bits >> 2));
    expected = 1;
  }
  let padding: u32 = 0;
  for (; at < end; at++) {
    const value = valueOf(at);
    if (value == PADDING) padding++;
    else if (value != WHITE_SPACE) return NO_SPAN;
  }
  if (padding != 0 && padding != expected) return NO_SPAN;
  return span(start, <u32>(out - start));
}
