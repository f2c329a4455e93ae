/**
 * Non-negative integers of up to 576 bits, as signatures, keys and curve parameters carry them: INTEGER_SIZE bytes, little-endian, the
 * last eight always zero, so that any window of bits can be taken by one 64-bit load. Between the field layouts and the scalar layout,
 * everything passes through this form.
 */

/** Bytes of an integer in memory. */
export const INTEGER_SIZE: u32 = 80;
/** Bytes of it that may be other than zero. */
const VALUE_SIZE: u32 = 72;
/** Bits of a value. */
export const INTEGER_BITS: u32 = 8 * VALUE_SIZE;

/**
 * Reads `length` big-endian bytes, leading zeros allowed without limit as in BoringSSL's BN_bin2bn. False, with `out` undefined, if the
 * value does not fit.
 */
export function integerFromBigEndian(out: usize, bytes: usize, length: u32): bool {
  while (length != 0 && load<u8>(bytes) == 0) {
    bytes++;
    length--;
  }
  if (length > VALUE_SIZE) return false;
  memory.fill(out, 0, INTEGER_SIZE);
  for (let i: usize = 0; i < <usize>length; i++) store<u8>(out + i, load<u8>(bytes + <usize>length - 1 - i));
  return true;
}

/** Reads `length` (at most 72) little-endian bytes. */
export function integerFromLittleEndian(out: usize, bytes: usize, length: u32): void {
  memory.fill(out, 0, INTEGER_SIZE);
  memory.copy(out, bytes, min(length, VALUE_SIZE));
}

/** Bits [from, from + width) of an integer; width at most 57, from + width at most 640. */
// @ts-ignore: decorator
@inline
export function integerBits(integer: usize, from: u32, width: u32): u64 {
  return (load<u64>(integer + <usize>(from >> 3)) >> (from & 7)) & (((<u64>1) << width) - 1);
}

/** Sets bits [from, from + width) of an integer whose bits from `from` on are zero; width at most 57. */
// @ts-ignore: decorator
@inline
export function integerAppendBits(integer: usize, from: u32, bits: u64): void {
  const at = integer + <usize>(from >> 3);
  store<u64>(at, load<u64>(at) | (bits << (from & 7)));
}

export function integerIsZero(integer: usize): bool {
  let bits: u64 = 0;
  for (let i: usize = 0; i < <usize>INTEGER_SIZE; i += 8) bits |= load<u64>(integer + i);
  return bits == 0;
}

/** Less than zero, zero, more than zero as a < b, a = b, a > b. */
export function integerCompare(a: usize, b: usize): i32 {
  for (let i: usize = <usize>INTEGER_SIZE; i != 0; i -= 8) {
    const ai = load<u64>(a + i - 8);
    const bi = load<u64>(b + i - 8);
    if (ai != bi) return ai < bi ? -1 : 1;
  }
  return 0;
}

/** out = a + b; the caller knows that the sum fits. `out` may be `a` or `b`. */
export function integerAdd(out: usize, a: usize, b: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < <usize>INTEGER_SIZE; i += 4) {
    carry += <u64>load<u32>(a + i) + <u64>load<u32>(b + i);
    store<u32>(out + i, <u32>carry);
    carry >>= 32;
  }
}

/** Shifts an integer right by `count` bits, less than 8. */
export function integerShiftRight(integer: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>VALUE_SIZE; i++)
    store<u8>(integer + i, <u8>((<u32>load<u16>(integer + i)) >> count));
}
