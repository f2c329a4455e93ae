// What the micro benchmarks have found, as a table in Markdown.

import type { Estimate } from "../statistics.js";

export interface MicroRow {
  readonly name: string;
  /** Microseconds, medians. */
  readonly ours: number;
  readonly native?: number;
  readonly beside?: string;
  readonly ratio?: Estimate;
}

/** What is written to docs/bench/micro.json. */
export interface MicroResult {
  readonly machine: string;
  readonly date: string;
  readonly rounds: number;
  readonly rows: readonly MicroRow[];
}

/** The table that `npm run bench:micro` prints. */
export function microTable({ machine, date, rounds, rows }: MicroResult): string {
  return [
    `${machine}; ${rounds} rounds, in turn; ${date}.`,
    "",
    "| | wasm, µs | native, µs | beside | ratio | 9 times in 10 |",
    "| --- | ---: | ---: | --- | ---: | ---: |",
    ...rows.map(({ name, ours, native, beside, ratio }) => {
      const spread = ratio === undefined ? "" : `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`;
      return `| ${name} | ${ours.toFixed(2)} | ${native?.toFixed(2) ?? ""} | ${beside ?? ""} | ${ratio?.median.toFixed(2) ?? ""} | ${spread} |`;
    }),
  ].join("\n");
}
