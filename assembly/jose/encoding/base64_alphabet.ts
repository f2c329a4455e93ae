/** What the two alphabets of RFC 4648 §4 and §5 share. */

/** Value of a byte that is no character of the alphabet. */
export const INVALID: u32 = 0x80;

/** A table of 256 bytes: the values of letters and digits, INVALID elsewhere; the reader adds its own characters. */
export function lettersAndDigits(): usize {
  const table = heap.alloc(256);
  memory.fill(table, <u8>INVALID, 256);
  for (let i: usize = 0; i < 26; i++) {
    store<u8>(table + 0x41 + i, <u8>i);
    store<u8>(table + 0x61 + i, <u8>(26 + i));
  }
  for (let i: usize = 0; i < 10; i++) store<u8>(table + 0x30 + i, <u8>(52 + i));
  return table;
}
