/**
 * A table from bytes to numbers, made at configuration and flat: open addressing, at most half full. The caller hashes, so that
 * a prefix table can hash as it walks.
 *
 *     slot, 16 bytes: u64 name (NO_SPAN: free) | u32 hash | u32 value
 */
import { Region } from "../../memory/region";
import { Span, bytesEqual, spanAddress, spanIsMissing, spanLength } from "../../memory/span";

/** What `find` answers for a name that is not in the table. */
export const NOT_FOUND: u32 = 0xffffffff;


@unmanaged
export class NameTable {
  slots: usize;
  mask: u32;
  count: u32;

  /** The number of a name, or NOT_FOUND. */
  @inline
  find(name: Span, hash: u32): u32 {
    let slot = hash & this.mask;
    while (true) {
      const at = this.slots + ((<usize>slot) << 4);
      const found = load<u64>(at);
      if (spanIsMissing(found)) return NOT_FOUND;
      if (
        load<u32>(at, 8) == hash &&
        spanLength(found) == spanLength(name) &&
        bytesEqual(spanAddress(found), spanAddress(name), spanLength(name))
      )
        return load<u32>(at, 12);
      slot = (slot + 1) & this.mask;
    }
  }

  /** Puts a name in that is not in the table yet. The caller keeps the bytes, and keeps to the capacity. */
  insert(name: Span, hash: u32, value: u32): void {
    let slot = hash & this.mask;
    while (!spanIsMissing(load<u64>(this.slots + ((<usize>slot) << 4)))) slot = (slot + 1) & this.mask;
    const at = this.slots + ((<usize>slot) << 4);
    store<u64>(at, name);
    store<u32>(at, hash, 8);
    store<u32>(at, value, 12);
    this.count++;
  }
}

/** An empty table for up to `capacity` names. */
export function nameTable(region: Region, capacity: u32): NameTable {
  const table = changetype<NameTable>(region.allocate(offsetof<NameTable>()));
  // At least twice the capacity, so that a search always ends at a free slot.
  const slots = (<u32>2) << (32 - clz<u32>(max<u32>(capacity, 1)));
  table.slots = region.allocate((<usize>slots) << 4);
  table.mask = slots - 1;
  return table;
}
