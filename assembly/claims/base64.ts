/** Standard base64 with padding (RFC 4648 §4): how native writes lists and objects into headers. */
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, span, spanAddress, spanLength } from "../memory/span";

const ALPHABET: usize = spanAddress(utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"));

/** NO_SPAN if the arena is exhausted. */
export function encodeBase64(bytes: Span): Span {
  const length = <usize>spanLength(bytes);
  const size = ((length + 2) / 3) * 4;
  const start = allocate(size);
  if (start == 0) return NO_SPAN;
  const from = spanAddress(bytes);
  let out = start;
  for (let i: usize = 0; i < length; i += 3) {
    const left = length - i;
    let bits = (<u32>load<u8>(from + i)) << 16;
    if (left > 1) bits |= (<u32>load<u8>(from + i, 1)) << 8;
    if (left > 2) bits |= <u32>load<u8>(from + i, 2);
    store<u8>(out, load<u8>(ALPHABET + <usize>(bits >> 18)));
    store<u8>(out, load<u8>(ALPHABET + <usize>((bits >> 12) & 63)), 1);
    store<u8>(out, left > 1 ? load<u8>(ALPHABET + <usize>((bits >> 6) & 63)) : 0x3d, 2);
    store<u8>(out, left > 2 ? load<u8>(ALPHABET + <usize>(bits & 63)) : 0x3d, 3);
    out += 4;
  }
  return span(start, <u32>size);
}
