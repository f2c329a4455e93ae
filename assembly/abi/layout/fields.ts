/** Header fields of an answer, one after the other: `beginFields`, `addField` for each, `endFields`. One answer at a time. */
import { Span, spanIsMissing } from "../../memory/span";
import { serializePairs } from "./pairs";

/** Fields of one answer. Whoever adds fields that a configuration names bounds their number below this (there is room for the filter's own). */
export const MAX_FIELDS: u32 = 48;

const pairs: usize = memory.data(768);
let count: u32 = 0;

export function beginFields(): void {
  count = 0;
}

/** A field without value (the arena is exhausted) is left out. */
export function addField(name: Span, value: Span): void {
  if (spanIsMissing(value) || count == MAX_FIELDS) return;
  const at = pairs + ((<usize>count) << 4);
  store<u64>(at, name);
  store<u64>(at, value, 8);
  count++;
}

/** What `sendLocalResponse` takes; an empty span if the arena is exhausted. */
export function endFields(): Span {
  const serialized = serializePairs(pairs, count);
  return spanIsMissing(serialized) ? EMPTY : serialized;
}

const EMPTY: Span = ((<u64>0) << 32) | (<u64>(<u32>memory.data(16)));
