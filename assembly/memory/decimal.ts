/** Numbers in decimal. */

/** Digits of the largest u64. */
export const MOST_DIGITS: usize = 20;

/** Writes a number; answers the address behind it. There must be room for `MOST_DIGITS`, or for as many as it has. */
export function putUnsigned(at: usize, value: u64): usize {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest /= 10) end++;
  let rest = value;
  for (let digit = end; digit > at; rest /= 10) store<u8>(--digit, <u8>(0x30 + (rest % 10)));
  return end;
}
