/**
 * The request's headers as the filter sees and changes them. One host call fetches them all (measured: one call for all of
 * them costs less than three for single ones); changes are recorded here, so that later steps see them as a filter behind
 * jwt_authn would, and are applied to the real headers only when the request goes on.
 *
 *     entry, 24 bytes:  u64 name | u64 value | u32 HeaderState | u32 next of its bucket, counted from 1
 *
 * Names from the host are lower-case; pseudo headers (`:path`) are entries like all others.
 */
import { allocate } from "../memory/arena";
import {
  NO_SPAN,
  Span,
  bytesEqual,
  copySpan,
  span,
  spanAddress,
  spanEnd,
  spanEquals,
  spanIsMissing,
  spanLength,
} from "../memory/span";

export const enum HeaderState {
  /** As the client sent it. */
  Original = 0,
  /** Taken out by the filter. */
  Removed = 1,
  /** Put in by the filter. */
  Added = 2,
  /** Sent by the client, value exchanged by the filter. */
  Replaced = 3,
  /** Put in by the filter, and taken out again: the host never hears of it. */
  Dropped = 4,
}

const ENTRY_SIZE: usize = 24;
/** Offset in an entry. */
const IN_BUCKET: usize = 20;
/** A longer list is searched by buckets: some ten names are looked for, and going through a thousand lines for each took half of what such a request cost. */
const MOST_SEARCHED: u32 = 48;
const BUCKETS: u32 = 64;
/** Entries that the filter may add to those of the client, without a reallocation. */
const SPARE_ENTRIES: u32 = 16;


@unmanaged
export class HeaderList {
  entries: usize;
  count: u32;
  capacity: u32;
  /** First entry of each bucket, counted from 1, u32 each; 0 for a short list. */
  buckets: usize;
  /** Whether anything differs from what the client sent. */
  changed: bool;


  @inline
  name(index: u32): Span {
    return load<u64>(this.entries + <usize>index * ENTRY_SIZE);
  }


  @inline
  value(index: u32): Span {
    return load<u64>(this.entries + <usize>index * ENTRY_SIZE, 8);
  }


  @inline
  state(index: u32): HeaderState {
    return load<u32>(this.entries + <usize>index * ENTRY_SIZE, 16);
  }


  @inline
  private set(index: u32, name: Span, value: Span, state: HeaderState): void {
    const at = this.entries + <usize>index * ENTRY_SIZE;
    store<u64>(at, name);
    store<u64>(at, value, 8);
    store<u32>(at, state, 16);
  }

  /** Whether a header is in the request as it stands. */
  @inline
  isPresent(index: u32): bool {
    const state = this.state(index);
    return state != HeaderState.Removed && state != HeaderState.Dropped;
  }

  /** Index of the first header of this (lower-case) name at or behind `from` that is present, or -1. */
  find(name: Span, from: u32 = 0): i32 {
    if (this.buckets != 0) return this.findInBucket(name, from);
    const length = spanLength(name);
    for (let i = from; i < this.count; i++) {
      const other = this.name(i);
      if (spanLength(other) != length || !bytesEqual(spanAddress(other), spanAddress(name), length)) continue;
      if (this.isPresent(i)) return <i32>i;
    }
    return -1;
  }

  private findInBucket(name: Span, from: u32): i32 {
    let next = load<u32>(this.buckets + bucketOf(name));
    while (next != 0) {
      const index = next - 1;
      if (index >= from && this.isPresent(index) && spanEquals(this.name(index), name)) return <i32>index;
      next = load<u32>(this.entries + <usize>index * ENTRY_SIZE, IN_BUCKET);
    }
    return -1;
  }

  /** Files an entry that is behind all others. */
  private intoBucket(index: u32): void {
    let at = this.buckets + bucketOf(this.name(index));
    while (load<u32>(at) != 0) at = this.entries + <usize>(load<u32>(at) - 1) * ENTRY_SIZE + IN_BUCKET;
    store<u32>(at, index + 1);
    store<u32>(this.entries + <usize>index * ENTRY_SIZE, 0, IN_BUCKET);
  }

  /** Files all entries, those in front first in their buckets. Without memory the list is searched from end to end. */
  fileAll(): void {
    this.buckets = allocate((<usize>BUCKETS) << 2);
    if (this.buckets == 0) return;
    memory.fill(this.buckets, 0, (<usize>BUCKETS) << 2);
    for (let i = this.count; i > 0; i--) {
      const bucket = this.buckets + bucketOf(this.name(i - 1));
      store<u32>(this.entries + <usize>(i - 1) * ENTRY_SIZE, load<u32>(bucket), IN_BUCKET);
      store<u32>(bucket, i);
    }
  }

  /** The value of a header; several of one name are joined with "," as Envoy's filters see them. NO_SPAN if there is none. */
  joined(name: Span): Span {
    const first = this.find(name);
    if (first < 0) return NO_SPAN;
    const second = this.find(name, first + 1);
    return second < 0 ? this.value(first) : this.join(name, first);
  }

  private join(name: Span, first: u32): Span {
    let total: u32 = 0;
    for (let i: i32 = first; i >= 0; i = this.find(name, i + 1)) total += spanLength(this.value(i)) + 1;
    const address = allocate(<usize>total);
    if (address == 0) return NO_SPAN;
    let at = address;
    for (let i: i32 = first; i >= 0; i = this.find(name, i + 1)) {
      if (at != address) store<u8>(at++, 0x2c);
      at = copySpan(at, this.value(i));
    }
    return span(address, <u32>(at - address));
  }

  /** Takes out all headers of this name; true if there was one. */
  remove(name: Span): bool {
    let found = false;
    for (let i: i32 = this.find(name); i >= 0; i = this.find(name, i + 1)) {
      const added = this.state(i) == HeaderState.Added;
      store<u32>(this.entries + <usize>i * ENTRY_SIZE, added ? HeaderState.Dropped : HeaderState.Removed, 16);
      found = true;
    }
    if (found) this.changed = true;
    return found;
  }

  /** Exchanges the value of the first header of this name; false if there is none. */
  replace(name: Span, value: Span): bool {
    const index = this.find(name);
    if (index < 0) return false;
    const state = this.state(index) == HeaderState.Added ? HeaderState.Added : HeaderState.Replaced;
    this.set(index, name, value, state);
    this.changed = true;
    return true;
  }

  /** Adds a header behind all others; false if there is no memory for it. */
  add(name: Span, value: Span): bool {
    if (this.count == this.capacity && !this.grow()) return false;
    this.set(this.count++, name, value, HeaderState.Added);
    if (this.buckets != 0) this.intoBucket(this.count - 1);
    this.changed = true;
    return true;
  }

  private grow(): bool {
    const capacity = this.capacity + SPARE_ENTRIES + (this.capacity >> 1);
    const entries = allocate(<usize>capacity * ENTRY_SIZE);
    if (entries == 0) return false;
    memory.copy(entries, this.entries, <usize>this.count * ENTRY_SIZE);
    this.entries = entries;
    this.capacity = capacity;
    return true;
  }
}

/** Offset of a name's bucket: by length and last byte. */
// @ts-ignore: decorator
@inline
function bucketOf(name: Span): usize {
  const length = spanLength(name);
  const last: u32 = length == 0 ? 0 : load<u8>(spanEnd(name) - 1);
  return (<usize>((length ^ (last << 2)) & (BUCKETS - 1))) << 2;
}

/**
 * Reads the host's serialised header map into a list in the arena: u32 count, then per header u32 name length and u32 value
 * length, then per header the name, a zero byte, the value, a zero byte (proxy-wasm ABI 0.2.1). A buffer that contradicts
 * itself, or no memory, gives null (address 0).
 */
export function readHeaderList(pairs: Span): HeaderList {
  const none = changetype<HeaderList>(0);
  const length = <u64>spanLength(pairs);
  const address = spanAddress(pairs);
  if (spanIsMissing(pairs) || length < 4) return none;
  const count = load<u32>(address);
  if (<u64>count * 10 + 4 > length) return none;
  const list = changetype<HeaderList>(allocate(offsetof<HeaderList>()));
  if (changetype<usize>(list) == 0) return none;
  list.capacity = count + SPARE_ENTRIES;
  list.entries = allocate(<usize>list.capacity * ENTRY_SIZE);
  if (list.entries == 0) return none;
  list.count = count;
  list.changed = false;
  list.buckets = 0;
  let sizes = address + 4;
  let text: u64 = 4 + ((<u64>count) << 3);
  for (let i: u32 = 0; i < count; i++) {
    const nameLength = load<u32>(sizes);
    const valueLength = load<u32>(sizes, 4);
    sizes += 8;
    if (text + <u64>nameLength + <u64>valueLength + 2 > length) return none;
    const entry = list.entries + <usize>i * ENTRY_SIZE;
    store<u64>(entry, span(address + <usize>text, nameLength));
    text += <u64>nameLength + 1;
    store<u64>(entry, span(address + <usize>text, valueLength), 8);
    text += <u64>valueLength + 1;
    store<u32>(entry, HeaderState.Original, 16);
  }
  if (count > MOST_SEARCHED) list.fileAll();
  return list;
}
