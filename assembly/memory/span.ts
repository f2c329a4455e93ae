/**
 * A byte span: a pointer and a length in one u64 (length in the high 32 bits, address in the low 32), so that request-time
 * code passes bytes around without a managed object. A span does not own what it points at.
 *
 * Missing and empty are different things: `NO_SPAN` (address 0) is "there is none", a span with an address and length 0 is
 * "there is one, and it is empty".
 */
export type Span = u64;

/** "There is none": a header that was not sent, a claim that is absent. */
export const NO_SPAN: Span = 0;

// @ts-ignore: decorator
@inline
export function span(address: usize, length: u32): Span {
  return ((<u64>length) << 32) | (<u64>(<u32>address));
}

// @ts-ignore: decorator
@inline
export function spanAddress(bytes: Span): usize {
  return <usize>(<u32>bytes);
}

// @ts-ignore: decorator
@inline
export function spanLength(bytes: Span): u32 {
  return <u32>(bytes >> 32);
}

/** Address of the byte behind the last one. */
// @ts-ignore: decorator
@inline
export function spanEnd(bytes: Span): usize {
  return spanAddress(bytes) + <usize>spanLength(bytes);
}

// @ts-ignore: decorator
@inline
export function spanIsMissing(bytes: Span): bool {
  return <u32>bytes == 0;
}

/** The bytes [from, to) of a span, both clamped to its length: never reaches outside. */
export function subspan(bytes: Span, from: u32, to: u32): Span {
  const length = spanLength(bytes);
  const end = min(to, length);
  const start = min(from, end);
  return span(spanAddress(bytes) + <usize>start, end - start);
}

/** Copies the bytes to an address where there is room for them; answers the address behind them. */
export function copySpan(to: usize, bytes: Span): usize {
  memory.copy(to, spanAddress(bytes), <usize>spanLength(bytes));
  return to + <usize>spanLength(bytes);
}

/** Byte-wise equality; a missing span equals only a missing one. */
export function spanEquals(a: Span, b: Span): bool {
  if (spanIsMissing(a) || spanIsMissing(b)) return spanIsMissing(a) == spanIsMissing(b);
  const length = spanLength(a);
  return length == spanLength(b) && bytesEqual(spanAddress(a), spanAddress(b), length);
}

export function spanStartsWith(bytes: Span, prefix: Span): bool {
  const length = spanLength(prefix);
  return length <= spanLength(bytes) && bytesEqual(spanAddress(bytes), spanAddress(prefix), length);
}

export function spanEndsWith(bytes: Span, suffix: Span): bool {
  const length = spanLength(suffix);
  return (
    length <= spanLength(bytes) && bytesEqual(spanEnd(bytes) - <usize>length, spanAddress(suffix), length)
  );
}

/** Offset of the first `byte` at or after `from`, or -1. Sixteen at a time, none of them outside the span. */
export function spanIndexOf(bytes: Span, byte: u8, from: u32 = 0): i32 {
  const address = spanAddress(bytes);
  const length = spanLength(bytes);
  const wanted = i8x16.splat(byte);
  let i = from;
  for (; <u64>i + 16 <= <u64>length; i += 16) {
    const found = i8x16.bitmask(i8x16.eq(load<v128>(address + <usize>i), wanted));
    if (found != 0) return <i32>i + ctz<i32>(found);
  }
  for (; i < length; i++) {
    if (load<u8>(address + <usize>i) == byte) return <i32>i;
  }
  return -1;
}

/** ASCII case-insensitive equality (header names, hosts). */
export function spanEqualsIgnoreCase(a: Span, b: Span): bool {
  const length = spanLength(a);
  if (length != spanLength(b)) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (lowerCase(load<u8>(spanAddress(a) + <usize>i)) != lowerCase(load<u8>(spanAddress(b) + <usize>i)))
      return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
export function lowerCase(byte: u8): u8 {
  return byte - 65 < 26 ? byte | 0x20 : byte;
}

/** Eight bytes at a time; `memory.compare` would go byte by byte. Not constant time: never use it on a MAC. */
export function bytesEqual(a: usize, b: usize, length: u32): bool {
  let i: usize = 0;
  const words = <usize>(length & ~7);
  for (; i < words; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  for (; i < <usize>length; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}
