// What a benchmark has found, as tables in Markdown.

import type { Footprint } from "./footprint.js";
import { BARE, runName, type Run } from "./measure.js";
import { estimate, over, ratioOfMedians, type Estimate } from "./statistics.js";
import type { Goal } from "./variants.js";

export interface GoalResult {
  readonly name: string;
  readonly most: number;
  readonly ratio: Estimate;
  /** The ratio of a filter that makes the host calls of ours and does nothing else. */
  readonly floor?: Estimate;
}

/** What is written to docs/bench/envoy.json. */
export interface BenchResult {
  readonly machine: string;
  readonly envoy: string;
  readonly date: string;
  /** Of the machine when it began: Linux's average of a minute. */
  readonly load?: number;
  readonly rounds: number;
  readonly requests: number;
  /** CPU of the Envoy process per request over a listener without filters, in microseconds; that listener itself: in all. */
  readonly costs: readonly (Run & Estimate)[];
  readonly goals: readonly GoalResult[];
  readonly footprint: Footprint;
}

/** @param figures of each run, in microseconds, one a round */
export function costsOf(runs: readonly Run[], figures: ReadonlyMap<string, number[]>): (Run & Estimate)[] {
  return runs.map((run) => ({ ...run, ...estimate(costs(run, figures)) }));
}

export function goalsOf(goals: readonly Goal[], figures: ReadonlyMap<string, number[]>): GoalResult[] {
  return goals.map(({ name, most, ours, theirs, floor }) => {
    const ratio = (run: Run) => ratioOfMedians(costs(run, figures), costs(theirs, figures));
    return { name, most, ratio: ratio(ours), ...(floor === undefined ? {} : { floor: ratio(floor) }) };
  });
}

function costs(run: Run, figures: ReadonlyMap<string, number[]>): number[] {
  const own = figures.get(runName(run))!;
  if (run.variant === BARE) return own;
  return over(own, figures.get(runName({ ...run, variant: BARE }))!);
}

/** Of a run without filters, the middle half of its rounds over their median: beyond this the figures are the machine's, and small ones say nothing. */
const BUSY = 0.15;

/** Whether other things that the machine did are in the figures: then none is to be quoted. */
function told(costs: BenchResult["costs"]): string[] {
  const spread = Math.max(
    ...costs.filter(({ variant }) => variant === BARE).map(({ median, low, high }) => (high - low) / median),
  );
  if (spread <= BUSY) return [];
  return [
    `**The machine was too busy to tell**: requests without a filter, which cost the same each time, differ by ${(spread * 100).toFixed(0)} % between the first and the third quarter of the rounds.`,
    "",
  ];
}

/** The tables that `npm run bench` prints. */
export function benchTables(result: BenchResult): string {
  const { costs, goals, footprint } = result;
  const us = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  const workloads = [...new Set(costs.map(({ workload }) => workload))];
  return [
    `Envoy ${result.envoy}, one worker; ${result.machine}${result.load === undefined ? "" : `, load ${result.load.toFixed(1)}`}; ${result.rounds} rounds of ${result.requests} requests; ${result.date}.`,
    "",
    ...told(costs),
    ...workloads.flatMap((workload) => [
      `| ${workload} | CPU µs a request | middle half of the rounds |`,
      "| --- | ---: | ---: |",
      ...costs
        .filter((one) => one.workload === workload)
        .map(
          (one) =>
            `| ${one.variant === BARE ? `${BARE}, in all` : one.variant} | ${us(one.median)} | ${us(one.low)} to ${us(one.high)} |`,
        ),
      "",
    ]),
    "| ours / native | ratio | 9 times in 10 | goal | its host calls alone |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...goals.map(
      ({ name, most, ratio, floor }) =>
        `| ${name} | ${ratio.median.toFixed(3)} | ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)} | <= ${most} | ${floor?.median.toFixed(3) ?? ""} |`,
    ),
    "",
    "| footprint | |",
    "| --- | ---: |",
    `| jwt-policy.wasm | ${(footprint.wasmBytes / 1024).toFixed(0)} KiB |`,
    `| VM of a worker, one policy, before the first request | ${(footprint.vmBytes / 1024).toFixed(0)} KiB |`,
    `| 1,000 cached tokens | ${(footprint.cachedTokensBytes / 1024).toFixed(0)} KiB |`,
    `| VM of a worker, 1,000 policies | ${(footprint.policiesVmBytes / 1024).toFixed(0)} KiB |`,
    `| configuring 1,000 policies | ${footprint.policiesMilliseconds.toFixed(1)} ms |`,
  ].join("\n");
}
