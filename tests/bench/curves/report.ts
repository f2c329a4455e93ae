// What the curves are, as tables in Markdown.

import { BARE } from "../measure.js";
import type { Estimate } from "../statistics.js";
import { SERIES } from "./curves.js";

export interface CurveResult {
  readonly title: string;
  readonly told: string;
  /** False: its points are kinds, and none is more than another. */
  readonly grows: boolean;
  readonly points: readonly {
    readonly label: string;
    /** CPU of the Envoy process per request over a listener without filters, in microseconds; that listener itself: in all. */
    readonly costs: readonly ({ readonly variant: string } & Estimate)[];
  }[];
}

/** What is written to docs/bench/curves.json. */
export interface CurvesResult {
  readonly machine: string;
  readonly envoy: string;
  readonly date: string;
  /** Of the machine when it began: Linux's average of a minute. */
  readonly load: number;
  readonly rounds: number;
  readonly curves: readonly CurveResult[];
}

/** The cost of a series at a point, in microseconds. */
export function costAt(point: CurveResult["points"][number], series: string): number {
  const found = point.costs.find(({ variant }) => variant === series);
  if (found === undefined) throw new Error(`nothing measured of ${series} at ${point.label}`);
  return found.median;
}

const us = (value: number) => value.toFixed(value < 100 ? 1 : 0);

/** The tables that `npm run bench:curves` prints. */
export function curveTables({ machine, envoy, date, load, rounds, curves }: CurvesResult): string {
  return [
    `Envoy ${envoy}; ${machine}, load ${load.toFixed(1)}; ${rounds} rounds; ${date}. CPU µs a request over the listener without filters, median of the rounds.`,
    ...curves.flatMap(({ title, told, points }) => [
      "",
      `| ${title} (${told}) | ${points.map(({ label }) => label).join(" | ")} |`,
      `| --- |${points.map(() => " ---: |").join("")}`,
      ...[BARE, ...SERIES].map(
        (series) =>
          `| ${series === BARE ? `${BARE}, in all` : series} | ${points.map((point) => us(costAt(point, series))).join(" | ")} |`,
      ),
    ]),
  ].join("\n");
}
