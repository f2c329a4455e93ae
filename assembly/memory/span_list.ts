/** Several spans in a row: where the first stands and how many there are, in one u64 as a span is. A list owns neither its place nor what its spans point at. */
import { Span, span, spanAddress, spanLength } from "./span";

export type SpanList = u64;

/** A list without items. */
export const NO_SPANS: SpanList = 0;

/** A list of `count` spans of 8 bytes each, from an address on. */
// @ts-ignore: decorator
@inline
export function spanList(address: usize, count: u32): SpanList {
  return span(address, count);
}

// @ts-ignore: decorator
@inline
export function listLength(list: SpanList): i32 {
  return <i32>spanLength(list);
}

// @ts-ignore: decorator
@inline
export function listItem(list: SpanList, index: i32): Span {
  return load<u64>(spanAddress(list) + ((<usize>index) << 3));
}

// @ts-ignore: decorator
@inline
export function setListItem(list: SpanList, index: i32, item: Span): void {
  store<u64>(spanAddress(list) + ((<usize>index) << 3), item);
}
