/** Whether a path can be read in one way only. */
import { Span, spanAddress, spanLength } from "../memory/span";

/**
 * False for a path that a server may take for another one than it looks like: with `.` or `..` as a segment, two slashes, a backslash, an escape
 * (`%2e`, `%2f`), a path parameter (`..;`), a fragment. What stands behind `?` is not looked at. Whoever loosens something by a path
 * must loosen it for such paths never: Envoy normalizes some of them where it is told to, and upstreams do what they like.
 */
export function isPlainPath(path: Span): bool {
  const address = spanAddress(path);
  const length = spanLength(path);
  let segment: u32 = 0;
  let dots: u32 = 0;
  for (let i: u32 = 0; i <= length; i++) {
    const byte: u8 = i < length ? load<u8>(address + <usize>i) : 0x3f;
    if (byte == 0x2f || byte == 0x3f) {
      // A segment of dots alone, or an empty one between two slashes.
      if (segment > 0 && segment <= 2 && dots == segment) return false;
      if (byte == 0x3f) return true;
      if (i > 0 && segment == 0) return false;
      segment = 0;
      dots = 0;
      continue;
    }
    if (byte == 0x25 || byte == 0x5c || byte == 0x3b || byte == 0x23) return false;
    segment++;
    if (byte == 0x2e) dots++;
  }
  return true;
}
