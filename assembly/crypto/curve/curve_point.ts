/**
 * One accumulator point on the selected curve, in Jacobian coordinates (x = X / Z², y = Y / Z³), and what verification does with it:
 * double it, add an affine point of a table, look at it. Formulas: Cohen, Miyaji and Ono (1998), for a = -3 as in the
 * Explicit-Formulas Database (dbl-2001-b, madd); every exceptional case of the addition is handled. Not constant time: all inputs are
 * public.
 *
 * Counts of units (size of a carried limb) stand beside the lazy operations; a product takes up to 14 in the tightest field, P-256.
 */
import {
  addLazy,
  copyElement,
  elementIsZero,
  elementSize,
  fieldOne,
  mayBeZero,
  MAX_ELEMENT_SIZE,
  multiply,
  multiplyAdd,
  scaleAddLazy,
  scaleLazy,
  square,
  squareAdd,
  subtractLazy,
} from "../field/prime_field";

/** The accumulator. Its coordinates are carried and folded. */
export const POINT_X = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
export const POINT_Y = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
export const POINT_Z = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
let isInfinity: bool = true;

const T1 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T2 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T3 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T4 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const T5 = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const ZERO = memory.data(<i32>MAX_ELEMENT_SIZE, 16);

export function pointIsInfinity(): bool {
  return isInfinity;
}

export function setPointToInfinity(): void {
  isInfinity = true;
}

/** Makes the accumulator the affine point (x, y), or (x, -y). */
export function setPoint(x: usize, y: usize, negative: bool): void {
  copyElement(POINT_X, x);
  if (negative) subtractLazy(POINT_Y, ZERO, y);
  else copyElement(POINT_Y, y);
  copyElement(POINT_Z, fieldOne());
  isInfinity = false;
}

/** Doubles the accumulator. No point of these curves has order 2, so that only infinity stays as it is. */
export function doublePoint(): void {
  if (isInfinity) return;
  const delta = T1;
  const gamma = T2;
  const alpha = T3;
  square(delta, POINT_Z);
  square(gamma, POINT_Y);
  addLazy(T4, POINT_Y, POINT_Y); // 2 units
  multiply(POINT_Z, T4, POINT_Z); // Z' = 2YZ
  addLazy(T4, POINT_X, delta); // 2
  subtractLazy(T5, POINT_X, delta); // 2
  multiply(alpha, T4, T5); // 4
  scaleLazy(alpha, 3, alpha); // alpha = 3 (X - delta)(X + delta), 3 units
  addLazy(T4, gamma, gamma); // 2
  multiply(T5, POINT_X, T4); // 2 beta = 2 X gamma
  multiply(gamma, gamma, T4); // 2 gamma²
  scaleLazy(T4, -4, T5); // 4
  squareAdd(POINT_X, alpha, T4); // X' = alpha² - 8 beta; 9
  scaleLazy(T5, 2, T5);
  subtractLazy(T5, T5, POINT_X); // 4 beta - X', 3
  scaleLazy(gamma, -4, gamma); // 4
  multiplyAdd(POINT_Y, alpha, T5, gamma); // Y' = alpha (4 beta - X') - 8 gamma²; 9
}

/** Adds the affine point (x, y), or (x, -y), to the accumulator. Both coordinates are carried elements. */
export function addToPoint(x: usize, y: usize, negative: bool): void {
  if (isInfinity) {
    setPoint(x, y, negative);
    return;
  }
  const h = T1;
  const r = T2;
  square(T3, POINT_Z);
  multiply(h, x, T3);
  subtractLazy(h, h, POINT_X); // H = x Z² - X, 2 units
  multiply(r, y, POINT_Z);
  multiply(r, r, T3);
  if (negative) scaleAddLazy(r, -1, r, ZERO);
  subtractLazy(r, r, POINT_Y); // r = y Z³ - Y, 2
  multiply(T3, POINT_Z, h); // Z' = Z H, 2
  if (mayBeZero(T3) && elementIsZero(T3)) {
    // The same x: the same point, or its negative.
    if (elementIsZero(r)) doublePoint();
    else isInfinity = true;
    return;
  }
  copyElement(POINT_Z, T3);
  square(T3, h); // 4
  multiply(h, h, T3); // H³, 2
  multiply(T3, T3, POINT_X); // V = X H²
  multiply(T4, h, POINT_Y); // Y H³
  scaleAddLazy(T5, 2, T3, h); // 3
  subtractLazy(T5, ZERO, T5);
  squareAdd(POINT_X, r, T5); // X' = r² - H³ - 2V; 4
  subtractLazy(T3, T3, POINT_X); // 2
  subtractLazy(T4, ZERO, T4);
  multiplyAdd(POINT_Y, r, T3, T4); // Y' = r (V - X') - Y H³; 4
}

/** Moves the coordinates of the accumulator, which must not be infinity: X and Y to `point`, Z to `z`. */
export function storePoint(point: usize, z: usize): void {
  copyElement(point, POINT_X);
  copyElement(point + elementSize, POINT_Y);
  copyElement(z, POINT_Z);
}
