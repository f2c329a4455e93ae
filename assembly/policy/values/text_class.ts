/**
 * The regular expression `.+` of RE2, which Istio generates for the value `*`: at least one character, none of them a line
 * feed, all of them UTF-8. RE2's tables let surrogates pass (re2/compile.cc, Add_80_10ffff), so this does too.
 */
import { Span, spanAddress, spanEnd, spanLength } from "../../memory/span";

/** Whether `.+` matches all of `value`. */
export function isText(value: Span): bool {
  return spanLength(value) > 0 && isTextOrEmpty(value);
}

/** Whether `.*` matches all of `value`. */
export function isTextOrEmpty(value: Span): bool {
  const end = spanEnd(value);
  let at = spanAddress(value);
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x0a) return false;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/** Length of the multi-byte sequence at `at`, 0 if it is none. */
function sequenceLength(at: usize, end: usize): usize {
  const first = load<u8>(at);
  let length: usize = 0;
  let least: u8 = 0x80;
  let most: u8 = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  else if ((first & 0xf0) == 0xe0) length = 3;
  else if (first >= 0xf0 && first <= 0xf4) length = 4;
  if (length == 0 || at + length > end) return 0;
  if (first == 0xe0) least = 0xa0;
  else if (first == 0xf0) least = 0x90;
  else if (first == 0xf4) most = 0x8f;
  const second = load<u8>(at + 1);
  if (second < least || second > most) return 0;
  for (let i: usize = 2; i < length; i++) {
    if ((load<u8>(at + i) & 0xc0) != 0x80) return 0;
  }
  return length;
}
