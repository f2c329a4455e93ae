/** Limbs of 28 bits, as the fields with columns in memory have them (P-384, P-521). */

export const LIMB_BITS: i64 = 28;
export const MASK: i64 = (1 << LIMB_BITS) - 1;
/** Half a limb: what balanced carrying adds before it splits, so that limbs come out in [-HALF, HALF). */
const HALF: i64 = 1 << (LIMB_BITS - 1);

/**
 * Stores columns as balanced limbs, all but the top one of `limbs`, which is what is left.
 * @param columns address of the lowest, i64 each
 * @param carry into the lowest
 * @param c an element whose limbs but the top one are added; 0: none
 * @returns the carry into the top limb
 */
// @ts-ignore: decorator
@inline
export function storeBalanced(out: usize, columns: usize, limbs: usize, carry: i64, c: usize): i64 {
  for (let i: usize = 0; i < limbs - 1; i++) {
    let column = load<i64>(columns + 8 * i) + carry + HALF;
    if (c != 0) column += <i64>load<i32>(c + 4 * i);
    carry = column >> LIMB_BITS;
    store<i32>(out + 4 * i, <i32>((column & MASK) - HALF));
  }
  return carry;
}
