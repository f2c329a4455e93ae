/**
 * Modular exponentiation as montgomery.ts has it, by fused multiply-adds: measured, less than half the time. Fusing is what the instruction
 * may do, not what it must: exponentiation.ts tries it before this engine is used.
 *
 * Reduction: with F = (1 + k·n) / 2^208, k = -1/n mod 2^208, the four digits q at the bottom of a sum t are as much modulo n as q·F four
 * digits higher, and all four are known at once. That would leave up to 2^207·F, so the last four are Montgomery's: t + (t·k mod 2^208)·n.
 *
 * Digits and limbs are signed: |k| and |q| are at most 2^207·(1 + 2^-51), so |F| is half of n. R = 2^(52·L) > 8·n. So |x|, |y| <= n gives a
 * result of at most n²/R + F/2 + n/2 < n/8 + n/4 + n/2 (and some 2^-50·n), less than n, and nothing is subtracted.
 */
import {
  COLUMNS,
  PRODUCT_START,
  SQUARE_START,
  addFirstRows,
  addFour,
  addLastRows,
  addOne,
  addRows,
  addThree,
  addTwo,
  carryColumns,
  carryFour,
  startColumns,
  startPair,
} from "./fused_columns";
import {
  LIMB_BITS,
  MAX_LIMBS,
  addMultiple,
  bytesFromLimbs,
  isLess,
  isNegative,
  limbsFromBytes,
} from "./fused_limbs";

/** Two zero limbs in front of and behind each second operand: vectors reach one limb out. */
const PAD: usize = 16;

/*
 * A prepared modulus ("block"), offsets in bytes:
 *   0  u32 length of the modulus in bytes
 *   4  u32 L
 *  16  16 zero bytes, four limbs of k, 16 zero bytes,
 *  80  L limbs of n, 16 zero bytes, L limbs of F, 16 zero bytes, L limbs of R² mod n, 16 zero bytes
 */
const LENGTH: usize = 0;
const LIMBS: usize = 4;
const NEGATIVE_INVERSE: usize = 16 + PAD;
const MODULUS: usize = NEGATIVE_INVERSE + 32 + PAD;

const OPERAND_SIZE: i32 = 16 + 8 * MAX_LIMBS + 16;
const BASE = memory.data(OPERAND_SIZE, 16) + PAD;
const POWER = memory.data(OPERAND_SIZE, 16) + PAD;
/** The base in Montgomery form. */
const FACTOR = memory.data(OPERAND_SIZE, 16) + PAD;
/** Squaring: the limbs above the rows at hand, the rest zero. */
const UPPER = memory.data(OPERAND_SIZE, 16) + PAD;
/** Four digits that are about to go. */
const DIGITS = memory.data(32, 16);
/** Columns for a product of four limbs. */
const LOWER = memory.data(128, 16);

/** Limbs for a modulus of `length` bytes: R > 8·n, rounded up to four. */
// @ts-ignore: decorator
@inline
function limbsFor(length: u32): u32 {
  return ((length * 8 + 3 + LIMB_BITS - 1) / LIMB_BITS + 3) & ~3;
}

/** Bytes of the block of a modulus of `length` bytes. */
export function modulusBlockSize(length: u32): u32 {
  return <u32>MODULUS + 3 * (8 * limbsFor(length) + <u32>PAD);
}

// @ts-ignore: decorator
@inline
function foldLimbs(block: usize): usize {
  return block + MODULUS + 8 * <usize>load<u32>(block, LIMBS) + PAD;
}

// @ts-ignore: decorator
@inline
function rSquared(block: usize): usize {
  return block + MODULUS + 2 * (8 * <usize>load<u32>(block, LIMBS) + PAD);
}

/** As montgomery.ts has it. */
export function prepareModulus(modulus: usize, length: u32, block: usize): void {
  const limbs = limbsFor(length);
  memory.fill(block, 0, modulusBlockSize(length));
  store<u32>(block, length, LENGTH);
  store<u32>(block, limbs, LIMBS);
  const n = block + MODULUS;
  limbsFromBytes(n, limbs, modulus, length);
  const inverse = block + NEGATIVE_INVERSE;
  negativeInverse(inverse, n);
  // F.
  for (let pair: usize = 0; pair < ((<usize>limbs) >> 1) + 2; pair++) startPair(COLUMNS, pair, 4);
  store<i64>(COLUMNS, load<i64>(COLUMNS) + 1);
  addRows(COLUMNS, n, 8 * <usize>limbs, inverse);
  carryColumns(foldLimbs(block), COLUMNS + 64, 8 * <usize>limbs, carryFour(DIGITS, COLUMNS, 0));
  // R² mod n = Montgomery form of R. Doubling 1 modulo n up to 2^c·R, c = 52·L / 16 = 13·L/4, gives the Montgomery form of 2^c; four
  // Montgomery squarings make it that of 2^(16·c) = R.
  const r = rSquared(block);
  // Start at 2^(8·(length-1)) < n.
  const start: u32 = 8 * (length - 1);
  store<f64>(r + 8 * <usize>(start / LIMB_BITS), <f64>((<u64>1) << (start % LIMB_BITS)));
  const target: u32 = LIMB_BITS * limbs + 13 * (limbs >> 2);
  for (let i = start; i < target; i++) addMultiple(r, 2, n, isNegative(r, limbs) ? 1 : -1, limbs);
  for (let i = 0; i < 4; i++) montgomerySquare(r, r, block);
}

/** k = -1/n mod 2^208, n odd: Newton, each step doubles the number of right bits (3 at the start, 52 and more when digits take over). */
function negativeInverse(out: usize, n: usize): void {
  const low = <u64>(<i64>load<f64>(n));
  let x = low;
  for (let i = 0; i < 5; i++) x *= 2 - low * x;
  store<f64>(out, <f64>(((<i64>x) << 12) >> 12));
  for (let i = 0; i < 2; i++) {
    multiplyLow(DIGITS, n, out);
    // The lowest digit is 1, so that of 2 - n·x is 1 too, and all of them are limbs.
    negateDigits(DIGITS);
    store<f64>(DIGITS, 1);
    multiplyLow(out, DIGITS, out);
  }
  negateDigits(out);
}

function negateDigits(x: usize): void {
  for (let i: usize = 0; i < 32; i += 8) store<f64>(x + i, -load<f64>(x + i));
}

/** out = x·y mod 2^208, of four limbs each, `y` with zero limbs on both sides. `out` may be x or y. */
function multiplyLow(out: usize, x: usize, y: usize): void {
  for (let pair: usize = 0; pair < 4; pair++) startPair(LOWER, pair, 4);
  addRows(LOWER, y, 32, x);
  carryFour(out, LOWER, 0);
}

/** As montgomery.ts has it. */
export function exponentiate(block: usize, base: usize, exponent: u64, out: usize): bool {
  const limbs = load<u32>(block, LIMBS);
  const length = load<u32>(block, LENGTH);
  const n = block + MODULUS;
  limbsFromBytes(BASE, limbs, base, length);
  store<v128>(BASE + 8 * <usize>limbs, i32x4.splat(0));
  if (!isLess(BASE, n, limbs)) return false;
  montgomeryMultiply(FACTOR, BASE, rSquared(block), block);
  store<v128>(FACTOR + 8 * <usize>limbs, i32x4.splat(0));
  let power = FACTOR;
  for (let bit: i64 = 62 - clz(exponent); bit > 0; bit--) {
    montgomerySquare(POWER, power, block);
    power = POWER;
    if (((exponent >> bit) & 1) != 0) montgomeryMultiply(POWER, POWER, FACTOR, block);
  }
  montgomerySquare(POWER, power, block);
  // The last bit is set. One factor in Montgomery form, the other not: the product is the plain number, no conversion back.
  montgomeryMultiply(POWER, POWER, BASE, block);
  if (isNegative(POWER, limbs)) addMultiple(POWER, 1, n, 1, limbs);
  bytesFromLimbs(out, length, POWER, limbs);
  return true;
}

/** out = x·y/R mod n; `y` with zero limbs on both sides. `out` may be x or y. */
function montgomeryMultiply(out: usize, x: usize, y: usize, block: usize): void {
  const size: usize = 8 * <usize>load<u32>(block, LIMBS);
  startColumns(size, PRODUCT_START);
  for (let i: usize = 0; i < size; i += 32) addRows(COLUMNS + 2 * i, y, size, x + i);
  reduce(out, block, size);
}

/** out = x²/R mod n. `out` may be x. Products of different limbs are made once and doubled, but for those of four neighbours. */
function montgomerySquare(out: usize, x: usize, block: usize): void {
  const size: usize = 8 * <usize>load<u32>(block, LIMBS);
  startColumns(size, SQUARE_START);
  memory.fill(UPPER, 0, size + PAD);
  // From the top: UPPER holds the limbs above the four at hand.
  for (let i = size - 32; i != 0; i -= 32) {
    store<v128>(UPPER + i, load<v128>(x + i));
    store<v128>(UPPER + i, load<v128>(x + i, 16), 16);
    addRows(COLUMNS + 4 * i - 64, UPPER + i, size - i, x + i - 32);
  }
  for (let i: usize = 0; i < size; i += 32) {
    const columns = COLUMNS + 4 * i;
    const x01 = load<v128>(x + i);
    const x23 = load<v128>(x + i, 16);
    const zero = f64x2.splat(0);
    const z0 = v128.shuffle<f64>(zero, x01, 0, 2);
    const x12 = v128.shuffle<f64>(x01, x23, 1, 2);
    const x3z = v128.shuffle<f64>(x23, zero, 1, 2);
    const x0 = v128.load_splat<f64>(x + i);
    const x1 = v128.load_splat<f64>(x + i, 8);
    const x2 = v128.load_splat<f64>(x + i, 16);
    const x3 = v128.load_splat<f64>(x + i, 24);
    addTwo(columns, 2, 0, x0, x01, x1, z0);
    addFour(columns + 32, 2, x0, x23, x1, x12, x2, x01, x3, z0);
    addThree(columns + 64, 2, 0, x1, x3z, x2, x23, x3, x12);
    addOne(columns + 96, 2, 0, x3, x3z);
  }
  reduce(out, block, size);
}

/** out = COLUMNS/R mod n: multiples of n make the lower L columns zero, four at a time; the upper L are carried into `out`. */
function reduce(out: usize, block: usize, size: usize): void {
  const f = foldLimbs(block);
  const last = COLUMNS + 2 * size - 64;
  let carry = carryFour(DIGITS, COLUMNS, 0);
  for (let columns = COLUMNS + 64; columns <= last; columns += 64) {
    const x0 = v128.load_splat<f64>(DIGITS);
    const x1 = v128.load_splat<f64>(DIGITS, 8);
    const x2 = v128.load_splat<f64>(DIGITS, 16);
    const x3 = v128.load_splat<f64>(DIGITS, 24);
    addFirstRows(columns, f, x0, x1, x2, x3);
    // The next digits are known, and ready by the time that the rows are done.
    carry = carryFour(DIGITS, columns, carry);
    addLastRows(columns, f, size, x0, x1, x2, x3);
  }
  startPair(last, 0, 4);
  startPair(last, 1, 4);
  for (let i: usize = 0; i < 16; i += 8) {
    store<i64>(last + i, load<i64>(last + i) + <i64>load<f64>(DIGITS + i));
    store<i64>(last + i, load<i64>(last + i, 32) + <i64>load<f64>(DIGITS + i, 16), 32);
  }
  multiplyLow(DIGITS, DIGITS, block + NEGATIVE_INVERSE);
  addRows(last, block + MODULUS, size, DIGITS);
  carry += carryFour(DIGITS, last, 0);
  carryColumns(out, COLUMNS + 2 * size, size, carry);
}
