/**
 * The regular expression `.+` of RE2, which Istio generates for the value `*`: at least one byte, none of them a line feed. Envoy 1.40 takes
 * any other byte for a character, of UTF-8 or not (measured, on names of certificates, the only values that need not be UTF-8; 1.36 takes UTF-8
 * alone). A DENY must see what native sees: one byte in a name would hide it from the policy.
 */
import { Span, spanAddress, spanEnd, spanLength } from "../../memory/span";

const LINE_FEED: u8 = 0x0a;

/** Whether `.+` matches all of `value`. */
export function isText(value: Span): bool {
  return spanLength(value) > 0 && isTextOrEmpty(value);
}

/** Whether `.*` matches all of `value`. */
export function isTextOrEmpty(value: Span): bool {
  const end = spanEnd(value);
  for (let at = spanAddress(value); at < end; at++) {
    if (load<u8>(at) == LINE_FEED) return false;
  }
  return true;
}
