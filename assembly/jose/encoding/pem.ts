/**
 * The armour of a certificate (RFC 7468 §2) as native takes it off: BoringSSL's PEM_read_bio and EVP_DecodeUpdate, whose oddities are part
 * of what a key set means. Lines are trimmed at their end; base64 may be broken anywhere; an empty line ends a header, and as a header only
 * an encrypted certificate could have one, it may follow the first line only; what follows the last line is not looked at.
 */
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import {
  NO_SPAN,
  Span,
  span,
  spanAddress,
  spanEnd,
  spanEndsWith,
  spanEquals,
  spanLength,
  spanStartsWith,
} from "../../memory/span";
import { INVALID, lettersAndDigits } from "./base64_alphabet";

const BEGIN = utf8("-----BEGIN CERTIFICATE-----\n");
const SUFFIX = utf8("\n-----END CERTIFICATE-----\n");
const END = utf8("-----END CERTIFICATE-----");
const ANY_END = utf8("-----END ");

/** BoringSSL reads at most so many bytes as one line; the rest of a longer one is the next line. */
const LINE_LIMIT: usize = 253;

/** Value of each byte; PADDING, WHITE_SPACE, INVALID. */
const VALUES: usize = decodingTable();
const PADDING: u32 = 0x40;
const WHITE_SPACE: u32 = 0x41;

function decodingTable(): usize {
  const table = lettersAndDigits();
  store<u8>(table + 0x2b, 62);
  store<u8>(table + 0x2f, 63);
  store<u8>(table + 0x3d, 0x40);
  store<u8>(table + 0x09, 0x41);
  store<u8>(table + 0x0a, 0x41);
  store<u8>(table + 0x0d, 0x41);
  store<u8>(table + 0x20, 0x41);
  return table;
}

/** Whether a text is taken for a certificate at all (jwt_verify_lib jwks.cc, shouldCheckX509). */
export function isCertificateText(text: Span): bool {
  return spanStartsWith(text, BEGIN) && spanEndsWith(text, SUFFIX);
}

/** The bytes within the armour of a text that `isCertificateText`, in the arena; NO_SPAN if it is broken or the arena is exhausted. */
export function decodePem(text: Span): Span {
  const start = allocate((<usize>spanLength(text) / 4) * 3 + 3);
  if (start == 0) return NO_SPAN;
  out = start;
  bits = 0;
  pending = 0;
  padding = 0;
  const end = spanEnd(text);
  let at = spanAddress(text) + <usize>spanLength(BEGIN);
  let lines = 0;
  let body = false;
  while (at < end) {
    const line = at;
    const limit = min(end, at + LINE_LIMIT);
    while (at < limit && load<u8>(at++) != 0x0a);
    let lineEnd = at;
    // As a signed char, so bytes from 0x80 on go too.
    while (lineEnd > line && load<i8>(lineEnd - 1) <= 0x20) lineEnd--;
    const content = span(line, <u32>(lineEnd - line));
    if (lineEnd == line && !body) {
      if (lines != 0) return NO_SPAN;
      body = true;
    } else if (spanStartsWith(content, ANY_END)) {
      const whole = pending == 0 && out != start && spanEquals(content, END);
      return whole ? span(start, <u32>(out - start)) : NO_SPAN;
    } else {
      lines++;
      if (!decodeLine(line, lineEnd)) return NO_SPAN;
    }
  }
  return NO_SPAN;
}

let out: usize = 0;
let bits: u32 = 0;
/** Characters of the four at hand, and how many of them are padding. Padding behind the last byte is final. */
let pending: u32 = 0;
let padding: u32 = 0;

function decodeLine(at: usize, end: usize): bool {
  for (; at < end; at++) {
    const value: u32 = load<u8>(VALUES + <usize>load<u8>(at));
    if (value == WHITE_SPACE) continue;
    if (value == INVALID) return false;
    // Behind padding there is more padding, up to the fourth character, or nothing.
    if (padding != 0 && (value != PADDING || pending == 0)) return false;
    if (value == PADDING) {
      if (pending < 2) return false;
      padding++;
    }
    bits = (bits << 6) | (value & 0x3f);
    if (++pending < 4) continue;
    store<u8>(out++, <u8>(bits >> 16));
    if (padding < 2) store<u8>(out++, <u8>(bits >> 8));
    if (padding < 1) store<u8>(out++, <u8>bits);
    pending = 0;
  }
  return true;
}
