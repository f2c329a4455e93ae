/** What the content of a DER element may be, as BoringSSL has it when it reads a certificate (a_type.cc, cbs.cc, unicode.cc). */
import { Span, spanAddress, spanEnd, spanIsMissing, spanLength } from "../../memory/span";
import {
  BIT_STRING,
  BMP_STRING,
  BOOLEAN,
  CONSTRUCTED,
  DerReader,
  ENUMERATED,
  GENERALIZED_TIME,
  INTEGER,
  NULL,
  OBJECT_IDENTIFIER,
  UNIVERSAL_STRING,
  UTC_TIME,
  UTF8_STRING,
} from "./der";

/** At least one byte, no superfluous one in front (X.690 §8.3.2). */
export function isInteger(content: Span): bool {
  const length = spanLength(content);
  if (length == 0) return false;
  if (length == 1) return true;
  const first = load<u8>(spanAddress(content));
  const second = load<u8>(spanAddress(content), 1);
  return !(first == 0 && second < 0x80) && !(first == 0xff && second >= 0x80);
}

export function isUnsignedInteger(content: Span): bool {
  return isInteger(content) && load<u8>(spanAddress(content)) < 0x80;
}

/** Groups of seven bits, none with leading zeros, the last one complete (X.690 §8.19). */
export function isObjectIdentifier(content: Span): bool {
  let starts = true;
  for (let at = spanAddress(content); at < spanEnd(content); at++) {
    const byte = load<u8>(at);
    if (starts && byte == 0x80) return false;
    starts = byte < 0x80;
  }
  return spanLength(content) > 0 && starts;
}

/** The number of unused bits, and those bits zero (X.690 §11.2.1). */
export function isBitString(content: Span): bool {
  const length = spanLength(content);
  if (length == 0) return false;
  const unused: u32 = load<u8>(spanAddress(content));
  if (unused > 7) return false;
  if (length == 1) return unused == 0;
  return ((<u32>load<u8>(spanEnd(content) - 1)) & ((1 << unused) - 1)) == 0;
}

/** One byte, all or no bits set (X.690 §11.1). */
function isBoolean(content: Span): bool {
  if (spanLength(content) != 1) return false;
  const byte = load<u8>(spanAddress(content));
  return byte == 0 || byte == 0xff;
}

const DAYS = memory.data<u8>([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

/** YYMMDDHHMMSSZ, or YYYY… where `full`. A UTCTime may have an offset instead of the Z. */
export function isTime(content: Span, full: bool): bool {
  let at = spanAddress(content);
  const length = spanLength(content);
  const yearLength: u32 = full ? 4 : 2;
  const withOffset = !full && length == 17;
  if (length != yearLength + 11 && !withOffset) return false;
  const digits = <usize>(yearLength + 10);
  for (let i: usize = 0; i < digits; i++) {
    if (load<u8>(at + i) - 0x30 > 9) return false;
  }
  let year = twoDigits(at);
  at += 2;
  if (full) {
    year = year * 100 + twoDigits(at);
    at += 2;
  } else {
    year += year < 50 ? 2000 : 1900;
  }
  const month = twoDigits(at);
  const day = twoDigits(at + 2);
  if (month < 1 || month > 12 || day < 1 || day > <u32>load<u8>(DAYS + <usize>month - 1)) return false;
  if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0))) return false;
  if (twoDigits(at + 4) > 23 || twoDigits(at + 6) > 59 || twoDigits(at + 8) > 59) return false;
  const zone = load<u8>(at + 10);
  if (!withOffset) return zone == 0x5a;
  if (zone != 0x2b && zone != 0x2d) return false;
  for (let i: usize = 11; i < 15; i++) {
    if (load<u8>(at + i) - 0x30 > 9) return false;
  }
  return twoDigits(at + 11) <= 23 && twoDigits(at + 13) <= 59;
}

function twoDigits(at: usize): u32 {
  return (<u32>load<u8>(at) - 0x30) * 10 + <u32>load<u8>(at, 1) - 0x30;
}

/** Types of which an encoding is always constructed: EXTERNAL, EMBEDDED PDV, SEQUENCE, SET, CHARACTER STRING. */
const CONSTRUCTED_TYPES: u32 = (1 << 8) | (1 << 11) | (1 << 16) | (1 << 17) | (1 << 29);
/** Up to this number the universal types are allocated, but for 15. */
const LAST_TYPE: u32 = 36;
const UNALLOCATED: u32 = 15;
/** BoringSSL's V_ASN1_MAX_UNIVERSAL. */
const MAX_UNIVERSAL: u32 = 0xff;

/** Reads one element of any type; false if there is none or its content is not of its type. */
export function readAny(reader: DerReader): bool {
  const content = reader.any();
  if (spanIsMissing(content)) return false;
  // Not universal: nothing is known of it.
  if (reader.tag >> 6 != 0) return true;
  const number = reader.number;
  if (number > MAX_UNIVERSAL) return false;
  if (number <= LAST_TYPE && number != UNALLOCATED) {
    const constructed = (reader.tag & CONSTRUCTED) != 0;
    if (constructed != (number < 32 && ((CONSTRUCTED_TYPES >> number) & 1) != 0)) return false;
  }
  switch (number) {
    case BOOLEAN:
      return isBoolean(content);
    case INTEGER:
    case ENUMERATED:
      return isInteger(content);
    case BIT_STRING:
      return isBitString(content);
    case NULL:
      return spanLength(content) == 0;
    case OBJECT_IDENTIFIER:
      return isObjectIdentifier(content);
    case UTC_TIME:
      return isTime(content, false);
    case GENERALIZED_TIME:
      return isTime(content, true);
    case UTF8_STRING:
      return isUtf8(content);
    case BMP_STRING:
      return isWide(content, 2);
    case UNIVERSAL_STRING:
      return isWide(content, 4);
    default:
      return true;
  }
}

/** Neither a surrogate nor one of those that never will be characters. */
function isCodePoint(value: u32): bool {
  return (
    value <= 0x10ffff &&
    (value & 0xfffe) != 0xfffe &&
    (value < 0xfdd0 || value > 0xfdef) &&
    (value < 0xd800 || value > 0xdfff)
  );
}

/** Code points of `size` bytes each, big-endian. */
function isWide(content: Span, size: u32): bool {
  if (spanLength(content) % size != 0) return false;
  for (let at = spanAddress(content); at < spanEnd(content); at += <usize>size) {
    const value: u32 = size == 2 ? bswap<u16>(load<u16>(at)) : bswap<u32>(load<u32>(at));
    if (!isCodePoint(value)) return false;
  }
  return true;
}

function isUtf8(content: Span): bool {
  const end = spanEnd(content);
  for (let at = spanAddress(content); at < end;) {
    const first: u32 = load<u8>(at++);
    if (first < 0x80) continue;
    const more: u32 = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || end - at < <usize>more) return false;
    let value = first & (0x3f >> more);
    for (let i: u32 = 0; i < more; i++) {
      const byte: u32 = load<u8>(at++);
      if (byte >> 6 != 2) return false;
      value = (value << 6) | (byte & 0x3f);
    }
    if (!isCodePoint(value) || value < (more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000)) return false;
  }
  return true;
}
