/** Names of headers as configurations write them. */
import { lowerCaseText } from "../memory/text_case";

/**
 * The name under which the host files a header: lower case, and Host is `:authority` (Envoy header_map_impl.cc), so whoever reads,
 * writes or removes it means that one.
 */
export function hostedName(name: string): string {
  const lower = lowerCaseText(name);
  return lower == "host" ? ":authority" : lower;
}

/** `^[-_A-Za-z0-9]+$` (Istio's ValidateStrictHTTPHeaderName). */
export function isHeaderName(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a && c >= 0x41;
    if (!letter && !(c >= 0x30 && c <= 0x39) && c != 0x2d && c != 0x5f) return false;
  }
  return name.length > 0;
}
