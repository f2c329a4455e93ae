/** A JSON value as text again, as protobuf's JSON writer writes it (what native puts into headers for lists and objects), in document order. */
import { writeByte, writeSpan } from "../memory/byte_writer";
import { utf8 } from "../memory/persistent";
import { Span, span, spanAddress, spanEnd } from "../memory/span";
import { JsonDocument, JsonKind, JsonNode } from "./json";
import { utf8SequenceLength } from "./json_string";
import { writeJsonNumber } from "./number_text";

const NULL = utf8("null");
const TRUE = utf8("true");
const FALSE = utf8("false");
const UNICODE_ESCAPE = utf8("\\u");
/** Of hexadecimal numbers, in small letters. */
export const HEX_DIGITS = utf8("0123456789abcdef");

/** Writes the value at `node`; nesting is bounded by the reader's MAX_DEPTH. */
export function writeJson(document: JsonDocument, node: JsonNode): void {
  const kind = document.kind(node);
  if (kind == JsonKind.String) writeString(document.text(node));
  else if (kind == JsonKind.Number) writeJsonNumber(document.number(node));
  else if (kind == JsonKind.Array || kind == JsonKind.Object)
    writeContainer(document, node, kind == JsonKind.Object);
  else writeSpan(kind == JsonKind.True ? TRUE : kind == JsonKind.False ? FALSE : NULL);
}

function writeContainer(document: JsonDocument, node: JsonNode, isObject: bool): void {
  writeByte(isObject ? 0x7b : 0x5b);
  const end = document.next(node);
  for (let child = node + 1; child < end; child = document.next(child)) {
    if (child != node + 1) writeByte(0x2c);
    if (isObject) {
      writeString(document.text(child));
      writeByte(0x3a);
      child = document.next(child);
    }
    writeJson(document, child);
  }
  writeByte(isObject ? 0x7d : 0x5d);
}

function writeString(text: Span): void {
  writeByte(0x22);
  const end = spanEnd(text);
  for (let at = spanAddress(text); at < end;) {
    const length = utf8SequenceLength(at, end);
    if (length <= 1) writeAscii(load<u8>(at));
    else writeSequence(at, length);
    at += max<usize>(length, 1);
  }
  writeByte(0x22);
}

function writeAscii(byte: u8): void {
  let short: u8 = 0;
  if (byte == 0x22 || byte == 0x5c) short = byte;
  else if (byte == 0x08) short = 0x62;
  else if (byte == 0x0c) short = 0x66;
  else if (byte == 0x0a) short = 0x6e;
  else if (byte == 0x0d) short = 0x72;
  else if (byte == 0x09) short = 0x74;
  if (short != 0) {
    writeByte(0x5c);
    writeByte(short);
  } else if (byte < 0x20 || byte == 0x3c || byte == 0x3e || byte == 0x7f) {
    // `<` and `>` too, so that the text is harmless within HTML.
    writeUnicodeEscape(byte);
  } else {
    writeByte(byte);
  }
}

function writeSequence(at: usize, length: usize): void {
  const code = codePoint(at, length);
  if (isInvisible(code)) writeUnicodeEscape(code);
  else writeSpan(span(at, <u32>length));
}

/** The character of a UTF-8 sequence of two to four bytes. */
export function codePoint(at: usize, length: usize): u32 {
  let code: u32 = load<u8>(at) & (0xff >> (<u8>length + 1));
  for (let i: usize = 1; i < length; i++) code = (code << 6) | (<u32>(load<u8>(at + i) & 0x3f));
  return code;
}

/** `\u202e`; two of them, a pair of surrogates, beyond U+FFFF. */
export function writeUnicodeEscape(code: u32): void {
  if (code >= 0x10000) {
    writeUnicodeEscape(0xd800 + ((code - 0x10000) >> 10));
    writeUnicodeEscape(0xdc00 + ((code - 0x10000) & 0x3ff));
    return;
  }
  writeSpan(UNICODE_ESCAPE);
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    writeByte(load<u8>(spanAddress(HEX_DIGITS) + <usize>((code >> shift) & 0xf)));
  }
}

/** Characters beyond ASCII that protobuf's writer escapes: controls and invisible format characters (observed on Envoy 1.40), as pairs first, last. */
const ESCAPED = memory.data<u32>([
  0x80, 0x9f, 0xad, 0xad, 0x600, 0x603, 0x6dd, 0x6dd, 0x70f, 0x70f, 0x17b4, 0x17b5, 0x200b, 0x200f, 0x2028,
  0x202e, 0x2060, 0x2064, 0x206a, 0x206f, 0xfeff, 0xfeff, 0xfff9, 0xfffb, 0x1d173, 0x1d17a, 0xe0001, 0xe0001,
  0xe0020, 0xe007f,
]);
const ESCAPED_RANGES: usize = 15;

/** Whether protobuf's writer escapes a character beyond ASCII. */
export function isInvisible(code: u32): bool {
  for (let i: usize = 0; i < ESCAPED_RANGES; i++) {
    if (code < load<u32>(ESCAPED + (i << 3))) return false;
    if (code <= load<u32>(ESCAPED + (i << 3), 4)) return true;
  }
  return false;
}
