/**
 * Sums of products by fused multiply-adds of doubles, two to a vector (relaxed SIMD). A product p of two limbs (fused_limbs.ts; |p| <=
 * 2^102) is split without loss by the way that doubles round (Emmart, Zheng and Weems 2018 have the like for rounding towards zero):
 *
 *     high = fma(a, b, HIGH)              HIGH = 3·2^102: an ulp is 2^51 up to 2^104, so high = HIGH + m·2^51, m = p / 2^51 rounded
 *     low  = fma(a, b, SPLIT - high)      SPLIT = HIGH + 3·2^51: low = LOW + (p - m·2^51), LOW = 3·2^51, |p - m·2^51| <= 2^50, an ulp is 1
 *
 * SPLIT - high = (3 - m)·2^51 and low need no rounding. All values of `high` have one exponent, and all of `low` (2^104, where the exponent
 * changes, continues the pattern): taken for integers, their bits are those of HIGH plus m, and those of LOW plus the rest. Columns sum these
 * bits modulo 2^64 and start from what takes the bits of HIGH and LOW away again:
 *
 *     columns    | low0 low1 | high0 high1 | low2 low3 | high2 high3 | …     i64; the number is the sum of (low_c + 2^51·high_c)·2^(52·c)
 *
 * A column gets 2·L products at most, so what is left is below 2·L·2^51 < 2^61 for the largest modulus: no carry before the end.
 */
import { HALF, LIMB_BITS, LIMB_MASK, MAX_LIMBS } from "./fused_limbs";

/** Bits of 3·2^102, 3·2^102 + 3·2^51 and 3·2^51. */
const HIGH_BITS: i64 = 0x4668000000000000;
const SPLIT_BITS: i64 = 0x4668000000000003;
const LOW_BITS: i64 = 0x4338000000000000;

/** 2·L columns. */
const COLUMNS_SIZE: i32 = 32 * MAX_LIMBS;
export const COLUMNS = memory.data(COLUMNS_SIZE, 16);
/** What the columns of a product and of a square start from, for operands of `startsSize` bytes. */
export const PRODUCT_START = memory.data(COLUMNS_SIZE, 16);
export const SQUARE_START = memory.data(COLUMNS_SIZE, 16);
let startsSize: usize = 0;

/** Carries columns into limbs at `out`, `size` bytes of them. */
export function carryColumns(out: usize, columns: usize, size: usize, carry: i64): void {
  for (const end = out + size; out < end; out += 32, columns += 64) carry = carryFour(out, columns, carry);
}

/** Carries four columns into limbs at `out`; answers what goes on to the next column. */
// @ts-ignore: decorator
@inline
export function carryFour(out: usize, columns: usize, carry: i64): i64 {
  const high0 = load<i64>(columns, 16);
  const high1 = load<i64>(columns, 24);
  const high2 = load<i64>(columns, 48);
  const high3 = load<i64>(columns, 56);
  const t0 = load<i64>(columns) + ((high0 & 1) << 51) + HALF + carry;
  const t1 = load<i64>(columns, 8) + ((high1 & 1) << 51) + HALF + (high0 >> 1) + (t0 >> LIMB_BITS);
  const t2 = load<i64>(columns, 32) + ((high2 & 1) << 51) + HALF + (high1 >> 1) + (t1 >> LIMB_BITS);
  const t3 = load<i64>(columns, 40) + ((high3 & 1) << 51) + HALF + (high2 >> 1) + (t2 >> LIMB_BITS);
  store<f64>(out, digitOf(t0));
  store<f64>(out, digitOf(t1), 8);
  store<f64>(out, digitOf(t2), 16);
  store<f64>(out, digitOf(t3), 24);
  return (t3 >> LIMB_BITS) + (high3 >> 1);
}

/** The lower 52 bits less 2^51, by way of the bits of LOW. */
// @ts-ignore: decorator
@inline
function digitOf(t: i64): f64 {
  return reinterpret<f64>((t & LIMB_MASK) + (LOW_BITS - HALF)) - reinterpret<f64>(LOW_BITS);
}

/** Starts a pair of columns such that so many products in each are without the bits of HIGH and LOW. */
export function startPair(columns: usize, pair: usize, products: i64): void {
  store<v128>(columns + 32 * pair, i64x2.splat(-products * LOW_BITS));
  store<v128>(columns + 32 * pair, i64x2.splat(-products * HIGH_BITS), 16);
}

/** COLUMNS = start. */
export function startColumns(size: usize, start: usize): void {
  if (startsSize != size) fillStarts(size);
  memory.copy(COLUMNS, start, 4 * size);
}

/** Counts the products that a column will have seen when it is read: addRows adds four to each column of L/4 + 1 blocks of four. */
function fillStarts(size: usize): void {
  startsSize = size;
  const m = <i64>(size >> 5);
  for (let b: i64 = 0; b < 2 * m; b++) {
    const beyond = max(0, b - m);
    const products = min(b, m - 1) - beyond + 1;
    const folds = min(b, m - max(1, beyond) + 1);
    // Rows of a square begin at the odd blocks; what they sum is doubled.
    const above = min((b - 1) >> 1, m - 2) - beyond + 1;
    for (let pair = 2 * b; pair < 2 * b + 2; pair++) {
      startPair(PRODUCT_START, <usize>pair, 4 * (products + folds));
      // Of the four neighbours: 2, 4, 3 and 1 products in the pairs of columns.
      const near = (pair & 3) == 0 ? 2 : (pair & 3) == 1 ? 4 : (pair & 3) == 2 ? 3 : 1;
      const count = 8 * above + near + 4 * folds;
      store<v128>(SQUARE_START + 32 * <usize>pair, i64x2.splat(-count * (LOW_BITS >> 1)));
      store<v128>(SQUARE_START + 32 * <usize>pair, i64x2.splat(-count * (HIGH_BITS >> 1)), 16);
    }
  }
}

/** columns += y·(x0 + x1·2^52 + x2·2^104 + x3·2^156) for the four limbs at x and y of `size` bytes (a multiple of 32) with zero limbs on both sides. */
export function addRows(columns: usize, y: usize, size: usize, x: usize): void {
  const x0 = v128.load_splat<f64>(x);
  const x1 = v128.load_splat<f64>(x, 8);
  const x2 = v128.load_splat<f64>(x, 16);
  const x3 = v128.load_splat<f64>(x, 24);
  addFirstRows(columns, y, x0, x1, x2, x3);
  addLastRows(columns, y, size, x0, x1, x2, x3);
}

/** The first four columns of addRows. */
// @ts-ignore: decorator
@inline
export function addFirstRows(columns: usize, y: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  // From the earliest vector on, so that all offsets are constants of the load instructions.
  y -= 8;
  addTwo(columns, 1, 2, x0, load<v128>(y, 8), x1, load<v128>(y));
  addFour(
    columns + 32,
    1,
    x0,
    load<v128>(y, 24),
    x1,
    load<v128>(y, 16),
    x2,
    load<v128>(y, 8),
    x3,
    load<v128>(y),
  );
}

/** The others. */
// @ts-ignore: decorator
@inline
export function addLastRows(
  columns: usize,
  y: usize,
  size: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
): void {
  const end = y + size - 24;
  columns += 64;
  for (y += 8; y < end; y += 16, columns += 32) {
    addFour(
      columns,
      1,
      x0,
      load<v128>(y, 24),
      x1,
      load<v128>(y, 16),
      x2,
      load<v128>(y, 8),
      x3,
      load<v128>(y),
    );
  }
  addThree(columns, 1, 1, x1, load<v128>(y, 16), x2, load<v128>(y, 8), x3, load<v128>(y));
  addOne(columns + 32, 1, 3, x3, load<v128>(y, 16));
}

/** A pair of columns times `factor`, plus two products and as many of zero as `absent` says. */
// @ts-ignore: decorator
@inline
export function addTwo(
  columns: usize,
  factor: i32,
  absent: i64,
  x0: v128,
  y0: v128,
  x1: v128,
  y1: v128,
): void {
  const high0 = highOf(x0, y0);
  const high1 = highOf(x1, y1);
  addHigh(columns, factor, absent, i64x2.add(high0, high1));
  addLow(columns, factor, absent, i64x2.add(lowOf(x0, y0, high0), lowOf(x1, y1, high1)));
}

// @ts-ignore: decorator
@inline
export function addOne(columns: usize, factor: i32, absent: i64, x0: v128, y0: v128): void {
  const high0 = highOf(x0, y0);
  addHigh(columns, factor, absent, high0);
  addLow(columns, factor, absent, lowOf(x0, y0, high0));
}

// @ts-ignore: decorator
@inline
export function addThree(
  columns: usize,
  factor: i32,
  absent: i64,
  x0: v128,
  y0: v128,
  x1: v128,
  y1: v128,
  x2: v128,
  y2: v128,
): void {
  const high0 = highOf(x0, y0);
  const high1 = highOf(x1, y1);
  const high2 = highOf(x2, y2);
  addHigh(columns, factor, absent, i64x2.add(i64x2.add(high0, high1), high2));
  addLow(
    columns,
    factor,
    absent,
    i64x2.add(i64x2.add(lowOf(x0, y0, high0), lowOf(x1, y1, high1)), lowOf(x2, y2, high2)),
  );
}

// @ts-ignore: decorator
@inline
export function addFour(
  columns: usize,
  factor: i32,
  x0: v128,
  y0: v128,
  x1: v128,
  y1: v128,
  x2: v128,
  y2: v128,
  x3: v128,
  y3: v128,
): void {
  const high0 = highOf(x0, y0);
  const high1 = highOf(x1, y1);
  const high2 = highOf(x2, y2);
  const high3 = highOf(x3, y3);
  addHigh(columns, factor, 0, i64x2.add(i64x2.add(high0, high1), i64x2.add(high2, high3)));
  addLow(
    columns,
    factor,
    0,
    i64x2.add(
      i64x2.add(lowOf(x0, y0, high0), lowOf(x1, y1, high1)),
      i64x2.add(lowOf(x2, y2, high2), lowOf(x3, y3, high3)),
    ),
  );
}

// @ts-ignore: decorator
@inline
function highOf(x: v128, y: v128): v128 {
  return f64x2.relaxed_madd(x, y, i64x2.splat(HIGH_BITS));
}

// @ts-ignore: decorator
@inline
function lowOf(x: v128, y: v128, high: v128): v128 {
  return f64x2.relaxed_madd(x, y, f64x2.sub(i64x2.splat(SPLIT_BITS), high));
}

// @ts-ignore: decorator
@inline
function addHigh(columns: usize, factor: i32, absent: i64, sum: v128): void {
  if (absent != 0) sum = i64x2.add(sum, i64x2.splat(absent * HIGH_BITS));
  let column = load<v128>(columns, 16);
  if (factor == 2) column = i64x2.add(column, column);
  store<v128>(columns, i64x2.add(column, sum), 16);
}

// @ts-ignore: decorator
@inline
function addLow(columns: usize, factor: i32, absent: i64, sum: v128): void {
  if (absent != 0) sum = i64x2.add(sum, i64x2.splat(absent * LOW_BITS));
  let column = load<v128>(columns);
  if (factor == 2) column = i64x2.add(column, column);
  store<v128>(columns, i64x2.add(column, sum));
}
