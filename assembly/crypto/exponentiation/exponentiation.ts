/**
 * Powers modulo an odd number, for RSA public keys, by the engine that is right and fastest here: fused multiply-adds (fused_montgomery.ts)
 * where relaxed SIMD has them, products of integers (montgomery.ts) where it rounds twice. A block holds what its own engine needs, and
 * says which that is.
 */
import * as fused from "./fused_montgomery";
import * as integer from "./montgomery";

export { MAX_MODULUS_LENGTH } from "./montgomery";

export const enum Engine {
  Undecided,
  Integer,
  Fused,
}

/** The engine of the keys to come: decided with the first. */
let engine: Engine = Engine.Undecided;

/** Both blocks leave this place: the engine that prepared it. */
const ENGINE: usize = 12;

/** For tests: takes the place of the decision for all keys that are prepared from now on. */
export function useEngine(which: Engine): void {
  engine = which;
}

/** The engine of the keys to come. */
export function chosenEngine(): Engine {
  if (engine == Engine.Undecided) engine = isFused() && agrees() ? Engine.Fused : Engine.Integer;
  return engine;
}

/** Bytes of the block of a modulus of `length` bytes. */
export function modulusBlockSize(length: u32): u32 {
  return chosenEngine() == Engine.Fused ? fused.modulusBlockSize(length) : integer.modulusBlockSize(length);
}

/** Length in bytes of a prepared modulus: at the same place for both. */
// @ts-ignore: decorator
@inline
export function modulusLength(block: usize): u32 {
  return integer.modulusLength(block);
}

/**
 * Prepares a modulus: `length` bytes big-endian at `modulus`, the first one not zero, odd, 2 to MAX_MODULUS_LENGTH bytes (the
 * caller has checked). Fills `block` (modulusBlockSize bytes, aligned to 16).
 */
export function prepareModulus(modulus: usize, length: u32, block: usize): void {
  const chosen = chosenEngine();
  if (chosen == Engine.Fused) fused.prepareModulus(modulus, length, block);
  else integer.prepareModulus(modulus, length, block);
  store<u32>(block, chosen, ENGINE);
}

/**
 * base^exponent mod n for an odd exponent above 1: `base` and `out` are modulusLength(block) bytes big-endian. False, and `out` untouched,
 * if base >= n (RFC 8017 §5.2.2 step 1).
 */
export function exponentiate(block: usize, base: usize, exponent: u64, out: usize): bool {
  return load<u32>(block, ENGINE) == Engine.Fused
    ? fused.exponentiate(block, base, exponent, out)
    : integer.exponentiate(block, base, exponent, out);
}

/** 1 + 2^-52 and -(1 + 2^-51), in memory, where no compiler reckons ahead. */
const OPERANDS = memory.data<u64>([0x3ff0000000000001, 0xbff0000000000002], 16);

/** (1 + 2^-52)² - (1 + 2^-51) is 2^-104 if it is rounded once, 0 if the square is rounded first. */
function isFused(): bool {
  const factor = v128.load_splat<u64>(OPERANDS);
  const result = f64x2.relaxed_madd(factor, factor, v128.load_splat<u64>(OPERANDS, 8));
  return i64x2.all_true(i64x2.eq(result, i64x2.splat(0x3970000000000000)));
}

/** Bytes of the modulus with which the engines are compared; a block of either engine is smaller than TRIAL_BLOCK_SIZE. */
const TRIAL_LENGTH: u32 = 128;
const TRIAL_BLOCK_SIZE: i32 = 640;

/** Whether both engines come to the same power of dense numbers: all that the fused one does is in it. */
function agrees(): bool {
  const numbers = memory.data(4 * <i32>TRIAL_LENGTH, 16);
  const block = memory.data(TRIAL_BLOCK_SIZE, 16);
  const base = numbers + TRIAL_LENGTH;
  const expected = base + TRIAL_LENGTH;
  const actual = expected + TRIAL_LENGTH;
  // Any numbers do (Knuth's multiplier), but the modulus is odd and above the base.
  let state: u64 = 1;
  for (let i: usize = 0; i < 2 * <usize>TRIAL_LENGTH; i++) {
    state = state * 6364136223846793005 + 1442695040888963407;
    store<u8>(numbers + i, <u8>(state >> 56));
  }
  store<u8>(numbers, 0xc5);
  store<u8>(base, 0x6b);
  store<u8>(base - 1, 0x9d);
  integer.prepareModulus(numbers, TRIAL_LENGTH, block);
  integer.exponentiate(block, base, 65537, expected);
  fused.prepareModulus(numbers, TRIAL_LENGTH, block);
  fused.exponentiate(block, base, 65537, actual);
  return memory.compare(expected, actual, TRIAL_LENGTH) == 0;
}
