/**
 * The inverse modulo an odd number, by the division steps of Bernstein and Yang, "Fast constant-time gcd computation and modular
 * inversion" (2019), in the variable-time form of 30 steps a batch that Pieter Wuille describes in libsecp256k1's
 * doc/safegcd_implementation.md. Residues and moduli are those of modulus.ts.
 */
import { RESIDUE_MASK, RESIDUE_SIZE, modulusCount, modulusInverse, modulusLimbs } from "./modulus";

/** The state of an inversion: d, e follow the cofactors of f, g. */
const D = memory.data(<i32>RESIDUE_SIZE, 16);
const E = memory.data(<i32>RESIDUE_SIZE, 16);
const F = memory.data(<i32>RESIDUE_SIZE, 16);
const G = memory.data(<i32>RESIDUE_SIZE, 16);
/** The transition matrix of 30 steps: (u v; q r) times 2^-30 takes (f, g) to their successors. */
let matrixU: i64 = 0;
let matrixV: i64 = 0;
let matrixQ: i64 = 0;
let matrixR: i64 = 0;

/**
 * out = scale / x mod m. x and scale are residues below m, x coprime to m; for x = 0 the result is 0. `out` may be `x` or `scale`.
 * The loop ends: (49 * 521 + 57) / 17 steps bring g to 0 for any x (theorem 11.2 of the paper).
 */
export function invertModulo(out: usize, x: usize, scale: usize, modulus: usize): void {
  const count = modulusCount(modulus);
  const size = (<usize>count) << 2;
  memory.fill(D, 0, size);
  memory.copy(E, scale, size);
  memory.copy(F, modulusLimbs(modulus), size);
  memory.copy(G, x, size);
  let live = size;
  let eta: i32 = -1;
  while (true) {
    eta = divisionSteps(eta, load<u32>(F), load<u32>(G));
    advanceCofactors(modulus, size);
    advanceRemainders(live);
    let any = 0;
    for (let i: usize = 0; i < live; i += 4) any |= load<i32>(G + i);
    if (any == 0) break;
    const f = load<i32>(F + live - 4);
    const g = load<i32>(G + live - 4);
    // Both top limbs are only sign: move the sign one limb down and go on with a limb less.
    if (live > 4 && (f ^ (f >> 31)) == 0 && (g ^ (g >> 31)) == 0) {
      store<i32>(F + live - 8, load<i32>(F + live - 8) | (f << 30));
      store<i32>(G + live - 8, load<i32>(G + live - 8) | (g << 30));
      live -= 4;
    }
  }
  finishInverse(out, load<i32>(F + live - 4) < 0, modulus, size);
}

/** 30 division steps on the low limbs; leaves the transition matrix and answers the new eta (which is -delta). */
function divisionSteps(eta: i32, f: u32, g: u32): i32 {
  let u: u32 = 1;
  let v: u32 = 0;
  let q: u32 = 0;
  let r: u32 = 1;
  let left: i32 = 30;
  while (true) {
    const zeros = <i32>ctz<u32>(g | (0xffffffff << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      let swap = f;
      f = g;
      g = 0 - swap;
      swap = u;
      u = q;
      q = 0 - swap;
      swap = v;
      v = r;
      r = 0 - swap;
    }
    // Up to six steps at once: w cancels as many low bits of g; f * (f² - 2) is -1 / f modulo 64 for odd f.
    const steps = min(min(eta + 1, left), 6);
    const w = (g * f * (f * f - 2)) & ((1 << steps) - 1);
    g += f * w;
    q += u * w;
    r += v * w;
  }
  matrixU = <i64>(<i32>u);
  matrixV = <i64>(<i32>v);
  matrixQ = <i64>(<i32>q);
  matrixR = <i64>(<i32>r);
  return eta;
}

/** (d, e) = matrix * (d, e) / 2^30 mod m; both stay in (-2m, m). */
function advanceCofactors(modulus: usize, size: usize): void {
  const u = matrixU;
  const v = matrixV;
  const q = matrixQ;
  const r = matrixR;
  const limbs = modulusLimbs(modulus);
  const inverse = modulusInverse(modulus);
  const dSign = <i64>(load<i32>(D + size - 4) >> 31);
  const eSign = <i64>(load<i32>(E + size - 4) >> 31);
  let md = (u & dSign) + (v & eSign);
  let me = (q & dSign) + (r & eSign);
  let d = <i64>load<i32>(D);
  let e = <i64>load<i32>(E);
  let cd = u * d + v * e;
  let ce = q * d + r * e;
  // Multiples of m that make the low limbs zero.
  md -= <i64>((inverse * <u32>cd + <u32>md) & RESIDUE_MASK);
  me -= <i64>((inverse * <u32>ce + <u32>me) & RESIDUE_MASK);
  let m = <i64>load<i32>(limbs);
  cd = (cd + m * md) >> 30;
  ce = (ce + m * me) >> 30;
  for (let i: usize = 4; i < size; i += 4) {
    d = <i64>load<i32>(D + i);
    e = <i64>load<i32>(E + i);
    m = <i64>load<i32>(limbs + i);
    cd += u * d + v * e + m * md;
    ce += q * d + r * e + m * me;
    store<i32>(D + i - 4, (<i32>cd) & RESIDUE_MASK);
    store<i32>(E + i - 4, (<i32>ce) & RESIDUE_MASK);
    cd >>= 30;
    ce >>= 30;
  }
  store<i32>(D + size - 4, <i32>cd);
  store<i32>(E + size - 4, <i32>ce);
}

/** (f, g) = matrix * (f, g) / 2^30, exact, over the limbs that are still in use. */
function advanceRemainders(live: usize): void {
  const u = matrixU;
  const v = matrixV;
  const q = matrixQ;
  const r = matrixR;
  let f = <i64>load<i32>(F);
  let g = <i64>load<i32>(G);
  let cf = (u * f + v * g) >> 30;
  let cg = (q * f + r * g) >> 30;
  for (let i: usize = 4; i < live; i += 4) {
    f = <i64>load<i32>(F + i);
    g = <i64>load<i32>(G + i);
    cf += u * f + v * g;
    cg += q * f + r * g;
    store<i32>(F + i - 4, (<i32>cf) & RESIDUE_MASK);
    store<i32>(G + i - 4, (<i32>cg) & RESIDUE_MASK);
    cf >>= 30;
    cg >>= 30;
  }
  store<i32>(F + live - 4, <i32>cf);
  store<i32>(G + live - 4, <i32>cg);
}

/** out = d or -d (f ended as 1 or -1), brought from (-2m, m) into [0, m). */
function finishInverse(out: usize, negate: bool, modulus: usize, size: usize): void {
  if (load<i32>(D + size - 4) < 0) combine(D, 1, modulus, size);
  if (negate) combine(D, -1, modulus, size, 0);
  if (load<i32>(D + size - 4) < 0) combine(D, 1, modulus, size);
  memory.copy(out, D, size);
}

/** residue = sign * residue + addend * m, carried; the top limb keeps the sign. */
function combine(residue: usize, sign: i32, modulus: usize, size: usize, addend: i32 = 1): void {
  const limbs = modulusLimbs(modulus);
  let carry: i32 = 0;
  for (let i: usize = 0; i < size; i += 4) {
    const limb = load<i32>(residue + i) * sign + load<i32>(limbs + i) * addend + carry;
    carry = limb >> 30;
    store<i32>(residue + i, i + 4 == size ? limb : limb & RESIDUE_MASK);
  }
}
