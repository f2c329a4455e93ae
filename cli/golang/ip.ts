// Go's netip.ParseAddr and ParsePrefix: what may stand in ipBlocks.

import { isIPv4, isIPv6 } from "node:net";

/** netip.ParseAddr; an IPv6 address may have a zone. */
export function isGoAddress(text: string): boolean {
  const percent = text.indexOf("%");
  if (percent < 0) return isIPv4(text) || isIPv6(text);
  return percent < text.length - 1 && isIPv6(text.slice(0, percent));
}

/** netip.ParsePrefix: no zone, and a length without sign or leading zero. */
export function isGoPrefix(text: string): boolean {
  const slash = text.lastIndexOf("/");
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash < 0 || address.includes("%") || !/^(0|[1-9][0-9]{0,2})$/.test(bits)) return false;
  if (isIPv4(address)) return Number(bits) <= 32;
  return isIPv6(address) && Number(bits) <= 128;
}
