/** Values of header fields as whoever reads them takes them apart. */
import { Span, spanAddress, spanEnd, spanLength } from "../memory/span";

const SPACE: u8 = 0x20;
const COMMA: u8 = 0x2c;
const DELETE: u8 = 0x7f;

/**
 * Whether a text comes out of a header field as it went in, and as one value: no blank at its ends, which Envoy takes off and another host may not, no
 * comma, which makes two of one (RFC 9110 §5.6.1), no control character. An empty one does not.
 */
export function isOneValue(text: Span): bool {
  if (spanLength(text) == 0) return false;
  const last = spanEnd(text) - 1;
  if (load<u8>(spanAddress(text)) == SPACE || load<u8>(last) == SPACE) return false;
  for (let at = spanAddress(text); at <= last; at++) {
    const byte = load<u8>(at);
    if (byte < SPACE || byte == DELETE || byte == COMMA) return false;
  }
  return true;
}
