/**
 * One accumulator point on edwards25519, -x² + y² = 1 + d x² y² (RFC 8032 §5.1), in extended coordinates (x = X / Z, y = Y / Z,
 * T = XY / Z), and what verification does with it. Formulas: RFC 8032 §5.1.4 and Hisil, Wong, Carter, Dawson (2008), §3.1 with an affine
 * second operand. They are complete: no exceptional cases, points of small order included.
 *
 * A table point is three elements: y + x, y - x (lazy, 2 units), 2 d x y (carried). Counts of units as in curve_point.ts: at most 14.
 */
import { p25519Multiply, p25519Square } from "../field/p25519_field";
import { addLazy, copyElement, fieldOne, scaleAddLazy, subtractLazy } from "../field/prime_field";

/** Bytes of an element of this field, and of a table point. */
export const EDWARDS_ELEMENT_SIZE: u32 = 48;
export const EDWARDS_TABLE_POINT_SIZE: u32 = 3 * EDWARDS_ELEMENT_SIZE;

/** The accumulator. */
export const EDWARDS_X = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
export const EDWARDS_Y = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
export const EDWARDS_Z = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const EDWARDS_T = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);

const A = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const B = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const C = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const E = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const F = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const G = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const H = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);
const ZERO = memory.data(<i32>EDWARDS_ELEMENT_SIZE, 16);

/** The accumulator becomes the neutral element (0, 1). */
export function setEdwardsPointToNeutral(): void {
  setEdwardsPoint(ZERO, fieldOne());
}

/** The accumulator becomes the affine point (x, y); both carried. */
export function setEdwardsPoint(x: usize, y: usize): void {
  copyElement(EDWARDS_X, x);
  copyElement(EDWARDS_Y, y);
  copyElement(EDWARDS_Z, fieldOne());
  p25519Multiply(EDWARDS_T, x, y);
}

export function doubleEdwardsPoint(): void {
  p25519Square(A, EDWARDS_X);
  p25519Square(B, EDWARDS_Y);
  p25519Square(C, EDWARDS_Z);
  addLazy(E, EDWARDS_X, EDWARDS_Y); // 2 units
  p25519Square(E, E); // 4
  addLazy(H, A, B); // 2
  subtractLazy(E, H, E); // 3
  subtractLazy(G, A, B); // 2
  scaleAddLazy(F, 2, C, G); // 4
  p25519Multiply(EDWARDS_X, E, F); // 12
  p25519Multiply(EDWARDS_Y, G, H); // 4
  p25519Multiply(EDWARDS_T, E, H); // 6
  p25519Multiply(EDWARDS_Z, F, G); // 8
}

/** Adds a table point, or takes it away. */
export function addToEdwardsPoint(point: usize, negative: bool): void {
  // The negative of (x, y) is (-x, y): y + x and y - x change places, 2 d x y changes its sign.
  const plus = negative ? point + <usize>EDWARDS_ELEMENT_SIZE : point;
  const minus = negative ? point : point + <usize>EDWARDS_ELEMENT_SIZE;
  subtractLazy(A, EDWARDS_Y, EDWARDS_X); // 2 units
  p25519Multiply(A, A, minus); // 4
  addLazy(B, EDWARDS_Y, EDWARDS_X); // 2
  p25519Multiply(B, B, plus); // 4
  p25519Multiply(C, EDWARDS_T, point + 2 * <usize>EDWARDS_ELEMENT_SIZE);
  if (negative) subtractLazy(C, ZERO, C);
  subtractLazy(E, B, A); // 2
  addLazy(H, B, A); // 2
  addLazy(G, EDWARDS_Z, EDWARDS_Z); // 2
  subtractLazy(F, G, C); // 3
  addLazy(G, G, C); // 3
  p25519Multiply(EDWARDS_X, E, F); // 6
  p25519Multiply(EDWARDS_Y, G, H); // 6
  p25519Multiply(EDWARDS_T, E, H); // 4
  p25519Multiply(EDWARDS_Z, F, G); // 9
}
