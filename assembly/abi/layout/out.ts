/**
 * Cells that the host writes its answers into: an address and a length, or one number. One set serves all calls, since a callback
 * is never interrupted by another one between a call and the reading of its answer.
 */
import { Span, span } from "../../memory/span";

const cells: usize = memory.data(24, 8);

/** Where the host writes the address of the bytes that it allocated. */
export const outAddress: usize = cells;
/** Where the host writes their length. */
export const outLength: usize = cells + 4;
/** Where the host writes a number of up to 64 bits. */
export const outNumber: usize = cells + 8;
/** Where the host writes a second number. */
export const outSecond: usize = cells + 16;

/** Before a call: so that a host that writes nothing yields "missing", not the answer of an earlier call. */
// @ts-ignore: decorator
@inline
export function clearOut(): void {
  store<u64>(cells, 0);
}

/** What the host wrote. It may leave the address of empty bytes 0; they are empty then, not missing. */
// @ts-ignore: decorator
@inline
export function takeOut(): Span {
  const length = load<u32>(outLength);
  const address = <usize>load<u32>(outAddress);
  return span(address == 0 && length == 0 ? cells : address, length);
}
