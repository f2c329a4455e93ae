/**
 * Tables of multiples of one point of edwards25519, laid out as those of point_table.ts: for each of eight pieces of 32 bits of a scalar,
 * the odd multiples 1, 3, 5, ... of 2^(32 * piece) * P, as table points of edwards_point.ts.
 */
import { DENOMINATORS, invertDenominators } from "../field/batch_inverse";
import {
  EDWARDS_ELEMENT_SIZE,
  EDWARDS_TABLE_POINT_SIZE,
  EDWARDS_X,
  EDWARDS_Y,
  EDWARDS_Z,
  addToEdwardsPoint,
  doubleEdwardsPoint,
  setEdwardsPoint,
} from "./edwards_point";
import { addLazy, copyElement, multiply, subtractLazy } from "../field/prime_field";
import { DIGIT_STRIDE } from "./recoding";

export const EDWARDS_PIECES: u32 = 8;
export const EDWARDS_PIECE_BITS: u32 = 32;

/** Bytes of a table for a wNAF window: 9 KB for 5, 37 KB for 7. */
export function edwardsTableSize(window: u32): u32 {
  return EDWARDS_PIECES * (1 << (window - 2)) * EDWARDS_TABLE_POINT_SIZE;
}

const ELEMENT: usize = <usize>EDWARDS_ELEMENT_SIZE;
const POINT: usize = <usize>EDWARDS_TABLE_POINT_SIZE;

/** x, y of the first point of the piece at hand; its double, and behind that the first point of the next piece. */
const BASE = memory.data(3 * 48, 16);
const NEXT = memory.data(2 * 3 * 48, 16);

/** Fills a table with multiples of the affine point (x, y); `doubledD` is the element 2d of the curve equation. */
export function buildEdwardsTable(table: usize, window: u32, x: usize, y: usize, doubledD: usize): void {
  const points: u32 = 1 << (window - 2);
  copyElement(BASE, x);
  copyElement(BASE + ELEMENT, y);
  for (let piece: u32 = 0; piece < EDWARDS_PIECES; piece++) {
    setEdwardsPoint(BASE, BASE + ELEMENT);
    doubleEdwardsPoint();
    storeForLater(NEXT, 0);
    for (let i: u32 = 1; i < EDWARDS_PIECE_BITS; i++) doubleEdwardsPoint();
    storeForLater(NEXT, 1);
    makeAffine(NEXT, 2);
    makeTablePoint(NEXT, doubledD);
    setEdwardsPoint(BASE, BASE + ELEMENT);
    storeForLater(table, 0);
    for (let i: u32 = 1; i < points; i++) {
      addToEdwardsPoint(NEXT, false);
      storeForLater(table, i);
    }
    makeAffine(table, points);
    for (let i: usize = 0; i < <usize>points; i++) makeTablePoint(table + i * POINT, doubledD);
    table += <usize>points * POINT;
    memory.copy(BASE, NEXT + POINT, 2 * ELEMENT);
  }
}

/** Puts the accumulator's X and Y into slot `index` of a table, its Z beside the others to invert. */
function storeForLater(table: usize, index: u32): void {
  const point = table + <usize>index * POINT;
  copyElement(point, EDWARDS_X);
  copyElement(point + ELEMENT, EDWARDS_Y);
  copyElement(DENOMINATORS + <usize>index * ELEMENT, EDWARDS_Z);
}

/** X, Y to x, y in the first `count` slots. */
function makeAffine(table: usize, count: u32): void {
  invertDenominators(count);
  for (let i: usize = 0; i < <usize>count; i++) {
    const point = table + i * POINT;
    multiply(point, point, DENOMINATORS + i * ELEMENT);
    multiply(point + ELEMENT, point + ELEMENT, DENOMINATORS + i * ELEMENT);
  }
}

/** x, y in a slot to y + x, y - x, 2 d x y. */
function makeTablePoint(point: usize, doubledD: usize): void {
  const third = point + 2 * ELEMENT;
  multiply(third, point, point + ELEMENT);
  multiply(third, third, doubledD);
  addLazy(DENOMINATORS, point + ELEMENT, point);
  subtractLazy(point + ELEMENT, point + ELEMENT, point);
  copyElement(point, DENOMINATORS);
}

/** Adds to the accumulator the points that the digits at `position` of all pieces name. */
export function addEdwardsDigits(table: usize, digits: usize, position: u32, window: u32): void {
  const pieceSize = ((<usize>1) << (window - 2)) * POINT;
  let at = digits + <usize>position;
  for (let piece: u32 = 0; piece < EDWARDS_PIECES; piece++) {
    const digit = <i32>load<i8>(at);
    if (digit != 0) addToEdwardsPoint(table + <usize>(abs(digit) >> 1) * POINT, digit < 0);
    at += DIGIT_STRIDE;
    table += pieceSize;
  }
}
