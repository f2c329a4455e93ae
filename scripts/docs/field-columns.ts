// The columns of products in the fields of the four primes, limb by limb: written by a program, since all that differs is how many limbs there are. A
// loop over the limbs would be shorter, and load and store what these keep in registers.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { repositoryRoot } from "../repository-root.js";
import type { Page } from "./generated-pages.js";

/** Every file of columns, as it is and as it is to be. */
export async function fieldColumns(): Promise<Page[]> {
  const files: readonly [string, string][] = [
    ["columns_9.ts", columnsInLocals(9)],
    ["columns_14.ts", columnsInMemory(14)],
    ["columns_19.ts", columnsInMemory(19)],
  ];
  return Promise.all(
    files.map(async ([name, source]) => {
      const file = join(repositoryRoot, "assembly", "crypto", "field", "columns", name);
      const wanted = await format(source, { ...(await resolveConfig(file)), filepath: file });
      return { file, text: await readFile(file, "utf8").catch(() => ""), wanted };
    }),
  );
}

const WRITTEN = "Written by `npm run docs` (scripts/docs/field-columns.ts).";

/** Few enough columns for locals: they go to the reduction of the field as arguments, and the compiler puts it in their place. */
function columnsInLocals(limbs: number): string {
  const columns = 2 * limbs - 1;
  const hand = (out: string): string => `  // @ts-ignore: the compiler knows R where it is given
  changetype<R>(0).reduce(${[out, "c", ...range(columns).map((i) => `t${i}`)].join(", ")});`;
  return `/**
 * Columns of the products of two elements of ${limbs} limbs: column i has the weight of limb i. ${WRITTEN}
 *
 * R is the reduction of a field, an unmanaged class with an inlined method
 * \`reduce(out: usize, c: usize, t0: i64, …, t${columns - 1}: i64): void\`, which takes what it gets in place of \`this\` for nothing.
 */

/** out = a * b, as R reduces it; \`c\` is handed to R. */
// @ts-ignore: decorator
@inline
export function product${limbs}<R>(out: usize, a: usize, b: usize, c: usize): void {
${loads("a", limbs)}
${loads("b", limbs)}
${products(limbs)
  .map((sum, i) => `  const t${i} = ${sum};`)
  .join("\n")}
${hand("out")}
}

/** out = a², as R reduces it: every mixed product once, against a doubled limb. */
// @ts-ignore: decorator
@inline
export function square${limbs}<R>(out: usize, a: usize, c: usize): void {
${loads("a", limbs)}
${doubles(limbs)}
${squares(limbs)
  .map((sum, i) => `  const t${i} = ${sum};`)
  .join("\n")}
${hand("out")}
}
`;
}

/** As i64 in memory, column after column: more would not fit into registers. */
function columnsInMemory(limbs: number): string {
  const stores = (sums: readonly string[]): string =>
    sums.map((sum, i) => `store<i64>(columns, ${sum}${i === 0 ? "" : `, ${8 * i}`});`).join("\n    ");
  return `/** Columns of the products of two elements of ${limbs} limbs: i64, column i has the weight of limb i. ${WRITTEN} */

/** The schoolbook product. \`columns\`: ${2 * limbs} columns, of which it writes all but the last. */
// @ts-ignore: decorator
@inline
export function product${limbs}(columns: usize, a: usize, b: usize): void {
${loads("a", limbs)}
${loads("b", limbs)}
  // prettier-ignore
  {
    ${stores(products(limbs))}
  }
}

/** The square: every mixed product once, against a doubled limb. */
// @ts-ignore: decorator
@inline
export function square${limbs}(columns: usize, a: usize): void {
${loads("a", limbs)}
${doubles(limbs)}
  // prettier-ignore
  {
    ${stores(squares(limbs))}
  }
}
`;
}

function loads(name: string, limbs: number): string {
  return range(limbs)
    .map((i) => `  const ${name}${i} = <i64>load<i32>(${name}${i === 0 ? "" : `, ${4 * i}`});`)
    .join("\n");
}

function doubles(limbs: number): string {
  return range(limbs)
    .slice(1)
    .map((i) => `  const d${i} = a${i} << 1;`)
    .join("\n");
}

/** Column by column, the sum of the products whose limbs' weights make it up. */
function products(limbs: number): string[] {
  return range(2 * limbs - 1).map((column) =>
    range(limbs)
      .filter((i) => column - i >= 0 && column - i < limbs)
      .map((i) => `a${i} * b${column - i}`)
      .join(" + "),
  );
}

function squares(limbs: number): string[] {
  return range(2 * limbs - 1).map((column) =>
    range(limbs)
      .filter((i) => i <= column - i && column - i < limbs)
      .map((i) => (2 * i === column ? `a${i} * a${i}` : `a${i} * d${column - i}`))
      .join(" + "),
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
