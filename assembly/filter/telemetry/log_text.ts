/**
 * Text from a token or a configuration as a log may print it: escaped as in a JSON string, so that it can neither begin a line of its own
 * nor end a quoted field, whatever format prints it. As in the filter's own lines (trace_line.ts).
 */
import { utf8SequenceLength } from "../../claims/json_string";
import { codePoint, isInvisible, writeUnicodeEscape } from "../../claims/json_text";
import { beginText, endText, writeByte, writeSpan } from "../../memory/byte_writer";
import { Span, span, spanAddress, spanEnd, spanIsMissing } from "../../memory/span";

const REPLACEMENT: u32 = 0xfffd;

/**
 * Whether a character beyond ASCII acts on a log or is not seen there: U+0085 and U+2028 end lines for some readers, U+009B begins what a
 * terminal obeys, U+202E and the isolates of Unicode's bidirectional algorithm (UAX #9) turn lines around. Those last, and U+061C, protobuf writes as they are.
 */
export function isUnseen(code: u32): bool {
  return isInvisible(code) || (code >= 0x2065 && code <= 0x2069) || code == 0x061c;
}

/** The text itself where nothing is to be escaped; a copy in the arena where something is, NO_SPAN if there is no room for it. */
export function logText(text: Span): Span {
  if (spanIsMissing(text) || isPlain(text)) return text;
  beginText();
  const end = spanEnd(text);
  for (let at = spanAddress(text); at < end;) {
    const length = utf8SequenceLength(at, end);
    if (length == 1) writeAscii(load<u8>(at));
    else if (length == 0) writeUnicodeEscape(REPLACEMENT);
    else if (isUnseen(codePoint(at, length))) writeUnicodeEscape(codePoint(at, length));
    else writeSpan(span(at, <u32>length));
    at += max<usize>(length, 1);
  }
  return endText();
}

/** Whether every byte is printable ASCII that needs no backslash, as in nearly every principal. */
function isPlain(text: Span): bool {
  return plainTextEnd(spanAddress(text), spanEnd(text)) == spanEnd(text);
}

/** Address of the first byte that a log does not show as it is, or `end`: a quote, a backslash, whatever is no printable ASCII. */
export function plainTextEnd(at: usize, end: usize): usize {
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      // Signed: bytes over 0x7f are negative, so one comparison finds them and the control characters.
      v128.or(i8x16.lt_s(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x7f))),
    );
    const mask = i8x16.bitmask(special);
    if (mask != 0) return at + <usize>ctz<i32>(mask);
  }
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c) break;
  }
  return at;
}

function writeAscii(byte: u8): void {
  if (byte < 0x20 || byte == 0x7f) {
    writeUnicodeEscape(byte);
    return;
  }
  if (byte == 0x22 || byte == 0x5c) writeByte(0x5c);
  writeByte(byte);
}
