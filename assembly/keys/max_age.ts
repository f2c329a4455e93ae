/** How long an answer calls itself fresh (RFC 9111 §5.2.2). */
import { utf8 } from "../memory/persistent";
import {
  lowerCase,
  Span,
  spanAddress,
  spanEqualsIgnoreCase,
  spanIndexOf,
  spanLength,
  subspan,
} from "../memory/span";

const MAX_AGE = utf8("max-age");
const NO_STORE = utf8("no-store");
const NO_CACHE = utf8("no-cache");
/** Seconds beyond which a max-age means nothing more. */
const LONGEST: i64 = 31_536_000;

/** Milliseconds that a `Cache-Control` value grants: 0 for no-store and no-cache, -1 if it says nothing. */
export function maxAgeOf(cacheControl: Span): i64 {
  let age: i64 = -1;
  let from: u32 = 0;
  const length = spanLength(cacheControl);
  while (from < length) {
    const comma = spanIndexOf(cacheControl, 0x2c, from);
    const end: u32 = comma < 0 ? length : comma;
    const directive = trimmed(subspan(cacheControl, from, end));
    if (spanEqualsIgnoreCase(directive, NO_STORE) || spanEqualsIgnoreCase(directive, NO_CACHE)) return 0;
    const equals = spanIndexOf(directive, 0x3d);
    if (equals > 0 && spanEqualsIgnoreCase(subspan(directive, 0, equals), MAX_AGE)) {
      const seconds = wholeNumber(subspan(directive, equals + 1, spanLength(directive)));
      if (seconds >= 0) age = seconds * 1000;
    }
    from = end + 1;
  }
  return age;
}

/** Digits, perhaps in double quotes; -1 for anything else. */
function wholeNumber(text: Span): i64 {
  let value: i64 = 0;
  let digits = 0;
  for (let i: u32 = 0; i < spanLength(text); i++) {
    const byte = load<u8>(spanAddress(text) + <usize>i);
    if (byte == 0x22) continue;
    if (byte - 0x30 >= 10) return -1;
    value = min(value * 10 + <i64>(byte - 0x30), LONGEST);
    digits++;
  }
  return digits > 0 ? value : -1;
}

function trimmed(text: Span): Span {
  let start: u32 = 0;
  let end = spanLength(text);
  while (start < end && isBlank(load<u8>(spanAddress(text) + <usize>start))) start++;
  while (end > start && isBlank(load<u8>(spanAddress(text) + <usize>end - 1))) end--;
  return subspan(text, start, end);
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}

/** Whether a media type speaks of JSON: `application/json`, `application/jwk-set+json; charset=utf-8`. */
export function isJsonType(contentType: Span): bool {
  for (let i: u32 = 0; i + 4 <= spanLength(contentType); i++) {
    const at = spanAddress(contentType) + <usize>i;
    if (lowerCase(load<u8>(at)) != 0x6a || lowerCase(load<u8>(at, 1)) != 0x73) continue;
    if (lowerCase(load<u8>(at, 2)) == 0x6f && lowerCase(load<u8>(at, 3)) == 0x6e) return true;
  }
  return false;
}
