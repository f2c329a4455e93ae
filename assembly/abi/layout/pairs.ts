/** Serialised header pairs as host calls take them (layout: request/header_list.ts). */
import { allocate } from "../../memory/arena";
import { NO_SPAN, Span, span, spanAddress, spanLength } from "../../memory/span";

/**
 * Serialises `count` headers. `pairs` is the address of count * 2 spans: name, value, name, value, …
 * NO_SPAN if the arena is exhausted.
 */
export function serializePairs(pairs: usize, count: u32): Span {
  let size: usize = 4;
  for (let i: u32 = 0; i < count * 2; i++)
    size += <usize>spanLength(load<u64>(pairs + ((<usize>i) << 3))) + 5;
  const address = allocate(size);
  if (address == 0) return NO_SPAN;
  store<u32>(address, count);
  let at = address + 4;
  for (let i: u32 = 0; i < count * 2; i++, at += 4)
    store<u32>(at, spanLength(load<u64>(pairs + ((<usize>i) << 3))));
  for (let i: u32 = 0; i < count * 2; i++) {
    const text = load<u64>(pairs + ((<usize>i) << 3));
    const length = <usize>spanLength(text);
    memory.copy(at, spanAddress(text), length);
    store<u8>(at + length, 0);
    at += length + 1;
  }
  return span(address, <u32>size);
}
