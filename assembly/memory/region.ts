/**
 * Memory that lives as long as its owner: a key set, a compiled configuration. Bump-allocated from the unmanaged heap and given back as
 * a whole, so that request-time code may point into it and nothing is forgotten.
 */
import { NO_SPAN, Span, span, spanAddress, spanIsMissing, spanLength } from "./span";

/** Payload of a chunk, in bytes, unless a larger block is asked for. */
const CHUNK_SIZE: usize = 4096;
/** A chunk starts with the address of the one before it. */
const CHUNK_HEADER: usize = 16;

export class Region {
  private chunk: usize = 0;
  private cursor: usize = 0;
  private limit: usize = 0;
  /** Bytes taken from the heap. */
  heldBytes: usize = 0;

  /** `size` zeroed bytes, aligned to 16. */
  allocate(size: usize): usize {
    const aligned = (max<usize>(size, 1) + 15) & ~15;
    if (this.chunk == 0 || aligned > this.limit - this.cursor) {
      const payload = max(aligned, CHUNK_SIZE);
      const chunk = heap.alloc(payload + CHUNK_HEADER);
      memory.fill(chunk, 0, payload + CHUNK_HEADER);
      store<u32>(chunk, <u32>this.chunk);
      this.chunk = chunk;
      this.cursor = chunk + CHUNK_HEADER;
      this.limit = this.cursor + payload;
      this.heldBytes += payload + CHUNK_HEADER;
    }
    const at = this.cursor;
    this.cursor = at + aligned;
    return at;
  }

  /** A copy of `bytes`; missing stays missing, empty stays empty. */
  keep(bytes: Span): Span {
    if (spanIsMissing(bytes)) return NO_SPAN;
    const length = <usize>spanLength(bytes);
    const address = this.allocate(length);
    memory.copy(address, spanAddress(bytes), length);
    return span(address, <u32>length);
  }

  /** The UTF-8 bytes of a string. */
  keepText(text: string): Span {
    const length = String.UTF8.byteLength(text);
    const address = this.allocate(<usize>length);
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address);
    return span(address, <u32>length);
  }

  /** Gives everything back. */
  release(): void {
    let chunk = this.chunk;
    while (chunk != 0) {
      const previous = <usize>load<u32>(chunk);
      heap.free(chunk);
      chunk = previous;
    }
    this.chunk = 0;
    this.cursor = 0;
    this.limit = 0;
    this.heldBytes = 0;
  }
}
