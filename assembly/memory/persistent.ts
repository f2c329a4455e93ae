/**
 * Bytes that outlive a callback: text constants, and what a configuration or a cached token keeps. Taken from the unmanaged
 * heap, so that no collector moves or scans them; whoever keeps them gives them back with `releaseSpan`.
 */
import { Span, span, spanAddress, spanIsMissing, spanLength } from "./span";

/** A copy of `bytes` on the unmanaged heap. The copy of an empty span has an address of its own: it is not missing. */
export function keepSpan(bytes: Span): Span {
  if (spanIsMissing(bytes)) return 0;
  const length = spanLength(bytes);
  const address = heap.alloc(<usize>max(length, 1));
  memory.copy(address, spanAddress(bytes), <usize>length);
  return span(address, length);
}

/** Gives back what `keepSpan` or `utf8` took. */
export function releaseSpan(bytes: Span): void {
  if (!spanIsMissing(bytes)) heap.free(spanAddress(bytes));
}

/**
 * The UTF-8 bytes of a string constant, kept for good. For module-level constants and configuration-time texts: the argument
 * is a managed string, so it has no place on the way of a request.
 */
export function utf8(text: string): Span {
  const length = String.UTF8.byteLength(text);
  const address = heap.alloc(<usize>max(length, 1));
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address);
  return span(address, <u32>length);
}
