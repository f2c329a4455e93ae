/**
 * The arena: bump-allocated memory that lives until the current callback from the host returns. What the host writes into the
 * VM (header values, buffers, properties) and everything that request-time code builds is taken from here, so that a request
 * costs no managed allocation and leaves no garbage (design.md, rule 3).
 *
 * Chunks are kept between callbacks up to ARENA_KEEP bytes; a callback that needed more (a large configuration, a JWKS) gives
 * the excess back when it returns, so that one large input does not hold memory for good.
 */
import { collectIfDue } from "./collector";
import { Span, span, spanAddress, spanLength } from "./span";

/** Size of the first chunk and the least size of each further one, in bytes. */
const CHUNK_SIZE: usize = 64 * 1024;
/** What stays allocated between callbacks, in bytes. */
const ARENA_KEEP: usize = 256 * 1024;
/** The most that a single callback may take, in bytes; behind it `allocate` answers 0. */
export const ARENA_LIMIT: usize = 256 * 1024 * 1024;

/** A chunk starts with its header: u32 address of the next chunk, u32 size of its payload. */
const CHUNK_HEADER: usize = 16;

let firstChunk: usize = 0;
let currentChunk: usize = 0;
let cursor: usize = 0;
let limit: usize = 0;
let heldBytes: usize = 0;
let depth: i32 = 0;

/**
 * Whether `allocate` has answered 0 since the arena was last reset or rewound. What finds no memory looks like what is missing, and a
 * DENY rule does not match a missing value: whoever is about to let something pass looks here first.
 */
export let arenaExhausted: bool = false;

/**
 * `size` bytes aligned to 16, uninitialised, valid until the outermost callback returns. Answers 0 if the callback has already
 * taken ARENA_LIMIT bytes: callers treat that as "over a limit" and refuse.
 */
export function allocate(size: usize): usize {
  if (size > ARENA_LIMIT) return exhausted();
  const aligned = (size + 15) & ~15;
  const at = cursor;
  if (at != 0 && aligned <= limit - at) {
    cursor = at + aligned;
    return at;
  }
  return allocateInNextChunk(aligned);
}

function exhausted(): usize {
  arenaExhausted = true;
  return 0;
}

function allocateInNextChunk(size: usize): usize {
  let next: usize = currentChunk == 0 ? firstChunk : load<u32>(currentChunk);
  // A kept chunk that is too small for this request is passed over; it serves again after the next reset.
  while (next != 0 && <usize>load<u32>(next, 4) < size) {
    currentChunk = next;
    next = load<u32>(next);
  }
  if (next == 0) {
    const payload = max(size, CHUNK_SIZE);
    if (heldBytes + payload > ARENA_LIMIT) return exhausted();
    next = heap.alloc(payload + CHUNK_HEADER);
    store<u32>(next, 0);
    store<u32>(next, <u32>payload, 4);
    heldBytes += payload;
    if (currentChunk == 0) firstChunk = next;
    else store<u32>(currentChunk, <u32>next);
  }
  currentChunk = next;
  cursor = next + CHUNK_HEADER + size;
  limit = next + CHUNK_HEADER + <usize>load<u32>(next, 4);
  return next + CHUNK_HEADER;
}

/** Called when a callback from the host begins. Callbacks may nest; only the outermost one resets the arena. */
export function enterCallback(): void {
  depth++;
}

/** Called last when a callback from the host returns: all spans of this callback, and managed objects that it alone refers to, are void from here on. */
export function leaveCallback(): void {
  if (--depth != 0) return;
  resetArena();
  collectIfDue();
}

/** The place in the arena up to which bytes are in use, for `rewindArena`. Good until the callback returns. */
export function markArena(): u64 {
  return ((<u64>currentChunk) << 32) | (<u64>cursor);
}

/** Frees what has been taken since the mark: for callbacks that serve many requests one after the other. */
export function rewindArena(mark: u64): void {
  arenaExhausted = false;
  const chunk = <usize>(mark >> 32);
  if (chunk == 0) return;
  currentChunk = chunk;
  cursor = <usize>(<u32>mark);
  limit = chunk + CHUNK_HEADER + <usize>load<u32>(chunk, 4);
}

/** Makes all of the arena free again and gives back what exceeds ARENA_KEEP. For tests and `leaveCallback`. */
export function resetArena(): void {
  arenaExhausted = false;
  if (heldBytes > ARENA_KEEP) releaseExcess();
  currentChunk = firstChunk;
  if (firstChunk != 0) {
    cursor = firstChunk + CHUNK_HEADER;
    limit = cursor + <usize>load<u32>(firstChunk, 4);
  } else {
    cursor = 0;
    limit = 0;
  }
}

function releaseExcess(): void {
  let kept: usize = 0;
  let previous: usize = 0;
  let chunk = firstChunk;
  firstChunk = 0;
  heldBytes = 0;
  while (chunk != 0) {
    const next: usize = load<u32>(chunk);
    const payload = <usize>load<u32>(chunk, 4);
    if (kept + payload <= ARENA_KEEP) {
      kept += payload;
      if (previous == 0) firstChunk = chunk;
      else store<u32>(previous, <u32>chunk);
      store<u32>(chunk, 0);
      previous = chunk;
    } else {
      heap.free(chunk);
    }
    chunk = next;
  }
  heldBytes = kept;
}

/** Bytes that the arena holds from the heap at this moment. */
export function arenaHeldBytes(): usize {
  return heldBytes;
}

/** A copy of `bytes` in the arena, or NO_SPAN if the arena is exhausted. */
export function copyToArena(bytes: Span): Span {
  const length = spanLength(bytes);
  const address = allocate(<usize>length);
  if (address == 0) return 0;
  memory.copy(address, spanAddress(bytes), <usize>length);
  return span(address, length);
}
