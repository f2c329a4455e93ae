/**
 * Requests that wait for keys. What is kept of one is its stream and the endpoint it waits for: when its wait is over it is judged anew from its
 * own headers, so nothing can go stale, and a client that leaves takes everything along.
 *
 * Each endpoint has a line of its own, so that a slow issuer's line is its own users' alone. A wait ends for all who stand in a line (`release`);
 * they are taken one by one, as many at a time as may be answered, in the order in which they came. Whoever comes after that stands behind them
 * and waits for the next fetch. Every operation but growing takes the same time however many wait: a client may leave at any moment.
 *
 *     line, 16 bytes: u32 first slot | u32 last slot | u32 how many | u32 number of the last request whose wait is over
 *     slot, 32 bytes: u32 stream | u32 line | i64 when the request came, in milliseconds | u32 number | u32 slot before | u32 slot behind | u32 next of its bucket
 *
 * Slots count from 1; 0 is none. Slots that are free are chained by "slot behind". A bucket holds the streams of one remainder: context ids are
 * consecutive, and nobody outside chooses them.
 */

/** More requests than this that wait for one endpoint are judged at once: an issuer that hangs must not fill the memory. */
export const MAX_PARKED: u32 = 10_000;

/** Slots that are kept when nobody waits any more. */
const KEPT_SLOTS: u32 = 1_024;
const FIRST_SLOTS: u32 = 16;

const LINE_SHIFT: usize = 4;
const SLOT_SHIFT: usize = 5;
/** Offsets in a line. */
const FIRST: usize = 0;
const LAST: usize = 4;
const COUNT: usize = 8;
const OVER: usize = 12;
/** Offsets in a slot. */
const STREAM: usize = 0;
const LINE: usize = 4;
const SINCE: usize = 8;
const NUMBER: usize = 16;
const BEFORE: usize = 20;
const BEHIND: usize = 24;
const IN_BUCKET: usize = 28;

/** After `take`: when the request came, in milliseconds. */
export let takenSince: i64 = 0;

export class ParkedRequests {
  /** All that wait, whatever for, and those whose wait is over until they are taken. */
  count: u32 = 0;
  private endpoints: u32 = 0;
  private lines: usize = 0;
  private slots: usize = 0;
  private buckets: usize = 0;
  /** A power of two, or 0 before the first request. */
  private capacity: u32 = 0;
  private free: u32 = 0;
  private nextNumber: u32 = 1;

  /** The line of those who came under another configuration: what they waited for is no more, so nobody in it waits. */
  get leftover(): u32 {
    return this.endpoints;
  }

  /** Lines for this many endpoints. Those who wait already go to the line `leftover`. */
  setEndpoints(count: u32): void {
    const before = this.lines;
    const linesBefore: u32 = before == 0 ? 0 : this.endpoints + 1;
    const size = (<usize>(count + 1)) << LINE_SHIFT;
    this.lines = heap.alloc(size);
    memory.fill(this.lines, 0, size);
    this.endpoints = count;
    for (let i: u32 = 0; i < linesBefore; i++) {
      let slot = load<u32>(before + ((<usize>i) << LINE_SHIFT), FIRST);
      while (slot != 0) {
        const behind = load<u32>(this.slot(slot), BEHIND);
        this.append(slot, count);
        slot = behind;
      }
    }
    if (before != 0) heap.free(before);
  }

  /** False if too many wait in this line already. @param since when the request came */
  add(stream: u32, endpoint: u32, since: i64): bool {
    if (endpoint >= this.endpoints || this.waiting(endpoint) >= MAX_PARKED) return false;
    if (this.free == 0) this.grow(this.capacity == 0 ? FIRST_SLOTS : this.capacity * 2);
    const slot = this.free;
    const at = this.slot(slot);
    this.free = load<u32>(at, BEHIND);
    store<u32>(at, stream, STREAM);
    store<i64>(at, since, SINCE);
    this.intoBucket(slot);
    this.append(slot, endpoint);
    this.count++;
    return true;
  }

  /** Forgets a request that has ended; true if it was waiting. */
  remove(stream: u32): bool {
    if (this.count == 0) return false;
    let slot = load<u32>(this.bucket(stream));
    while (slot != 0 && load<u32>(this.slot(slot), STREAM) != stream)
      slot = load<u32>(this.slot(slot), IN_BUCKET);
    if (slot == 0) return false;
    this.drop(slot);
    return true;
  }

  /** How many stand in a line. */
  waiting(line: u32): u32 {
    return load<u32>(this.line(line), COUNT);
  }

  /** The wait is over for all who stand in a line. */
  release(line: u32): void {
    store<u32>(this.line(line), this.nextNumber - 1, OVER);
  }

  /** Whether the wait of the first of a line is over; false if there is none. */
  isReleased(line: u32): bool {
    const at = this.line(line);
    const first = load<u32>(at, FIRST);
    return first != 0 && <i32>(load<u32>(at, OVER) - load<u32>(this.slot(first), NUMBER)) >= 0;
  }

  /** Takes out the first of a line, and sets `takenSince`. @returns its stream; 0: there is none */
  take(line: u32): u32 {
    const first = load<u32>(this.line(line), FIRST);
    if (first == 0) return 0;
    const stream = load<u32>(this.slot(first), STREAM);
    takenSince = load<i64>(this.slot(first), SINCE);
    this.drop(first);
    return stream;
  }

  /** Gives the memory back; everybody is forgotten. */
  clear(): void {
    if (this.lines != 0) heap.free(this.lines);
    this.lines = 0;
    this.endpoints = 0;
    this.count = 0;
    this.freeSlots();
  }


  @inline
  private line(index: u32): usize {
    return this.lines + ((<usize>index) << LINE_SHIFT);
  }


  @inline
  private slot(slot: u32): usize {
    return this.slots + ((<usize>(slot - 1)) << SLOT_SHIFT);
  }


  @inline
  private bucket(stream: u32): usize {
    return this.buckets + ((<usize>(stream & (this.capacity - 1))) << 2);
  }

  /** A slot becomes the last of a line. */
  private append(slot: u32, line: u32): void {
    const at = this.line(line);
    const last = load<u32>(at, LAST);
    const number = this.nextNumber++;
    store<u32>(this.slot(slot), line, LINE);
    store<u32>(this.slot(slot), number, NUMBER);
    store<u32>(this.slot(slot), last, BEFORE);
    store<u32>(this.slot(slot), 0, BEHIND);
    if (last != 0) {
      store<u32>(this.slot(last), slot, BEHIND);
    } else {
      store<u32>(at, slot, FIRST);
      // Numbers are compared by their distance: that of a line that has long been empty would be too great one day.
      store<u32>(at, number - 1, OVER);
    }
    store<u32>(at, slot, LAST);
    store<u32>(at, load<u32>(at, COUNT) + 1, COUNT);
  }

  /** Takes a slot out of its line and its bucket, and makes it free. */
  private drop(slot: u32): void {
    const at = this.slot(slot);
    const line = this.line(load<u32>(at, LINE));
    const before = load<u32>(at, BEFORE);
    const behind = load<u32>(at, BEHIND);
    if (before != 0) store<u32>(this.slot(before), behind, BEHIND);
    else store<u32>(line, behind, FIRST);
    if (behind != 0) store<u32>(this.slot(behind), before, BEFORE);
    else store<u32>(line, before, LAST);
    store<u32>(line, load<u32>(line, COUNT) - 1, COUNT);
    this.outOfBucket(slot);
    store<u32>(at, this.free, BEHIND);
    this.free = slot;
    if (--this.count == 0 && this.capacity > KEPT_SLOTS) this.freeSlots();
  }

  private intoBucket(slot: u32): void {
    const bucket = this.bucket(load<u32>(this.slot(slot), STREAM));
    store<u32>(this.slot(slot), load<u32>(bucket), IN_BUCKET);
    store<u32>(bucket, slot);
  }

  private outOfBucket(slot: u32): void {
    // Where the number of this slot is kept: in the bucket, or in the slot ahead of it there.
    let place = this.bucket(load<u32>(this.slot(slot), STREAM));
    while (load<u32>(place) != slot) place = this.slot(load<u32>(place)) + IN_BUCKET;
    store<u32>(place, load<u32>(this.slot(slot), IN_BUCKET));
  }

  /** More slots: those in use keep their numbers. Called when none is free. */
  private grow(capacity: u32): void {
    const used = this.capacity;
    const slots = heap.alloc((<usize>capacity) << SLOT_SHIFT);
    if (this.slots != 0) {
      memory.copy(slots, this.slots, (<usize>used) << SLOT_SHIFT);
      heap.free(this.slots);
      heap.free(this.buckets);
    }
    this.slots = slots;
    this.buckets = heap.alloc((<usize>capacity) << 2);
    memory.fill(this.buckets, 0, (<usize>capacity) << 2);
    this.capacity = capacity;
    for (let slot: u32 = 1; slot <= used; slot++) this.intoBucket(slot);
    for (let slot = capacity; slot > used; slot--) {
      store<u32>(this.slot(slot), this.free, BEHIND);
      this.free = slot;
    }
  }

  private freeSlots(): void {
    if (this.slots != 0) {
      heap.free(this.slots);
      heap.free(this.buckets);
    }
    this.slots = 0;
    this.buckets = 0;
    this.capacity = 0;
    this.free = 0;
  }
}
