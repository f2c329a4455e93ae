/**
 * Tables of multiples of one point, so that k * P costs few doublings: k is cut into pieces of `pieceBits` bits, and the digits of piece
 * i (recoding.ts) are looked up among the odd multiples of 2^(pieceBits * i) * P. All pieces share the doublings of one.
 *
 * A table holds, for each piece, 2^(window - 2) affine points (the multiples 1, 3, 5, ...), x then y, as carried field elements.
 */
import { DENOMINATORS, invertDenominators } from "../field/batch_inverse";
import { Curve, generatorX, generatorY } from "./curve";
import { addToPoint, doublePoint, setPoint, storePoint } from "./curve_point";
import { MAX_ELEMENT_SIZE, copyElement, elementSize, multiply, square } from "../field/prime_field";
import { DIGIT_STRIDE } from "./recoding";

/** wNAF window of a key's table: 8 points a piece, 6 to 13 KB a key. */
export const KEY_WINDOW: u32 = 5;
/** wNAF window of the base point's table: 32 points a piece, 25 to 51 KB a curve. */
export const GENERATOR_WINDOW: u32 = 7;

/** Pieces and bits of a piece: together at least the bits of the order, and a piece fits in 57 bits (`integerBits`). */
export function pieceCount(curve: Curve): u32 {
  return curve == Curve.P521 ? 10 : 8;
}

export function pieceBits(curve: Curve): u32 {
  switch (curve) {
    case Curve.P256:
      return 32;
    case Curve.P384:
      return 48;
    default:
      return 53;
  }
}

/** Bytes of a table on the selected curve. */
export function tableSize(curve: Curve, window: u32): usize {
  return <usize>pieceCount(curve) * ((<usize>1) << (window - 2)) * 2 * elementSize;
}

/** The first point of the piece at hand; its double, and behind that the first point of the next piece. */
const BASE = memory.data(<i32>MAX_ELEMENT_SIZE * 2, 16);
const DOUBLE = memory.data(<i32>MAX_ELEMENT_SIZE * 4, 16);

/** Table of the base point of each curve, 0 until its first use; kept for good. */
const GENERATOR_TABLES = memory.data(3 * 4, 16);

/** The table of the base point of the selected curve, built at the first call. */
export function generatorTable(curve: Curve): usize {
  const slot = GENERATOR_TABLES + ((<usize>curve) << 2);
  if (load<u32>(slot) == 0) {
    const table = heap.alloc(tableSize(curve, GENERATOR_WINDOW));
    buildTable(table, curve, GENERATOR_WINDOW, generatorX(), generatorY());
    store<u32>(slot, <u32>table);
  }
  return load<u32>(slot);
}

/** Fills a table (`tableSize` bytes) with multiples of the affine point (x, y) of the selected curve. */
export function buildTable(table: usize, curve: Curve, window: u32, x: usize, y: usize): void {
  const points: u32 = 1 << (window - 2);
  const pointSize: usize = 2 * elementSize;
  const pieces = pieceCount(curve);
  const bits = pieceBits(curve);
  copyElement(BASE, x);
  copyElement(BASE + elementSize, y);
  for (let piece: u32 = 0; piece < pieces; piece++) {
    // The double and the base of the next piece become affine by one inversion.
    setPoint(BASE, BASE + elementSize, false);
    doublePoint();
    storePoint(DOUBLE, DENOMINATORS);
    for (let i: u32 = 1; i < bits; i++) doublePoint();
    storePoint(DOUBLE + pointSize, DENOMINATORS + elementSize);
    makeAffine(DOUBLE, 2);
    // The odd multiples.
    setPoint(BASE, BASE + elementSize, false);
    storePoint(table, DENOMINATORS);
    for (let i: u32 = 1; i < points; i++) {
      addToPoint(DOUBLE, DOUBLE + elementSize, false);
      storePoint(table + <usize>i * pointSize, DENOMINATORS + <usize>i * elementSize);
    }
    makeAffine(table, points);
    table += <usize>points * pointSize;
    memory.copy(BASE, DOUBLE + pointSize, pointSize);
  }
}

/** Brings `count` points at `points`, whose Z are at DENOMINATORS and not zero, into affine form: x = X / Z², y = Y / Z³. */
function makeAffine(points: usize, count: u32): void {
  invertDenominators(count);
  for (let i: usize = 0; i < <usize>count; i++) {
    const x = points + i * 2 * elementSize;
    const y = x + elementSize;
    const inverse = DENOMINATORS + i * elementSize;
    multiply(y, y, inverse);
    square(inverse, inverse);
    multiply(x, x, inverse);
    multiply(y, y, inverse);
  }
}

/** Adds the points that the digits at `position` of all pieces name. */
export function addDigits(table: usize, digits: usize, position: u32, pieces: u32, window: u32): void {
  const pieceSize = ((<usize>1) << (window - 2)) * 2 * elementSize;
  let at = digits + <usize>position;
  for (let piece: u32 = 0; piece < pieces; piece++) {
    const digit = <i32>load<i8>(at);
    if (digit != 0) {
      const point = table + ((<usize>abs(digit)) >> 1) * 2 * elementSize;
      addToPoint(point, point + elementSize, digit < 0);
    }
    at += DIGIT_STRIDE;
    table += pieceSize;
  }
}
