/**
 * Many inverses for the price of one (Montgomery's trick): how the points of a table become affine.
 */
import { MAX_ELEMENT_SIZE, copyElement, elementSize, fieldOne, invertElement, multiply } from "./prime_field";

/** The most elements at once: the points of one piece of a base point's table. */
const MAX_COUNT: u32 = 32;

/** What to invert: elements of the selected field, `elementSize` bytes each, none of them 0. */
export const DENOMINATORS = memory.data(<i32>(MAX_COUNT * MAX_ELEMENT_SIZE), 16);

const PRODUCTS = memory.data(<i32>(MAX_COUNT * MAX_ELEMENT_SIZE), 16);
const INVERSE = memory.data(<i32>MAX_ELEMENT_SIZE, 16);
const TEMPORARY = memory.data(<i32>MAX_ELEMENT_SIZE, 16);

/** Replaces the first `count` (1 to 32) of DENOMINATORS by their inverses. */
export function invertDenominators(count: u32): void {
  copyElement(PRODUCTS, DENOMINATORS);
  for (let i: usize = 1; i < <usize>count; i++) {
    multiply(PRODUCTS + i * elementSize, PRODUCTS + (i - 1) * elementSize, DENOMINATORS + i * elementSize);
  }
  invertElement(INVERSE, PRODUCTS + (<usize>count - 1) * elementSize);
  for (let i: usize = <usize>count; i != 0;) {
    i--;
    // INVERSE is 1 / (d0 ... di): times the product of those before it, it is 1 / di; times di, it serves the one before.
    multiply(TEMPORARY, INVERSE, i == 0 ? fieldOne() : PRODUCTS + (i - 1) * elementSize);
    multiply(INVERSE, INVERSE, DENOMINATORS + i * elementSize);
    copyElement(DENOMINATORS + i * elementSize, TEMPORARY);
  }
}
