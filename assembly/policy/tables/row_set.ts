/**
 * Sets of rows in the tables, and what a matching value does with them. A row is one way to satisfy a rule: one `from`, one `to`
 * and all of `when`. While a phase is evaluated, its sets lie in one block of memory, the scratch (phase.ts); an effect says
 * which rows or constraints a value contributes to which set of it.
 *
 *     effect, 16 bytes: u32 EffectKind | u32 offset of the target set in the scratch | u32 count | u32 address of the data
 *       SetRows      data: u32 row numbers; each is set in the target
 *       OrWords      data: u64 words, ORed into the target (whose offset is that of the first word)
 *       Constraints  data: u32 constraint, u32 row; a constraint that is met for the first time brings its row one nearer
 *
 * The smaller of the first two forms is taken for every set.
 */
import { Region } from "../../memory/region";

export const enum EffectKind {
  SetRows = 0,
  OrWords = 1,
  Constraints = 2,
}

export const EFFECT_SIZE: usize = 16;

/** Writes the effect "these rows (ascending) are set in the bit set at `target`" to `at`. */
export function writeRowEffect(region: Region, at: usize, target: u32, rows: i32[]): void {
  const first = rows[0] >> 6;
  const words = (rows[rows.length - 1] >> 6) - first + 1;
  if (words * 2 <= rows.length) {
    const data = region.allocate((<usize>words) << 3);
    for (let i = 0; i < rows.length; i++) {
      const word = data + ((<usize>((rows[i] >> 6) - first)) << 3);
      store<u64>(word, load<u64>(word) | ((<u64>1) << (rows[i] & 63)));
    }
    writeEffect(at, EffectKind.OrWords, target + ((<u32>first) << 3), words, data);
  } else {
    const data = region.allocate((<usize>rows.length) << 2);
    for (let i = 0; i < rows.length; i++) store<u32>(data + ((<usize>i) << 2), rows[i]);
    writeEffect(at, EffectKind.SetRows, target, rows.length, data);
  }
}

/** Writes the effect "these constraints are met" to `at`; constraint i counts for row i. */
export function writeConstraintEffect(region: Region, at: usize, constraints: i32[], rows: i32[]): void {
  const data = region.allocate((<usize>rows.length) << 3);
  for (let i = 0; i < rows.length; i++) {
    store<u32>(data + ((<usize>i) << 3), constraints[i]);
    store<u32>(data + ((<usize>i) << 3), rows[i], 4);
  }
  writeEffect(at, EffectKind.Constraints, 0, rows.length, data);
}

function writeEffect(at: usize, kind: EffectKind, target: u32, count: i32, data: usize): void {
  store<u32>(at, kind);
  store<u32>(at, target, 4);
  store<u32>(at, count, 8);
  store<u32>(at, <u32>data, 12);
}

/** The set of `rows` as words, in the region. */
export function rowWords(region: Region, rows: i32[], words: u32): usize {
  const address = region.allocate((<usize>words) << 3);
  for (let i = 0; i < rows.length; i++) setRow(address, rows[i]);
  return address;
}

// @ts-ignore: decorator
@inline
export function setRow(set: usize, row: u32): void {
  const word = set + (((<usize>row) >> 6) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (row & 63)));
}

/** Lowest row of [from, to) that is in both sets, or -1. */
export function firstCommonRow(a: usize, b: usize, from: u32, to: u32): i32 {
  if (from >= to) return -1;
  const last = (to - 1) >> 6;
  let mask = ~(<u64>0) << (from & 63);
  for (let word = from >> 6; word <= last; word++) {
    const offset = (<usize>word) << 3;
    const common = load<u64>(a + offset) & load<u64>(b + offset) & mask;
    if (common != 0) {
      const row = (word << 6) + <u32>ctz<u64>(common);
      return row < to ? <i32>row : -1;
    }
    mask = ~(<u64>0);
  }
  return -1;
}
