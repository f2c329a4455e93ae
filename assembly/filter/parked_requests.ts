/**
 * Requests that wait for keys. What is kept of one is its stream and the endpoint it waits for: when the keys have come it is judged anew from
 * its own headers, so nothing can go stale, and a client that leaves takes everything along.
 *
 *     entry, 16 bytes: u32 stream | u32 endpoint | i64 when the request came, in milliseconds
 */

import { allocate } from "../memory/arena";
import { NO_SPAN, Span, span, spanAddress, spanLength } from "../memory/span";

/** More waiting requests than this are refused at once: an issuer that hangs must not fill the memory. */
export const MAX_PARKED: u32 = 10_000;

/** Shift that multiplies by the size of an entry. */
const ENTRY_SHIFT: usize = 4;

/** Stream of a parked request that `takeAll` took. */
// @ts-ignore: decorator
@inline
export function parkedStream(taken: Span, index: u32): u32 {
  return load<u32>(entryOf(taken, index));
}

/** When it came. */
// @ts-ignore: decorator
@inline
export function parkedSince(taken: Span, index: u32): i64 {
  return load<i64>(entryOf(taken, index), 8);
}

/** How many requests `takeAll` took. */
// @ts-ignore: decorator
@inline
export function parkedCount(taken: Span): u32 {
  return spanLength(taken) >> (<u32>ENTRY_SHIFT);
}

// @ts-ignore: decorator
@inline
function entryOf(taken: Span, index: u32): usize {
  return spanAddress(taken) + ((<usize>index) << ENTRY_SHIFT);
}

export class ParkedRequests {
  count: u32 = 0;
  private entries: usize = 0;
  private capacity: u32 = 0;

  /** False if too many wait already. @param arrivedAt when the request came */
  add(stream: u32, endpoint: u32, arrivedAt: i64): bool {
    if (this.count >= MAX_PARKED) return false;
    if (this.count == this.capacity) this.grow();
    const at = this.entries + ((<usize>this.count) << ENTRY_SHIFT);
    store<u32>(at, stream);
    store<u32>(at, endpoint, 4);
    store<i64>(at, arrivedAt, 8);
    this.count++;
    return true;
  }

  private grow(): void {
    const capacity = max<u32>(16, this.capacity * 2);
    const entries = heap.alloc((<usize>capacity) << ENTRY_SHIFT);
    if (this.entries != 0) {
      memory.copy(entries, this.entries, (<usize>this.count) << ENTRY_SHIFT);
      heap.free(this.entries);
    }
    this.entries = entries;
    this.capacity = capacity;
  }

  /** Forgets a request that has ended; true if it was waiting. */
  remove(stream: u32): bool {
    for (let i: u32 = 0; i < this.count; i++) {
      if (load<u32>(this.entries + ((<usize>i) << ENTRY_SHIFT)) != stream) continue;
      this.removeAt(i);
      return true;
    }
    return false;
  }

  /**
   * Takes out all requests that wait for `endpoint`, in the order in which they came.
   * @returns their entries in the arena, for the functions above; NO_SPAN if there are none or no memory is left, and then they stay
   */
  takeAll(endpoint: u32): Span {
    const address: usize = this.count == 0 ? 0 : allocate((<usize>this.count) << ENTRY_SHIFT);
    if (address == 0) return NO_SPAN;
    let taken: u32 = 0;
    let kept: u32 = 0;
    for (let i: u32 = 0; i < this.count; i++) {
      const at = this.entries + ((<usize>i) << ENTRY_SHIFT);
      const takes = load<u32>(at, 4) == endpoint;
      const to = takes
        ? address + ((<usize>taken) << ENTRY_SHIFT)
        : this.entries + ((<usize>kept) << ENTRY_SHIFT);
      if (takes) taken++;
      else kept++;
      memory.copy(to, at, 1 << ENTRY_SHIFT);
    }
    this.count = kept;
    return span(address, taken << (<u32>ENTRY_SHIFT));
  }

  private removeAt(index: u32): void {
    const at = this.entries + ((<usize>index) << ENTRY_SHIFT);
    memory.copy(at, at + (1 << ENTRY_SHIFT), (<usize>(this.count - index - 1)) << ENTRY_SHIFT);
    this.count--;
  }

  /** Gives the memory back. */
  release(): void {
    if (this.entries != 0) heap.free(this.entries);
    this.entries = 0;
    this.capacity = 0;
    this.count = 0;
  }
}
