/**
 * The field of the curve at hand: one set of names over the four field files, with the conversions that they share. `selectField`
 * chooses which field the operations mean; signatures are verified one at a time, so that one global choice is enough.
 *
 * "Lazy" operations work limb by limb and do not carry. The bounds that make them safe are in the field files: products take operands
 * of a few units (a unit is the size of a carried limb), lazy results must stay below 8 units to fit an i32.
 */
import { INTEGER_SIZE, integerAppendBits, integerBits, integerIsZero } from "../integers/integer";
import { invertModulo } from "../integers/modular_inverse";
import {
  MODULUS_SIZE,
  modulusFromInteger,
  RESIDUE_SIZE,
  residueFromInteger,
  residueToInteger,
} from "../integers/modulus";
import { p256Multiply, p256MultiplyAdd, p256Square, p256SquareAdd } from "./p256_field";
import { p384Multiply, p384MultiplyAdd, p384Square, p384SquareAdd } from "./p384_field";
import { p521Multiply, p521MultiplyAdd, p521Square, p521SquareAdd } from "./p521_field";
import { p25519Multiply, p25519Square } from "./p25519_field";

export const enum Field {
  P256 = 0,
  P384 = 1,
  P521 = 2,
  P25519 = 3,
}

/** Bytes of the largest element (P-521). All elements are multiples of 16 bytes and aligned to 16. */
export const MAX_ELEMENT_SIZE: u32 = 80;

/** Per field: u8 count of limbs, u8 bits of a limb, u16 bytes of an element. */
const LAYOUTS = memory.data<u8>([9, 29, 48, 0, 14, 28, 64, 0, 19, 28, 80, 0, 9, 29, 48, 0]);

/**
 * Derived constants per field: p in limbs at 0, 1 in field form at 80, R² at 160 (what brings an integer into field form), p as a
 * modulus record at 240.
 */
const CONSTANTS_SIZE: usize = 240 + <usize>MODULUS_SIZE;
const CONSTANTS = memory.data(4 * (240 + <i32>MODULUS_SIZE), 16);
const ONE: usize = 80;
const RADIX_SQUARED: usize = 160;
const MODULUS: usize = 240;

/** The integer 1 as limbs, not in Montgomery form. */
const PLAIN_ONE = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const ZERO = memory.data(<i32>MAX_ELEMENT_SIZE, 16);

const TEMPORARY = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const INTEGER = memory.data(<i32>INTEGER_SIZE, 16);
const RESIDUE = memory.data(<i32>RESIDUE_SIZE, 16);
const RESIDUE_ONE = memory.data(<i32>RESIDUE_SIZE, 16);

let field: Field = Field.P256;
let limbCount: u32 = 9;
let limbBits: u32 = 29;
let constants: usize = CONSTANTS;
/** Bytes of an element of the selected field. */
export let elementSize: usize = 48;

/** Makes `which` the field that all other functions of this file mean. `prepareField` must have been called for it once. */
export function selectField(which: Field): void {
  const layout = LAYOUTS + ((<usize>which) << 2);
  field = which;
  limbCount = load<u8>(layout);
  limbBits = load<u8>(layout, 1);
  elementSize = load<u8>(layout, 2);
  constants = CONSTANTS + <usize>which * CONSTANTS_SIZE;
}

/** Selects a field and derives its constants from its prime, an integer of `bits` bits. */
export function prepareField(which: Field, prime: usize, bits: u32): void {
  selectField(which);
  store<i32>(PLAIN_ONE, 1);
  store<i32>(RESIDUE_ONE, 1);
  limbsFromInteger(constants, prime);
  modulusFromInteger(constants + MODULUS, prime, bits);
  memory.copy(constants + ONE, PLAIN_ONE, MAX_ELEMENT_SIZE);
  memory.copy(constants + RADIX_SQUARED, PLAIN_ONE, MAX_ELEMENT_SIZE);
  if (which == Field.P25519) return;
  // Doubling 1 as often as R has bits gives R, twice as often R²; an addition of zero products carries and folds the double.
  const doublings = limbCount * limbBits;
  for (let i: u32 = 0; i < 2 * doublings; i++) {
    addLazy(TEMPORARY, constants + RADIX_SQUARED, constants + RADIX_SQUARED);
    multiplyAdd(constants + RADIX_SQUARED, ZERO, ZERO, TEMPORARY);
    if (i + 1 == doublings) memory.copy(constants + ONE, constants + RADIX_SQUARED, MAX_ELEMENT_SIZE);
  }
}

/** Address of the element 1. */
// @ts-ignore: decorator
@inline
export function fieldOne(): usize {
  return constants + ONE;
}

/** out = a * b, carried. `out` may be an operand, here and below. */
export function multiply(out: usize, a: usize, b: usize): void {
  if (field == Field.P256) p256Multiply(out, a, b);
  else if (field == Field.P25519) p25519Multiply(out, a, b);
  else if (field == Field.P384) p384Multiply(out, a, b);
  else p521Multiply(out, a, b);
}

/** out = a², carried. */
export function square(out: usize, a: usize): void {
  if (field == Field.P256) p256Square(out, a);
  else if (field == Field.P25519) p25519Square(out, a);
  else if (field == Field.P384) p384Square(out, a);
  else p521Square(out, a);
}

/** out = a * b + c, carried and folded; c may be lazy. Not for Field.P25519. */
export function multiplyAdd(out: usize, a: usize, b: usize, c: usize): void {
  if (field == Field.P256) p256MultiplyAdd(out, a, b, c);
  else if (field == Field.P384) p384MultiplyAdd(out, a, b, c);
  else p521MultiplyAdd(out, a, b, c);
}

/** out = a² + c, carried and folded; c may be lazy. Not for Field.P25519. */
export function squareAdd(out: usize, a: usize, c: usize): void {
  if (field == Field.P256) p256SquareAdd(out, a, c);
  else if (field == Field.P384) p384SquareAdd(out, a, c);
  else p521SquareAdd(out, a, c);
}

/** out = a + b, lazy. */
// @ts-ignore: decorator
@inline
export function addLazy(out: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < elementSize; i += 16) {
    v128.store(out + i, i32x4.add(v128.load(a + i), v128.load(b + i)));
  }
}

/** out = a - b, lazy. */
// @ts-ignore: decorator
@inline
export function subtractLazy(out: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < elementSize; i += 16) {
    v128.store(out + i, i32x4.sub(v128.load(a + i), v128.load(b + i)));
  }
}

/** out = factor * a + b, lazy; factor a small constant. */
// @ts-ignore: decorator
@inline
export function scaleAddLazy(out: usize, factor: i32, a: usize, b: usize): void {
  const factors = i32x4.splat(factor);
  for (let i: usize = 0; i < elementSize; i += 16) {
    v128.store(out + i, i32x4.add(i32x4.mul(v128.load(a + i), factors), v128.load(b + i)));
  }
}

/** out = factor * a, lazy; factor a small constant. */
// @ts-ignore: decorator
@inline
export function scaleLazy(out: usize, factor: i32, a: usize): void {
  const factors = i32x4.splat(factor);
  for (let i: usize = 0; i < elementSize; i += 16) {
    v128.store(out + i, i32x4.mul(v128.load(a + i), factors));
  }
}

export function copyElement(out: usize, a: usize): void {
  memory.copy(out, a, elementSize);
}

function limbsFromInteger(out: usize, integer: usize): void {
  memory.fill(out, 0, elementSize);
  for (let i: u32 = 0; i < limbCount; i++) {
    store<i32>(out + ((<usize>i) << 2), <i32>integerBits(integer, i * limbBits, limbBits));
  }
}

/** Brings an integer (at most as many bits as the prime) into field form. */
export function elementFromInteger(out: usize, integer: usize): void {
  limbsFromInteger(out, integer);
  multiply(out, out, constants + RADIX_SQUARED);
}

/** The integer in [0, p) that an element stands for. The element may be lazy. */
export function elementToInteger(out: usize, a: usize): void {
  // The product with the integer 1 leaves Montgomery form and is within a small multiple of p of the range.
  multiply(TEMPORARY, a, PLAIN_ONE);
  carryPlain(TEMPORARY, 0);
  while (topLimb(TEMPORARY) < 0) carryPlain(TEMPORARY, 1);
  while (!isBelowPrime(TEMPORARY)) carryPlain(TEMPORARY, -1);
  memory.fill(out, 0, INTEGER_SIZE);
  for (let i: u32 = 0; i < limbCount; i++) {
    integerAppendBits(out, i * limbBits, <u64>load<u32>(TEMPORARY + ((<usize>i) << 2)));
  }
}

/** Whether an element, which may be lazy, is 0 modulo p. */
export function elementIsZero(a: usize): bool {
  elementToInteger(INTEGER, a);
  return integerIsZero(INTEGER);
}

/**
 * A quick test before `elementIsZero`: false for no element that is 0 modulo p and came out of `multiply` by Montgomery reduction
 * with small operands (such a one is -p, 0 or p); true for others with a chance of 2^-26.
 */
// @ts-ignore: decorator
@inline
export function mayBeZero(a: usize): bool {
  // p is -1 modulo 2^limbBits in all three, so the low limb of -p, 0, p is 1, 0, -1.
  return <u32>(load<i32>(a) + 1) <= 2;
}

/** out = 1 / a; 0 for 0. */
export function invertElement(out: usize, a: usize): void {
  const modulus = constants + MODULUS;
  elementToInteger(INTEGER, a);
  residueFromInteger(RESIDUE, INTEGER, modulus);
  invertModulo(RESIDUE, RESIDUE, RESIDUE_ONE, modulus);
  residueToInteger(INTEGER, RESIDUE, modulus);
  elementFromInteger(out, INTEGER);
}

// @ts-ignore: decorator
@inline
function topLimb(a: usize): i32 {
  return load<i32>(a + ((<usize>(limbCount - 1)) << 2));
}

/** a = a + multiple * p with all limbs but the top one carried into [0, 2^limbBits). */
function carryPlain(a: usize, multiple: i32): void {
  const mask: i32 = (1 << limbBits) - 1;
  let carry: i32 = 0;
  for (let i: u32 = 0; i < limbCount; i++) {
    const at = a + ((<usize>i) << 2);
    const limb = load<i32>(at) + load<i32>(constants + ((<usize>i) << 2)) * multiple + carry;
    carry = limb >> limbBits;
    store<i32>(at, i + 1 == limbCount ? limb : limb & mask);
  }
}

function isBelowPrime(a: usize): bool {
  for (let i = limbCount; i != 0; i--) {
    const offset = (<usize>(i - 1)) << 2;
    const difference = load<i32>(a + offset) - load<i32>(constants + offset);
    if (difference != 0) return difference < 0;
  }
  return false;
}
