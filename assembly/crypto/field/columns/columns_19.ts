/** Columns of the products of two elements of 19 limbs: i64, column i has the weight of limb i. Written by `npm run docs` (scripts/docs/field-columns.ts). */

/** The schoolbook product. `columns`: 38 columns, of which it writes all but the last. */
// @ts-ignore: decorator
@inline
export function product19(columns: usize, a: usize, b: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40);
  const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48);
  const a13 = <i64>load<i32>(a, 52);
  const a14 = <i64>load<i32>(a, 56);
  const a15 = <i64>load<i32>(a, 60);
  const a16 = <i64>load<i32>(a, 64);
  const a17 = <i64>load<i32>(a, 68);
  const a18 = <i64>load<i32>(a, 72);
  const b0 = <i64>load<i32>(b);
  const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8);
  const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16);
  const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24);
  const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  const b9 = <i64>load<i32>(b, 36);
  const b10 = <i64>load<i32>(b, 40);
  const b11 = <i64>load<i32>(b, 44);
  const b12 = <i64>load<i32>(b, 48);
  const b13 = <i64>load<i32>(b, 52);
  const b14 = <i64>load<i32>(b, 56);
  const b15 = <i64>load<i32>(b, 60);
  const b16 = <i64>load<i32>(b, 64);
  const b17 = <i64>load<i32>(b, 68);
  const b18 = <i64>load<i32>(b, 72);
  // prettier-ignore
  {
    store<i64>(columns, a0 * b0);
    store<i64>(columns, a0 * b1 + a1 * b0, 8);
    store<i64>(columns, a0 * b2 + a1 * b1 + a2 * b0, 16);
    store<i64>(columns, a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0, 24);
    store<i64>(columns, a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0, 32);
    store<i64>(columns, a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0, 40);
    store<i64>(columns, a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0, 48);
    store<i64>(columns, a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0, 56);
    store<i64>(columns, a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0, 64);
    store<i64>(columns, a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0, 72);
    store<i64>(columns, a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1 + a10 * b0, 80);
    store<i64>(columns, a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1 + a11 * b0, 88);
    store<i64>(columns, a0 * b12 + a1 * b11 + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2 + a11 * b1 + a12 * b0, 96);
    store<i64>(columns, a0 * b13 + a1 * b12 + a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3 + a11 * b2 + a12 * b1 + a13 * b0, 104);
    store<i64>(columns, a0 * b14 + a1 * b13 + a2 * b12 + a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4 + a11 * b3 + a12 * b2 + a13 * b1 + a14 * b0, 112);
    store<i64>(columns, a0 * b15 + a1 * b14 + a2 * b13 + a3 * b12 + a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5 + a11 * b4 + a12 * b3 + a13 * b2 + a14 * b1 + a15 * b0, 120);
    store<i64>(columns, a0 * b16 + a1 * b15 + a2 * b14 + a3 * b13 + a4 * b12 + a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 + a11 * b5 + a12 * b4 + a13 * b3 + a14 * b2 + a15 * b1 + a16 * b0, 128);
    store<i64>(columns, a0 * b17 + a1 * b16 + a2 * b15 + a3 * b14 + a4 * b13 + a5 * b12 + a6 * b11 + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6 + a12 * b5 + a13 * b4 + a14 * b3 + a15 * b2 + a16 * b1 + a17 * b0, 136);
    store<i64>(columns, a0 * b18 + a1 * b17 + a2 * b16 + a3 * b15 + a4 * b14 + a5 * b13 + a6 * b12 + a7 * b11 + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7 + a12 * b6 + a13 * b5 + a14 * b4 + a15 * b3 + a16 * b2 + a17 * b1 + a18 * b0, 144);
    store<i64>(columns, a1 * b18 + a2 * b17 + a3 * b16 + a4 * b15 + a5 * b14 + a6 * b13 + a7 * b12 + a8 * b11 + a9 * b10 + a10 * b9 + a11 * b8 + a12 * b7 + a13 * b6 + a14 * b5 + a15 * b4 + a16 * b3 + a17 * b2 + a18 * b1, 152);
    store<i64>(columns, a2 * b18 + a3 * b17 + a4 * b16 + a5 * b15 + a6 * b14 + a7 * b13 + a8 * b12 + a9 * b11 + a10 * b10 + a11 * b9 + a12 * b8 + a13 * b7 + a14 * b6 + a15 * b5 + a16 * b4 + a17 * b3 + a18 * b2, 160);
    store<i64>(columns, a3 * b18 + a4 * b17 + a5 * b16 + a6 * b15 + a7 * b14 + a8 * b13 + a9 * b12 + a10 * b11 + a11 * b10 + a12 * b9 + a13 * b8 + a14 * b7 + a15 * b6 + a16 * b5 + a17 * b4 + a18 * b3, 168);
    store<i64>(columns, a4 * b18 + a5 * b17 + a6 * b16 + a7 * b15 + a8 * b14 + a9 * b13 + a10 * b12 + a11 * b11 + a12 * b10 + a13 * b9 + a14 * b8 + a15 * b7 + a16 * b6 + a17 * b5 + a18 * b4, 176);
    store<i64>(columns, a5 * b18 + a6 * b17 + a7 * b16 + a8 * b15 + a9 * b14 + a10 * b13 + a11 * b12 + a12 * b11 + a13 * b10 + a14 * b9 + a15 * b8 + a16 * b7 + a17 * b6 + a18 * b5, 184);
    store<i64>(columns, a6 * b18 + a7 * b17 + a8 * b16 + a9 * b15 + a10 * b14 + a11 * b13 + a12 * b12 + a13 * b11 + a14 * b10 + a15 * b9 + a16 * b8 + a17 * b7 + a18 * b6, 192);
    store<i64>(columns, a7 * b18 + a8 * b17 + a9 * b16 + a10 * b15 + a11 * b14 + a12 * b13 + a13 * b12 + a14 * b11 + a15 * b10 + a16 * b9 + a17 * b8 + a18 * b7, 200);
    store<i64>(columns, a8 * b18 + a9 * b17 + a10 * b16 + a11 * b15 + a12 * b14 + a13 * b13 + a14 * b12 + a15 * b11 + a16 * b10 + a17 * b9 + a18 * b8, 208);
    store<i64>(columns, a9 * b18 + a10 * b17 + a11 * b16 + a12 * b15 + a13 * b14 + a14 * b13 + a15 * b12 + a16 * b11 + a17 * b10 + a18 * b9, 216);
    store<i64>(columns, a10 * b18 + a11 * b17 + a12 * b16 + a13 * b15 + a14 * b14 + a15 * b13 + a16 * b12 + a17 * b11 + a18 * b10, 224);
    store<i64>(columns, a11 * b18 + a12 * b17 + a13 * b16 + a14 * b15 + a15 * b14 + a16 * b13 + a17 * b12 + a18 * b11, 232);
    store<i64>(columns, a12 * b18 + a13 * b17 + a14 * b16 + a15 * b15 + a16 * b14 + a17 * b13 + a18 * b12, 240);
    store<i64>(columns, a13 * b18 + a14 * b17 + a15 * b16 + a16 * b15 + a17 * b14 + a18 * b13, 248);
    store<i64>(columns, a14 * b18 + a15 * b17 + a16 * b16 + a17 * b15 + a18 * b14, 256);
    store<i64>(columns, a15 * b18 + a16 * b17 + a17 * b16 + a18 * b15, 264);
    store<i64>(columns, a16 * b18 + a17 * b17 + a18 * b16, 272);
    store<i64>(columns, a17 * b18 + a18 * b17, 280);
    store<i64>(columns, a18 * b18, 288);
  }
}

/** The square: every mixed product once, against a doubled limb. */
// @ts-ignore: decorator
@inline
export function square19(columns: usize, a: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40);
  const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48);
  const a13 = <i64>load<i32>(a, 52);
  const a14 = <i64>load<i32>(a, 56);
  const a15 = <i64>load<i32>(a, 60);
  const a16 = <i64>load<i32>(a, 64);
  const a17 = <i64>load<i32>(a, 68);
  const a18 = <i64>load<i32>(a, 72);
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const d8 = a8 << 1;
  const d9 = a9 << 1;
  const d10 = a10 << 1;
  const d11 = a11 << 1;
  const d12 = a12 << 1;
  const d13 = a13 << 1;
  const d14 = a14 << 1;
  const d15 = a15 << 1;
  const d16 = a16 << 1;
  const d17 = a17 << 1;
  const d18 = a18 << 1;
  // prettier-ignore
  {
    store<i64>(columns, a0 * a0);
    store<i64>(columns, a0 * d1, 8);
    store<i64>(columns, a0 * d2 + a1 * a1, 16);
    store<i64>(columns, a0 * d3 + a1 * d2, 24);
    store<i64>(columns, a0 * d4 + a1 * d3 + a2 * a2, 32);
    store<i64>(columns, a0 * d5 + a1 * d4 + a2 * d3, 40);
    store<i64>(columns, a0 * d6 + a1 * d5 + a2 * d4 + a3 * a3, 48);
    store<i64>(columns, a0 * d7 + a1 * d6 + a2 * d5 + a3 * d4, 56);
    store<i64>(columns, a0 * d8 + a1 * d7 + a2 * d6 + a3 * d5 + a4 * a4, 64);
    store<i64>(columns, a0 * d9 + a1 * d8 + a2 * d7 + a3 * d6 + a4 * d5, 72);
    store<i64>(columns, a0 * d10 + a1 * d9 + a2 * d8 + a3 * d7 + a4 * d6 + a5 * a5, 80);
    store<i64>(columns, a0 * d11 + a1 * d10 + a2 * d9 + a3 * d8 + a4 * d7 + a5 * d6, 88);
    store<i64>(columns, a0 * d12 + a1 * d11 + a2 * d10 + a3 * d9 + a4 * d8 + a5 * d7 + a6 * a6, 96);
    store<i64>(columns, a0 * d13 + a1 * d12 + a2 * d11 + a3 * d10 + a4 * d9 + a5 * d8 + a6 * d7, 104);
    store<i64>(columns, a0 * d14 + a1 * d13 + a2 * d12 + a3 * d11 + a4 * d10 + a5 * d9 + a6 * d8 + a7 * a7, 112);
    store<i64>(columns, a0 * d15 + a1 * d14 + a2 * d13 + a3 * d12 + a4 * d11 + a5 * d10 + a6 * d9 + a7 * d8, 120);
    store<i64>(columns, a0 * d16 + a1 * d15 + a2 * d14 + a3 * d13 + a4 * d12 + a5 * d11 + a6 * d10 + a7 * d9 + a8 * a8, 128);
    store<i64>(columns, a0 * d17 + a1 * d16 + a2 * d15 + a3 * d14 + a4 * d13 + a5 * d12 + a6 * d11 + a7 * d10 + a8 * d9, 136);
    store<i64>(columns, a0 * d18 + a1 * d17 + a2 * d16 + a3 * d15 + a4 * d14 + a5 * d13 + a6 * d12 + a7 * d11 + a8 * d10 + a9 * a9, 144);
    store<i64>(columns, a1 * d18 + a2 * d17 + a3 * d16 + a4 * d15 + a5 * d14 + a6 * d13 + a7 * d12 + a8 * d11 + a9 * d10, 152);
    store<i64>(columns, a2 * d18 + a3 * d17 + a4 * d16 + a5 * d15 + a6 * d14 + a7 * d13 + a8 * d12 + a9 * d11 + a10 * a10, 160);
    store<i64>(columns, a3 * d18 + a4 * d17 + a5 * d16 + a6 * d15 + a7 * d14 + a8 * d13 + a9 * d12 + a10 * d11, 168);
    store<i64>(columns, a4 * d18 + a5 * d17 + a6 * d16 + a7 * d15 + a8 * d14 + a9 * d13 + a10 * d12 + a11 * a11, 176);
    store<i64>(columns, a5 * d18 + a6 * d17 + a7 * d16 + a8 * d15 + a9 * d14 + a10 * d13 + a11 * d12, 184);
    store<i64>(columns, a6 * d18 + a7 * d17 + a8 * d16 + a9 * d15 + a10 * d14 + a11 * d13 + a12 * a12, 192);
    store<i64>(columns, a7 * d18 + a8 * d17 + a9 * d16 + a10 * d15 + a11 * d14 + a12 * d13, 200);
    store<i64>(columns, a8 * d18 + a9 * d17 + a10 * d16 + a11 * d15 + a12 * d14 + a13 * a13, 208);
    store<i64>(columns, a9 * d18 + a10 * d17 + a11 * d16 + a12 * d15 + a13 * d14, 216);
    store<i64>(columns, a10 * d18 + a11 * d17 + a12 * d16 + a13 * d15 + a14 * a14, 224);
    store<i64>(columns, a11 * d18 + a12 * d17 + a13 * d16 + a14 * d15, 232);
    store<i64>(columns, a12 * d18 + a13 * d17 + a14 * d16 + a15 * a15, 240);
    store<i64>(columns, a13 * d18 + a14 * d17 + a15 * d16, 248);
    store<i64>(columns, a14 * d18 + a15 * d17 + a16 * a16, 256);
    store<i64>(columns, a15 * d18 + a16 * d17, 264);
    store<i64>(columns, a16 * d18 + a17 * a17, 272);
    store<i64>(columns, a17 * d18, 280);
    store<i64>(columns, a18 * a18, 288);
  }
}
