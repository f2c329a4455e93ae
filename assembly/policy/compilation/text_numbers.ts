/** Numbers of texts, of which nobody knows how many will come: a NameTable that makes way for one of twice the size. Its memory is given back when all is compiled. */
import { hashBytes } from "../../memory/hash";
import { Region } from "../../memory/region";
import { Span, spanIsMissing } from "../../memory/span";
import { NOT_FOUND, NameTable, nameTable } from "../tables/name_table";

const FIRST_CAPACITY: u32 = 8;

export class TextNumbers {
  private region: Region = new Region();
  private table: NameTable = changetype<NameTable>(0);
  private capacity: u32 = 0;

  /** The number of a text, -1 if it has none. */
  find(text: Span): i32 {
    if (this.capacity == 0) return -1;
    const number = this.table.find(text, hashBytes(text));
    return number == NOT_FOUND ? -1 : <i32>number;
  }

  /** Gives a text that has none a number. Its bytes stay where they are. */
  add(text: Span, number: i32): void {
    if (this.capacity == 0 || this.table.count == this.capacity) this.grow();
    this.table.insert(text, hashBytes(text), number);
  }

  private grow(): void {
    const before = this.table;
    const regionBefore = this.region;
    const slots: usize = this.capacity == 0 ? 0 : <usize>before.mask + 1;
    this.capacity = this.capacity == 0 ? FIRST_CAPACITY : this.capacity * 2;
    this.region = new Region();
    this.table = nameTable(this.region, this.capacity);
    for (let slot: usize = 0; slot < slots; slot++) {
      const at = before.slots + (slot << 4);
      if (!spanIsMissing(load<u64>(at)))
        this.table.insert(load<u64>(at), load<u32>(at, 8), load<u32>(at, 12));
    }
    regionBefore.release();
  }

  release(): void {
    this.region.release();
    this.table = changetype<NameTable>(0);
    this.capacity = 0;
  }
}
