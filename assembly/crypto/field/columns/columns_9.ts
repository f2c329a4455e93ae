/**
 * Columns of the products of two elements of 9 limbs: column i has the weight of limb i. Written by `npm run docs` (scripts/docs/field-columns.ts).
 *
 * R is the reduction of a field, an unmanaged class with an inlined method
 * `reduce(out: usize, c: usize, t0: i64, …, t16: i64): void`, which takes what it gets in place of `this` for nothing.
 */

/** out = a * b, as R reduces it; `c` is handed to R. */
// @ts-ignore: decorator
@inline
export function product9<R>(out: usize, a: usize, b: usize, c: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const b0 = <i64>load<i32>(b);
  const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8);
  const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16);
  const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24);
  const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  const t0 = a0 * b0;
  const t1 = a0 * b1 + a1 * b0;
  const t2 = a0 * b2 + a1 * b1 + a2 * b0;
  const t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  const t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  const t5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  const t6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  const t7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  const t8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  const t9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1;
  const t10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2;
  const t11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3;
  const t12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4;
  const t13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5;
  const t14 = a6 * b8 + a7 * b7 + a8 * b6;
  const t15 = a7 * b8 + a8 * b7;
  const t16 = a8 * b8;
  // @ts-ignore: the compiler knows R where it is given
  changetype<R>(0).reduce(out, c, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
}

/** out = a², as R reduces it: every mixed product once, against a doubled limb. */
// @ts-ignore: decorator
@inline
export function square9<R>(out: usize, a: usize, c: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const d8 = a8 << 1;
  const t0 = a0 * a0;
  const t1 = a0 * d1;
  const t2 = a0 * d2 + a1 * a1;
  const t3 = a0 * d3 + a1 * d2;
  const t4 = a0 * d4 + a1 * d3 + a2 * a2;
  const t5 = a0 * d5 + a1 * d4 + a2 * d3;
  const t6 = a0 * d6 + a1 * d5 + a2 * d4 + a3 * a3;
  const t7 = a0 * d7 + a1 * d6 + a2 * d5 + a3 * d4;
  const t8 = a0 * d8 + a1 * d7 + a2 * d6 + a3 * d5 + a4 * a4;
  const t9 = a1 * d8 + a2 * d7 + a3 * d6 + a4 * d5;
  const t10 = a2 * d8 + a3 * d7 + a4 * d6 + a5 * a5;
  const t11 = a3 * d8 + a4 * d7 + a5 * d6;
  const t12 = a4 * d8 + a5 * d7 + a6 * a6;
  const t13 = a5 * d8 + a6 * d7;
  const t14 = a6 * d8 + a7 * a7;
  const t15 = a7 * d8;
  const t16 = a8 * a8;
  // @ts-ignore: the compiler knows R where it is given
  changetype<R>(0).reduce(out, c, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16);
}
