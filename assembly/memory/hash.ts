/**
 * Hashing of byte spans for tables. Seeded once per VM from the host's clock, so that a client cannot prepare texts that all fall
 * into one slot; never a substitute for comparing the bytes.
 */
import { Span, spanAddress, spanLength } from "./span";

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

let seed: u64 = 0x243f6a8885a308d3;
/** Whitens the second word of each pair; secret like the seed, or a text with this word in it would fold all before it to nothing. */
let secret: u64 = 0x13198a2e03707344;

let seeded: bool = false;

/** Takes the first seed that it is given: tables that stand must be found again, and every plugin of a VM starts with this call. */
export function seedHash(value: u64): void {
  if (seeded) return;
  seeded = true;
  seed = mix(value ^ secret, MULTIPLIER);
  secret = mix(seed ^ secret, MULTIPLIER);
}

/** Low half xor high half of the 128-bit product: every input bit reaches every output bit. */
// @ts-ignore: decorator
@inline
function mix(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const middle2 = aLow * bHigh + (middle & 0xffffffff);
  return (a * b) ^ (aHigh * bHigh + (middle >> 32) + (middle2 >> 32));
}

export function hashBytes64(bytes: Span): u64 {
  const address = spanAddress(bytes);
  const length = <usize>spanLength(bytes);
  let hash = seed ^ (<u64>length * MULTIPLIER);
  let i: usize = 0;
  // Two words at a time, as wyhash folds them: one multiplication for both.
  for (; i + 16 <= length; i += 16)
    hash = mix(hash ^ load<u64>(address + i), load<u64>(address + i, 8) ^ secret);
  if (i + 8 <= length) {
    hash = mix(hash ^ load<u64>(address + i), MULTIPLIER);
    i += 8;
  }
  if (i < length) {
    let tail: u64 = 0;
    for (let shift: u64 = 0; i < length; i++, shift += 8) tail |= (<u64>load<u8>(address + i)) << shift;
    hash = mix(hash ^ tail, MULTIPLIER);
  }
  return mix(hash, seed | 1);
}

export function hashBytes(bytes: Span): u32 {
  const hash = hashBytes64(bytes);
  return <u32>(hash ^ (hash >> 32));
}
