/**
 * Requests that wait for keys. What is kept of one is its stream and the endpoint it waits for: when the keys have come it is judged anew from
 * its own headers, so nothing can go stale, and a client that leaves takes everything along.
 *
 *     entry, 8 bytes: u32 stream | u32 endpoint
 */

import { allocate } from "../memory/arena";
import { NO_SPAN, Span, span } from "../memory/span";

/** More waiting requests than this are refused at once: an issuer that hangs must not fill the memory. */
export const MAX_PARKED: u32 = 10_000;

export class ParkedRequests {
  count: u32 = 0;
  private entries: usize = 0;
  private capacity: u32 = 0;

  /** False if too many wait already. */
  add(stream: u32, endpoint: u32): bool {
    if (this.count >= MAX_PARKED) return false;
    if (this.count == this.capacity) this.grow();
    const at = this.entries + ((<usize>this.count) << 3);
    store<u32>(at, stream);
    store<u32>(at, endpoint, 4);
    this.count++;
    return true;
  }

  private grow(): void {
    const capacity = max<u32>(16, this.capacity * 2);
    const entries = heap.alloc((<usize>capacity) << 3);
    if (this.entries != 0) {
      memory.copy(entries, this.entries, (<usize>this.count) << 3);
      heap.free(this.entries);
    }
    this.entries = entries;
    this.capacity = capacity;
  }

  /** Forgets a request that has ended; true if it was waiting. */
  remove(stream: u32): bool {
    for (let i: u32 = 0; i < this.count; i++) {
      if (load<u32>(this.entries + ((<usize>i) << 3)) != stream) continue;
      this.removeAt(i);
      return true;
    }
    return false;
  }

  /**
   * Takes out all requests that wait for `endpoint`, in the order in which they came.
   * @returns a span in the arena over u32 stream ids; NO_SPAN if there are none or no memory is left, and then they stay
   */
  takeAll(endpoint: u32): Span {
    const address: usize = this.count == 0 ? 0 : allocate((<usize>this.count) << 2);
    if (address == 0) return NO_SPAN;
    let taken: u32 = 0;
    let kept: u32 = 0;
    for (let i: u32 = 0; i < this.count; i++) {
      const at = this.entries + ((<usize>i) << 3);
      if (load<u32>(at, 4) == endpoint) {
        store<u32>(address + ((<usize>taken) << 2), load<u32>(at));
        taken++;
      } else {
        store<u64>(this.entries + ((<usize>kept) << 3), load<u64>(at));
        kept++;
      }
    }
    this.count = kept;
    return span(address, taken << 2);
  }

  private removeAt(index: u32): void {
    const at = this.entries + ((<usize>index) << 3);
    memory.copy(at, at + 8, (<usize>(this.count - index - 1)) << 3);
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
