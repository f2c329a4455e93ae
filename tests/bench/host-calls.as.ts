/**
 * A filter that lets every request on and makes the host calls which its configuration names, a letter each: what is left of a filter's cost when it
 * does nothing of its own.
 *
 *     p all headers in one call   t the clock   s one text into filter state   S a second one   r the header `authorization` removed
 *     a one header added          v one header read by name
 */

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_pairs")
declare function proxy_get_header_map_pairs(map: u32, address: usize, size: usize): u32;
// @ts-ignore: decorator
@external("env", "proxy_get_header_map_value")
declare function proxy_get_header_map_value(
  map: u32,
  name: usize,
  length: usize,
  at: usize,
  size: usize,
): u32;
// @ts-ignore: decorator
@external("env", "proxy_remove_header_map_value")
declare function proxy_remove_header_map_value(map: u32, name: usize, length: usize): u32;
// @ts-ignore: decorator
@external("env", "proxy_add_header_map_value")
declare function proxy_add_header_map_value(
  map: u32,
  name: usize,
  length: usize,
  at: usize,
  size: usize,
): u32;
// @ts-ignore: decorator
@external("env", "proxy_set_property")
declare function proxy_set_property(path: usize, length: usize, value: usize, valueLength: usize): u32;
// @ts-ignore: decorator
@external("env", "proxy_get_current_time_nanoseconds")
declare function proxy_get_current_time_nanoseconds(time: usize): u32;
// @ts-ignore: decorator
@external("env", "proxy_get_buffer_bytes")
declare function proxy_get_buffer_bytes(type: u32, start: u32, length: u32, at: usize, size: usize): u32;

/** What the host writes is put here, over and over. */
const MEMORY: usize = memory.data(256 * 1024, 16);
const OUT: usize = memory.data(16, 8);
const NAME: usize = memory.data<u8>([
  0x61, 0x75, 0x74, 0x68, 0x6f, 0x72, 0x69, 0x7a, 0x61, 0x74, 0x69, 0x6f, 0x6e,
]);
const NAME_LENGTH: usize = 13;
/** 20 and 40 letters. */
const KEY: usize = memory.data<u8>([
  0x6a, 0x77, 0x74, 0x5f, 0x70, 0x6f, 0x6c, 0x69, 0x63, 0x79, 0x2e, 0x70, 0x72, 0x69, 0x6e, 0x63, 0x69, 0x70,
  0x61, 0x6c,
]);
const OTHER_KEY: usize = memory.data<u8>([
  0x6a, 0x77, 0x74, 0x5f, 0x70, 0x6f, 0x6c, 0x69, 0x63, 0x79, 0x2e, 0x70, 0x72, 0x69, 0x6e, 0x63, 0x69, 0x70,
  0x61, 0x6d,
]);
const KEY_LENGTH: usize = 20;

/** A bit for each letter a to z and, 32 higher, A to Z. */
let calls: u64 = 0;
let used: usize = 0;

// @ts-ignore: decorator
@inline
function bitOf(letter: u8): u64 {
  const place: u32 = letter < 0x61 ? letter - 0x41 + 32 : letter - 0x61;
  return (<u64>1) << place;
}

// @ts-ignore: decorator
@inline
function makes(letter: u8): bool {
  return (calls & bitOf(letter)) != 0;
}

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  const at = MEMORY + used;
  used += (size + 15) & ~15;
  return used <= 256 * 1024 ? at : 0;
}

export function proxy_on_vm_start(_root: u32, _size: u32): u32 {
  return 1;
}

export function proxy_on_configure(_root: u32, size: u32): u32 {
  used = 0;
  calls = 0;
  if (size == 0) return 1;
  if (proxy_get_buffer_bytes(7, 0, size, OUT, OUT + 4) != 0) return 0;
  const text = <usize>load<u32>(OUT);
  for (let i: u32 = 0; i < size; i++) calls |= bitOf(load<u8>(text + <usize>i));
  return 1;
}

export function proxy_on_context_create(_context: u32, _parent: u32): void {}

export function proxy_on_request_headers(_context: u32, _headers: u32, _end: u32): u32 {
  used = 0;
  if (makes(0x70)) proxy_get_header_map_pairs(0, OUT, OUT + 4);
  if (makes(0x76)) proxy_get_header_map_value(0, NAME, NAME_LENGTH, OUT, OUT + 4);
  if (makes(0x74)) proxy_get_current_time_nanoseconds(OUT + 8);
  if (makes(0x73)) proxy_set_property(KEY, KEY_LENGTH, KEY, KEY_LENGTH);
  if (makes(0x53)) proxy_set_property(OTHER_KEY, KEY_LENGTH, KEY, KEY_LENGTH);
  if (makes(0x72)) proxy_remove_header_map_value(0, NAME, NAME_LENGTH);
  if (makes(0x61)) proxy_add_header_map_value(0, KEY, KEY_LENGTH, KEY, KEY_LENGTH);
  return 0;
}

export function proxy_on_delete(_context: u32): void {}
