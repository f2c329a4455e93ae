/**
 * Address ranges (`ipBlocks`, `remoteIpBlocks`, `source.ip`, `remote.ip`, `destination.ip`): CIDR blocks or single addresses. A range
 * becomes the exact key `family | prefix length | masked address`; a request's address is looked up once for each prefix
 * length in use.
 */
import { Span, span, spanAddress, spanEnd, spanLength } from "../../memory/span";

/** Bytes of a key: family, prefix length, address (IPv4 in the first four bytes). */
export const RANGE_KEY_SIZE: u32 = 18;

const IPV4: u8 = 4;
const IPV6: u8 = 6;

/** The last address that `parseAddress` read, as a key with the full prefix length. */
const parsed: usize = memory.data(18);
const masked: usize = memory.data(18);

/**
 * Reads the address that a request has (`1.2.3.4:80`, `1.2.3.4`, `[::1]:80`, `::1`, with or without a zone) and answers its key
 * with the full prefix length, valid until the next call; false if it is no IP address.
 */
export function readPeerAddress(text: Span): bool {
  let start = spanAddress(text);
  let end = spanEnd(text);
  if (start == end) return false;
  if (load<u8>(start) == 0x5b) {
    start++;
    let close = start;
    while (close < end && load<u8>(close) != 0x5d) close++;
    end = close;
  } else {
    // One colon is that of a port, more belong to IPv6.
    let colon: usize = 0;
    let colons = 0;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) == 0x3a) {
        colons++;
        colon = at;
      }
    }
    if (colons == 1) end = colon;
  }
  for (let at = start; at < end; at++) {
    if (load<u8>(at) == 0x25) end = at;
  }
  return parseAddress(start, end);
}

/** The key of what `readPeerAddress` read, for one prefix length (of its family); NO_SPAN-like empty if the families differ. */
export function peerRangeKey(family: u8, bits: u8): Span {
  if (load<u8>(parsed) != family) return span(masked, 0);
  memory.copy(masked, parsed, <usize>RANGE_KEY_SIZE);
  maskKey(masked, bits);
  return span(masked, RANGE_KEY_SIZE);
}

function maskKey(key: usize, bits: u8): void {
  store<u8>(key, bits, 1);
  for (let i: u32 = 0; i < 16; i++) {
    const kept = <i32>bits - <i32>(i << 3);
    if (kept >= 8) continue;
    const mask: u32 = kept <= 0 ? 0 : (0xff00 >> kept) & 0xff;
    const at = key + 2 + <usize>i;
    store<u8>(at, <u8>((<u32>load<u8>(at)) & mask));
  }
}

/** Writes the key of a configured range to `key`; false if it is no address and no CIDR block as Go's net/netip reads them. */
export function rangeKey(text: Span, key: usize): bool {
  const start = spanAddress(text);
  let end = spanEnd(text);
  let bits: i32 = -1;
  let hasZone = false;
  for (let at = start; at < end; at++) {
    if (load<u8>(at) == 0x2f) {
      bits = prefixLength(at + 1, end);
      if (bits < 0) return false;
      end = at;
    } else if (load<u8>(at) == 0x25) {
      hasZone = true;
    }
  }
  if (hasZone) {
    // A zone names an interface: fine on an address (and without effect, as in Envoy), not on a block.
    if (bits >= 0) return false;
    let zone = start;
    while (load<u8>(zone) != 0x25) zone++;
    if (zone + 1 == end) return false;
    end = zone;
  }
  if (!parseAddress(start, end)) return false;
  if (hasZone && load<u8>(parsed) != IPV6) return false;
  const most = load<u8>(parsed, 1);
  if (bits > <i32>most) return false;
  memory.copy(key, parsed, <usize>RANGE_KEY_SIZE);
  maskKey(key, bits < 0 ? most : <u8>bits);
  return true;
}

/** Decimal digits without leading zeros, or -1. */
function prefixLength(at: usize, end: usize): i32 {
  if (end - at < 1 || end - at > 3) return -1;
  if (load<u8>(at) == 0x30 && end - at > 1) return -1;
  let value = 0;
  for (; at < end; at++) {
    const digit = load<u8>(at) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + <i32>digit;
  }
  return value;
}

function parseAddress(start: usize, end: usize): bool {
  memory.fill(parsed, 0, <usize>RANGE_KEY_SIZE);
  for (let at = start; at < end; at++) {
    if (load<u8>(at) == 0x3a) {
      store<u8>(parsed, IPV6);
      store<u8>(parsed, 128, 1);
      return parseIpv6(start, end);
    }
  }
  store<u8>(parsed, IPV4);
  store<u8>(parsed, 32, 1);
  return parseIpv4(start, end, parsed + 2);
}

/** Four decimal numbers up to 255, no leading zeros. */
function parseIpv4(at: usize, end: usize, to: usize): bool {
  for (let field: usize = 0; field < 4; field++) {
    let stop = at;
    let value: u32 = 0;
    while (stop < end && load<u8>(stop) - 0x30 < 10 && stop - at < 3)
      value = value * 10 + <u32>(load<u8>(stop++) - 0x30);
    if (stop == at || value > 255 || (stop - at > 1 && load<u8>(at) == 0x30)) return false;
    store<u8>(to + field, <u8>value);
    if (field < 3 && (stop >= end || load<u8>(stop++) != 0x2e)) return false;
    at = stop;
  }
  return at == end;
}

/** RFC 4291 §2.2, all three forms. */
function parseIpv6(at: usize, end: usize): bool {
  const to = parsed + 2;
  let groups: u32 = 0;
  let gap: i32 = -1;
  if (end - at >= 2 && load<u16>(at) == 0x3a3a) {
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (groups == 8) return false;
    let stop = at;
    let value: u32 = 0;
    while (stop < end && stop - at < 4 && hexDigit(load<u8>(stop)) >= 0)
      value = (value << 4) | (<u32>hexDigit(load<u8>(stop++)));
    if (stop == at) return false;
    if (stop < end && load<u8>(stop) == 0x2e) {
      if (groups > 6 || !parseIpv4(at, end, to + <usize>(groups << 1))) return false;
      groups += 2;
      at = end;
      break;
    }
    store<u8>(to + <usize>(groups << 1), <u8>(value >> 8));
    store<u8>(to + <usize>(groups << 1), <u8>value, 1);
    groups++;
    at = stop;
    if (at == end) break;
    if (load<u8>(at++) != 0x3a || at == end) return false;
    if (load<u8>(at) == 0x3a) {
      if (gap >= 0) return false;
      gap = <i32>groups;
      at++;
    }
  }
  if (gap < 0) return groups == 8;
  // "::" stands for at least one group of zeros.
  if (groups == 8) return false;
  const moved = <usize>((groups - <u32>gap) << 1);
  memory.copy(to + 16 - moved, to + <usize>(gap << 1), moved);
  memory.fill(to + <usize>(gap << 1), 0, <usize>((8 - groups) << 1));
  return true;
}

function hexDigit(byte: u8): i32 {
  if (byte - 0x30 < 10) return <i32>byte - 0x30;
  return (byte | 0x20) - 0x61 < 6 ? <i32>(byte | 0x20) - 0x61 + 10 : -1;
}
