// Go's netip.ParseAddr and ParsePrefix: what may stand in ipBlocks, and what is an address and no name.

const octet = /^(0|[1-9][0-9]{0,2})$/;

/** Four decimal numbers without leading zeros. */
export function isIPv4(text: string): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((one) => octet.test(one) && Number(one) <= 255);
}

/** RFC 4291 §2.2, in all three forms, without a zone. */
export function isIPv6(text: string): boolean {
  const [front = "", back, ...more] = text.split("::");
  if (more.length > 0 || text === "") return false;
  const [before, behind] = [groupsOf(front, back === undefined), groupsOf(back ?? "", true)];
  if (before === undefined || behind === undefined) return false;
  return back === undefined ? before === 8 : before + behind < 8;
}

/** How many groups of 16 bits that is, 0 for no text; undefined if it is none. The last 32 bits may be written as IPv4. */
function groupsOf(text: string, isEnd: boolean): number | undefined {
  if (text === "") return 0;
  const groups = text.split(":");
  const endsInIPv4 = isEnd && isIPv4(groups.at(-1)!);
  const hexadecimal = endsInIPv4 ? groups.slice(0, -1) : groups;
  if (!hexadecimal.every((one) => /^[0-9a-fA-F]{1,4}$/.test(one))) return undefined;
  return hexadecimal.length + (endsInIPv4 ? 2 : 0);
}

/** Whether a host is an address, and no name. */
export function isAddress(host: string): boolean {
  return isIPv4(host) || isIPv6(host);
}

/** netip.ParseAddr; an IPv6 address may have a zone. */
export function isGoAddress(text: string): boolean {
  const percent = text.indexOf("%");
  if (percent < 0) return isAddress(text);
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

/** The first address of a range of IPv4, and how many it has; undefined for what is none. An address is a range of one. */
export function rangeOfIPv4(text: string): { readonly first: number; readonly size: number } | undefined {
  const [address = "", bits = "32"] = text.split("/");
  if (!isIPv4(address) || !(text === address || isGoPrefix(text))) return undefined;
  const number = address.split(".").reduce((all, one) => all * 256 + Number(one), 0);
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(number / size) * size, size };
}

/** Whether two ranges or addresses may have an address in common: of IPv6 that is not told. */
export function prefixesOverlap(one: string, other: string): boolean {
  const [a, b] = [rangeOfIPv4(one), rangeOfIPv4(other)];
  if (a === undefined || b === undefined) return true;
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
