/**
 * JSON strings (RFC 8259 §7): found, checked as UTF-8 (RFC 3629) and unescaped in place.
 */

/** After `readString`: the address behind the closing quote, or where reading stopped. */
export let stringEnd: usize = 0;
/** After `readString`: the unescaped length in bytes. */
export let stringLength: u32 = 0;

/**
 * Reads the string whose first byte (behind the opening quote) is at `start`; the unescaped text then begins at `start` and is
 * `stringLength` bytes long. False for control characters, bad escapes, lone surrogates, invalid UTF-8 and a missing quote.
 */
export function readString(start: usize, end: usize): bool {
  let from = plainEnd(start, end);
  let to = from;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte == 0x22) {
      stringLength = <u32>(to - start);
      stringEnd = from + 1;
      return true;
    }
    if (byte == 0x5c) {
      const used = unescape(from, end, to);
      if (used == 0) break;
      from += used >> 8;
      to += used & 0xff;
    } else if (byte < 0x20) {
      break;
    } else if (byte < 0x80) {
      store<u8>(to++, byte);
      from++;
    } else {
      const length = utf8SequenceLength(from, end);
      if (length == 0) break;
      for (let i: usize = 0; i < length; i++) store<u8>(to++, load<u8>(from++));
    }
  }
  stringEnd = from;
  return false;
}

/** Address of the first byte that needs a look: a quote, a backslash, a control character, a byte over 0x7f, or `end`. */
function plainEnd(at: usize, end: usize): usize {
  while (at + 16 <= end) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      // Signed: bytes over 0x7f are negative, so one comparison finds them and the control characters.
      i8x16.lt_s(bytes, i8x16.splat(0x20)),
    );
    const mask = i8x16.bitmask(special);
    if (mask != 0) return at + <usize>ctz<i32>(mask);
    at += 16;
  }
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x22 || byte == 0x5c || byte < 0x20 || byte >= 0x80) break;
    at++;
  }
  return at;
}

/**
 * The escape at `from`, written to `to`. Answers bytes read << 8 | bytes written, or 0 for a bad escape. Writes at most as many
 * bytes as it reads, so writing in place never overtakes reading.
 */
function unescape(from: usize, end: usize, to: usize): usize {
  if (from + 2 > end) return 0;
  const byte = load<u8>(from + 1);
  if (byte == 0x75) return unescapeUnicode(from, end, to);
  let plain: u8 = 0;
  if (byte == 0x22 || byte == 0x5c || byte == 0x2f) plain = byte;
  else if (byte == 0x62) plain = 0x08;
  else if (byte == 0x66) plain = 0x0c;
  else if (byte == 0x6e) plain = 0x0a;
  else if (byte == 0x72) plain = 0x0d;
  else if (byte == 0x74) plain = 0x09;
  else return 0;
  store<u8>(to, plain);
  return (2 << 8) | 1;
}

function unescapeUnicode(from: usize, end: usize, to: usize): usize {
  let code = hex4(from + 2, end);
  if (code < 0) return 0;
  let read: usize = 6;
  if (code >= 0xd800 && code < 0xe000) {
    // RFC 8259 §7: a code point beyond the basic plane is a high surrogate and a low one; alone, neither is a character.
    if (code >= 0xdc00 || from + 12 > end || load<u8>(from + 6) != 0x5c || load<u8>(from + 7) != 0x75)
      return 0;
    const low = hex4(from + 8, end);
    if (low < 0xdc00 || low >= 0xe000) return 0;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    read = 12;
  }
  return (read << 8) | encodeUtf8(<u32>code, to);
}

/** Four hexadecimal digits, or -1. */
function hex4(at: usize, end: usize): i32 {
  if (at + 4 > end) return -1;
  let value = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = load<u8>(at + i);
    let digit: i32 = 0;
    if (byte - 0x30 < 10) digit = <i32>byte - 0x30;
    else if ((byte | 0x20) - 0x61 < 6) digit = <i32>(byte | 0x20) - 0x61 + 10;
    else return -1;
    value = (value << 4) | digit;
  }
  return value;
}

/** Writes a code point as UTF-8 and answers the bytes written. */
function encodeUtf8(code: u32, to: usize): usize {
  if (code < 0x80) {
    store<u8>(to, <u8>code);
    return 1;
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 1);
    return 2;
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 2);
    return 3;
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)));
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (code & 0x3f)), 3);
  return 4;
}

/** Length of the well-formed UTF-8 sequence at `at` (RFC 3629 §4: no overlong forms, no surrogates, up to U+10FFFF), or 0. */
export function utf8SequenceLength(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return at + 2 <= end && isContinuation(load<u8>(at + 1)) ? 2 : 0;
  if (first < 0xf0) {
    if (at + 3 > end || !isContinuation(load<u8>(at + 1)) || !isContinuation(load<u8>(at + 2))) return 0;
    const second = load<u8>(at + 1);
    if (first == 0xe0 && second < 0xa0) return 0;
    if (first == 0xed && second >= 0xa0) return 0;
    return 3;
  }
  if (first > 0xf4 || at + 4 > end) return 0;
  const second = load<u8>(at + 1);
  if (!isContinuation(second) || !isContinuation(load<u8>(at + 2)) || !isContinuation(load<u8>(at + 3)))
    return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second >= 0x90) return 0;
  return 4;
}

// @ts-ignore: decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}
