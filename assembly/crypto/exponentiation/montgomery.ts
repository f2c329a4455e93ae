/**
 * Modular exponentiation for RSA public keys: Montgomery multiplication (Montgomery 1985; Koç, Acar, Kaliski 1996, "SOS") with
 * simd128. A number is an array of 28-bit limbs, least significant first, four u32 to a vector; products are summed in columns of u64
 * and carried only once, at the end:
 *
 *     operand    | a0 a1 a2 a3 | a4 a5 a6 a7 | …      u32, each < 2^28, L limbs, L a multiple of four; four zero limbs on both sides
 *     i64x2.extmul_low / _high of the splat of b0 and a vector of a
 *     columns    | t0  t1 | t2  t3 | t4  t5 | …       u64, each the sum of at most 2·L products < 2^56
 *
 * Four rows (b0…b3) are taken at a time: the vector of a that row r needs for the same four columns is the one that begins r limbs
 * earlier, an unaligned load, and a column is loaded and stored once for four products.
 *
 * R = 2^(28·L) > 4·n, so with inputs < 2·n every result is < 2·n again (Walter 1999) and nothing is subtracted until the end.
 * Nothing here is secret (signatures and public keys), so running time may depend on the values.
 */

const LIMB_BITS: u32 = 28;
const LIMB_MASK: u64 = (1 << 28) - 1;

/** Largest modulus, in bytes; what the scratch buffers are made for. */
export const MAX_MODULUS_LENGTH: u32 = 2048;
/** Limbs of such a modulus. */
const MAX_LIMBS: i32 = 588;
/** Up to so many limbs no column passes 2^64 (2·L·2^56). With more, all columns are carried after every CARRY_ROWS rows. */
const MAX_UNCARRIED_LIMBS: u32 = 124;
/** 2^28 + 64·2^57 < 2^64: the factor of a row of a square is doubled, so it has 29 bits. */
const CARRY_ROWS: usize = 64;

/** Zero limbs in front of and behind each operand, in bytes: rows 1 to 3 read up to three limbs outside. */
const PAD: usize = 16;

/*
 * A prepared modulus ("block"), offsets in bytes:
 *   0  u32 length of the modulus in bytes, without leading zeros
 *   4  u32 L
 *   8  u32 -1/n mod 2^28
 *  16  16 zero bytes, L limbs of n, 16 zero bytes, L limbs of R² mod n, 16 zero bytes
 */
const LENGTH: usize = 0;
const LIMBS: usize = 4;
const N0_INVERSE: usize = 8;
const MODULUS: usize = 16 + PAD;

const OPERAND_SIZE: i32 = 16 + 4 * MAX_LIMBS + 16;
const BASE = memory.data(OPERAND_SIZE, 16) + PAD;
const POWER = memory.data(OPERAND_SIZE, 16) + PAD;
/** The base in Montgomery form. */
const FACTOR = memory.data(OPERAND_SIZE, 16) + PAD;
/** Squaring: the limbs above the rows at hand, the rest zero. */
const UPPER = memory.data(OPERAND_SIZE, 16) + PAD;
/** 2·L columns, and four that the last rows' vectors reach into. */
const COLUMNS_SIZE: i32 = 8 * (2 * MAX_LIMBS + 4);
const COLUMNS = memory.data(COLUMNS_SIZE, 16);

/** Limbs for a modulus of `length` bytes: R > 4·n, rounded up to a vector. */
// @ts-ignore: decorator
@inline
function limbsFor(length: u32): u32 {
  return ((length * 8 + 2 + LIMB_BITS - 1) / LIMB_BITS + 3) & ~3;
}

/** Bytes of the block of a modulus of `length` bytes. */
export function modulusBlockSize(length: u32): u32 {
  return <u32>MODULUS + 8 * limbsFor(length) + 2 * <u32>PAD;
}

/** Length in bytes of a prepared modulus. */
// @ts-ignore: decorator
@inline
export function modulusLength(block: usize): u32 {
  return load<u32>(block, LENGTH);
}

// @ts-ignore: decorator
@inline
function rSquared(block: usize): usize {
  return block + MODULUS + 4 * <usize>load<u32>(block, LIMBS) + PAD;
}

/**
 * Prepares a modulus: `length` bytes big-endian at `modulus`, the first one not zero, odd, 2 to MAX_MODULUS_LENGTH bytes (the
 * caller has checked). Fills `block` (modulusBlockSize bytes, aligned to 16).
 */
export function prepareModulus(modulus: usize, length: u32, block: usize): void {
  const limbs = limbsFor(length);
  memory.fill(block, 0, modulusBlockSize(length));
  store<u32>(block, length, LENGTH);
  store<u32>(block, limbs, LIMBS);
  const n = block + MODULUS;
  limbsFromBytes(n, limbs, modulus, length);
  store<u32>(block, negativeInverse(load<u32>(n)), N0_INVERSE);
  // R² mod n = Montgomery form of R. Doubling 1 modulo n up to 2^c·R, c = 28·L / 16 = 7·L/4, gives the Montgomery form of 2^c; four
  // Montgomery squarings make it that of 2^(16·c) = R.
  const r = rSquared(block);
  // Start at 2^(8·(length-1)) < n.
  const start: u32 = 8 * (length - 1);
  store<u32>(r + 4 * <usize>(start / LIMB_BITS), 1 << (start % LIMB_BITS));
  const target: u32 = LIMB_BITS * limbs + 7 * (limbs >> 2);
  for (let i = start; i < target; i++) doubleModulo(r, n, limbs);
  for (let i = 0; i < 4; i++) montgomerySquare(r, r, block);
}

/** -1/n mod 2^28, n odd: Newton, each step doubles the number of right bits (3 at the start). */
function negativeInverse(n: u32): u32 {
  let x = n;
  for (let i = 0; i < 4; i++) x *= 2 - n * x;
  return (0 - x) & (<u32>LIMB_MASK);
}

/** x = 2·x mod n for x < n. */
function doubleModulo(x: usize, n: usize, limbs: u32): void {
  let carry: u32 = 0;
  for (let i: usize = 0; i < <usize>limbs; i++) {
    const twice = (load<u32>(x + 4 * i) << 1) | carry;
    store<u32>(x + 4 * i, twice & (<u32>LIMB_MASK));
    carry = twice >> LIMB_BITS;
  }
  subtractOnce(x, n, limbs);
}

/** x = x - n if x >= n. */
function subtractOnce(x: usize, n: usize, limbs: u32): void {
  let i = <usize>limbs;
  while (i != 0) {
    i--;
    const a = load<u32>(x + 4 * i);
    const b = load<u32>(n + 4 * i);
    if (a > b) break;
    if (a < b) return;
  }
  let borrow: i32 = 0;
  for (i = 0; i < <usize>limbs; i++) {
    const difference = <i32>load<u32>(x + 4 * i) - <i32>load<u32>(n + 4 * i) + borrow;
    store<u32>(x + 4 * i, (<u32>difference) & (<u32>LIMB_MASK));
    borrow = difference >> 31;
  }
}

/** `length` bytes big-endian at `bytes` as `limbs` limbs at `x`. */
function limbsFromBytes(x: usize, limbs: u32, bytes: usize, length: u32): void {
  let at = <usize>length;
  let held: u64 = 0;
  let bits: u64 = 0;
  for (let i: usize = 0; i < <usize>limbs; i++) {
    while (bits < 28 && at != 0) {
      at--;
      held |= (<u64>load<u8>(bytes + at)) << bits;
      bits += 8;
    }
    store<u32>(x + 4 * i, <u32>(held & LIMB_MASK));
    held >>= 28;
    bits = bits > 28 ? bits - 28 : 0;
  }
}

/** The reverse: `length` bytes big-endian to `bytes`. */
function bytesFromLimbs(bytes: usize, length: u32, x: usize): void {
  let at = <usize>length;
  let held: u64 = 0;
  let bits: u64 = 0;
  while (at != 0) {
    if (bits < 8) {
      held |= (<u64>load<u32>(x)) << bits;
      bits += 28;
      x += 4;
    }
    at--;
    store<u8>(bytes + at, <u8>held);
    held >>= 8;
    bits -= 8;
  }
}

/**
 * base^exponent mod n for an odd exponent above 1, bit by bit from the top: `base` and `out` are modulusLength(block) bytes big-endian.
 * False, and `out` untouched, if base >= n (RFC 8017 §5.2.2 step 1).
 */
export function exponentiate(block: usize, base: usize, exponent: u64, out: usize): bool {
  const limbs = load<u32>(block, LIMBS);
  const length = modulusLength(block);
  const n = block + MODULUS;
  limbsFromBytes(BASE, limbs, base, length);
  store<v128>(BASE + 4 * <usize>limbs, i32x4.splat(0));
  if (!isLess(BASE, n, limbs)) return false;
  montgomeryMultiply(POWER, BASE, rSquared(block), block);
  memory.copy(FACTOR, POWER, 4 * <usize>limbs);
  store<v128>(FACTOR + 4 * <usize>limbs, i32x4.splat(0));
  for (let bit: i64 = 62 - clz(exponent); bit > 0; bit--) {
    montgomerySquare(POWER, POWER, block);
    if (((exponent >> bit) & 1) != 0) montgomeryMultiply(POWER, POWER, FACTOR, block);
  }
  montgomerySquare(POWER, POWER, block);
  // The last bit is set. One factor in Montgomery form, the other not: the product is the plain number, no conversion back.
  montgomeryMultiply(POWER, POWER, BASE, block);
  subtractOnce(POWER, n, limbs);
  bytesFromLimbs(out, length, POWER);
  return true;
}

function isLess(x: usize, n: usize, limbs: u32): bool {
  let i = <usize>limbs;
  while (i != 0) {
    i--;
    const a = load<u32>(x + 4 * i);
    const b = load<u32>(n + 4 * i);
    if (a != b) return a < b;
  }
  return false;
}

/** out = x·y/R mod n, below 2·n; x and y below 2·n, `y` with zero limbs on both sides. `out` may be x or y. */
function montgomeryMultiply(out: usize, x: usize, y: usize, block: usize): void {
  const limbs = load<u32>(block, LIMBS);
  memory.fill(COLUMNS, 0, 8 * (2 * limbs + 4));
  for (let i: usize = 0; i < <usize>limbs; i += 4) {
    if (limbs > MAX_UNCARRIED_LIMBS && i % CARRY_ROWS == 0) carryColumns(COLUMNS, limbs);
    const rows = x + 4 * i;
    addRows(
      COLUMNS + 8 * i,
      y,
      4 * <usize>limbs,
      load<u32>(rows),
      load<u32>(rows, 4),
      load<u32>(rows, 8),
      load<u32>(rows, 12),
    );
  }
  reduce(out, block, limbs);
}

/** out = x²/R mod n, below 2·n; x below 2·n. `out` may be x. Half the products of a multiplication. */
function montgomerySquare(out: usize, x: usize, block: usize): void {
  const limbs = load<u32>(block, LIMBS);
  memory.fill(COLUMNS, 0, 8 * (2 * limbs + 4));
  const end: usize = (<usize>limbs) << 2;
  memory.fill(UPPER, 0, end + PAD);
  // From the top: UPPER holds the limbs above the four at hand, which count twice; the four by themselves are done by hand.
  let i = end;
  while (i != 0) {
    i -= 16;
    if (limbs > MAX_UNCARRIED_LIMBS && i % (4 * CARRY_ROWS) == 0) carryColumns(COLUMNS, limbs);
    const a = <u64>load<u32>(x + i);
    const b = <u64>load<u32>(x + i, 4);
    const c = <u64>load<u32>(x + i, 8);
    const d = <u64>load<u32>(x + i, 12);
    const a2 = a << 1;
    const b2 = b << 1;
    const c2 = c << 1;
    addRows(COLUMNS + 4 * i + 32, UPPER + i + 16, end - i - 16, <u32>a2, <u32>b2, <u32>c2, <u32>(d << 1));
    store<v128>(UPPER + i, load<v128>(x + i));
    const columns = COLUMNS + 4 * i;
    store<u64>(columns, load<u64>(columns) + a * a);
    store<u64>(columns, load<u64>(columns, 8) + a2 * b, 8);
    store<u64>(columns, load<u64>(columns, 16) + a2 * c + b * b, 16);
    store<u64>(columns, load<u64>(columns, 24) + a2 * d + b2 * c, 24);
    store<u64>(columns, load<u64>(columns, 32) + b2 * d + c * c, 32);
    store<u64>(columns, load<u64>(columns, 40) + c2 * d, 40);
    store<u64>(columns, load<u64>(columns, 48) + d * d, 48);
  }
  reduce(out, block, limbs);
}

/** columns += y·(x0 + x1·2^28 + x2·2^56 + x3·2^84), y of `size` bytes (a multiple of 16) with zero limbs on both sides. */
// @ts-ignore: decorator
@inline
function addRows(columns: usize, y: usize, size: usize, x0: u32, x1: u32, x2: u32, x3: u32): void {
  const s0 = i32x4.splat(x0);
  const s1 = i32x4.splat(x1);
  const s2 = i32x4.splat(x2);
  const s3 = i32x4.splat(x3);
  // From the earliest vector on, so that all offsets are constants of the load instructions.
  y -= 12;
  const end = y + size;
  for (; y <= end; y += 16, columns += 32) {
    const y0 = load<v128>(y, 12);
    const y1 = load<v128>(y, 8);
    const y2 = load<v128>(y, 4);
    const y3 = load<v128>(y);
    store<v128>(
      columns,
      i64x2.add(
        i64x2.add(
          load<v128>(columns),
          i64x2.add(i64x2.extmul_low_i32x4_u(s0, y0), i64x2.extmul_low_i32x4_u(s1, y1)),
        ),
        i64x2.add(i64x2.extmul_low_i32x4_u(s2, y2), i64x2.extmul_low_i32x4_u(s3, y3)),
      ),
    );
    store<v128>(
      columns,
      i64x2.add(
        i64x2.add(
          load<v128>(columns, 16),
          i64x2.add(i64x2.extmul_high_i32x4_u(s0, y0), i64x2.extmul_high_i32x4_u(s1, y1)),
        ),
        i64x2.add(i64x2.extmul_high_i32x4_u(s2, y2), i64x2.extmul_high_i32x4_u(s3, y3)),
      ),
      16,
    );
  }
}

/** out = COLUMNS/R mod n: multiples of n make the lower L columns zero, four at a time; the upper L are carried into `out`. */
function reduce(out: usize, block: usize, limbs: u32): void {
  const n = block + MODULUS;
  const inverse = <u64>load<u32>(block, N0_INVERSE);
  const n0 = <u64>load<u32>(n);
  const n1 = <u64>load<u32>(n, 4);
  const n2 = <u64>load<u32>(n, 8);
  const n3 = <u64>load<u32>(n, 12);
  const size: usize = (<usize>limbs) << 2;
  for (let columns = COLUMNS; columns < COLUMNS + 2 * size; columns += 32) {
    if (limbs > MAX_UNCARRIED_LIMBS && (columns - COLUMNS) % (8 * CARRY_ROWS) == 0)
      carryColumns(columns, limbs);
    let t = load<u64>(columns);
    const q0 = (t * inverse) & LIMB_MASK;
    t = ((t + q0 * n0) >> 28) + load<u64>(columns, 8) + q0 * n1;
    const q1 = (t * inverse) & LIMB_MASK;
    t = ((t + q1 * n0) >> 28) + load<u64>(columns, 16) + q0 * n2 + q1 * n1;
    const q2 = (t * inverse) & LIMB_MASK;
    t = ((t + q2 * n0) >> 28) + load<u64>(columns, 24) + q0 * n3 + q1 * n2 + q2 * n1;
    const q3 = (t * inverse) & LIMB_MASK;
    t = (t + q3 * n0) >> 28;
    store<u64>(columns, load<u64>(columns, 32) + t, 32);
    addRows(columns + 32, n + 16, size - 16, <u32>q0, <u32>q1, <u32>q2, <u32>q3);
  }
  let carry: u64 = 0;
  const upper = COLUMNS + 2 * size;
  for (let i: usize = 0; i < size; i += 4) {
    carry += load<u64>(upper + 2 * i);
    store<u32>(out + i, <u32>(carry & LIMB_MASK));
    carry >>= 28;
  }
}

/** Carries the columns from `column` on, so that each is below 2^28 again. */
function carryColumns(column: usize, limbs: u32): void {
  let carry: u64 = 0;
  const end = COLUMNS + 16 * <usize>limbs;
  for (; column < end; column += 8) {
    carry += load<u64>(column);
    store<u64>(column, carry & LIMB_MASK);
    carry >>= 28;
  }
}
