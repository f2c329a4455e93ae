/** Reads and writes of the guest's linear memory, with the bounds checks of the host side. All integers little-endian. */
import { bytesToByteString, bytesToText, writeByteString } from "./byte-string.js";
import { pairsSize, writePairs, type Pair } from "./pairs.js";

export class GuestMemory {
  private readonly memory: WebAssembly.Memory;
  private readonly allocateInGuest: (size: number) => number;
  private bytes: Uint8Array;
  private view: DataView;

  /** `allocateInGuest` is the guest's export `malloc` or `proxy_on_memory_allocate`: size to address, 0 if it has none. */
  constructor(memory: WebAssembly.Memory, allocateInGuest: (size: number) => number) {
    this.memory = memory;
    this.allocateInGuest = allocateInGuest;
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  /** Size of the linear memory in bytes. */
  get size(): number {
    return this.memory.buffer.byteLength;
  }

  /** Whether `size` bytes at `address` lie inside the memory. Both are taken as unsigned. */
  contains(address: number, size: number): boolean {
    this.refresh();
    return (address >>> 0) + (size >>> 0) <= this.bytes.length;
  }

  /** A copy of `size` bytes at `address`, undefined if they are not all inside the memory. */
  read(address: number, size: number): Uint8Array | undefined {
    if (!this.contains(address, size)) return undefined;
    return this.bytes.slice(address >>> 0, (address >>> 0) + (size >>> 0));
  }

  /** The same as a byte string. */
  readByteString(address: number, size: number): string | undefined {
    if (!this.contains(address, size)) return undefined;
    return bytesToByteString(this.bytes, address >>> 0, (address >>> 0) + (size >>> 0));
  }

  /** The same read as UTF-8. */
  readText(address: number, size: number): string | undefined {
    if (!this.contains(address, size)) return undefined;
    return bytesToText(this.bytes.subarray(address >>> 0, (address >>> 0) + (size >>> 0)));
  }

  /** The u32 at `address`, undefined if it is not inside the memory. */
  readU32(address: number): number | undefined {
    return this.contains(address, 4) ? this.view.getUint32(address >>> 0, true) : undefined;
  }

  /** Stores a u32; false if it would not be inside the memory. */
  writeU32(address: number, value: number): boolean {
    if (!this.contains(address, 4)) return false;
    this.view.setUint32(address >>> 0, value, true);
    return true;
  }

  /** Stores a u64; false if it would not be inside the memory. */
  writeU64(address: number, value: bigint): boolean {
    if (!this.contains(address, 8)) return false;
    this.view.setBigUint64(address >>> 0, value, true);
    return true;
  }

  /** Stores bytes; false if they would not be inside the memory. */
  writeBytes(address: number, value: Uint8Array): boolean {
    if (!this.contains(address, value.length)) return false;
    this.bytes.set(value, address >>> 0);
    return true;
  }

  /**
   * Hands `value` to the guest: allocated by the guest's own export, address and length stored at the two out-pointers. An empty
   * value allocates nothing and stores 0, 0 (proxy-wasm-cpp-host wasm.h, copyToPointerSize).
   */
  give(value: Uint8Array, addressOut: number, sizeOut: number): boolean {
    const address = this.allocate(value.length);
    if (address === undefined) return false;
    this.bytes.set(value, address);
    return this.writeU32(addressOut, address) && this.writeU32(sizeOut, value.length);
  }

  /** `give` for a byte string. */
  giveByteString(value: string, addressOut: number, sizeOut: number): boolean {
    const address = this.allocate(value.length);
    if (address === undefined) return false;
    writeByteString(value, this.bytes, address);
    return this.writeU32(addressOut, address) && this.writeU32(sizeOut, value.length);
  }

  /** `give` for pairs in their serialised form; no pairs at all are given as an empty value. */
  givePairs(pairs: readonly Pair[], addressOut: number, sizeOut: number): boolean {
    if (pairs.length === 0) return this.giveByteString("", addressOut, sizeOut);
    const size = pairsSize(pairs);
    const address = this.allocate(size);
    if (address === undefined) return false;
    writePairs(pairs, this.bytes, address);
    return this.writeU32(addressOut, address) && this.writeU32(sizeOut, size);
  }

  /** Room for `size` bytes in the guest: its address, 0 for no bytes, undefined if the guest has none. */
  private allocate(size: number): number | undefined {
    if (size === 0) return 0;
    const address = this.allocateInGuest(size) >>> 0;
    return address !== 0 && this.contains(address, size) ? address : undefined;
  }

  /** Growing detaches the old buffer, so the views are made anew when it has changed. */
  private refresh(): void {
    if (this.view.buffer === this.memory.buffer) return;
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }
}
