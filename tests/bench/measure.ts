// Runs, interleaved and repeated: each round measures every run once, in an order of its own, so that what the machine does meanwhile meets all alike.

import { cpuNanoseconds } from "./cpu-time.js";
import { sendLoad } from "./load.js";
import type { Workload } from "./workloads.js";

/** One listener under one workload. */
export interface Run {
  readonly variant: string;
  /** Name of one of the workloads. */
  readonly workload: string;
}

export const runName = (run: Run): string => `${run.variant} / ${run.workload}`;

/** The variant without filters: what all others are measured over. */
export const BARE = "no filter";

export interface MeasureOptions {
  /** The processes whose CPU a listener's requests cost. */
  pids(variant: string): readonly number[];
  port(variant: string): number;
  readonly workloads: Readonly<Record<string, Workload>>;
  readonly runs: readonly Run[];
  readonly rounds: number;
  /** Requests of one run. */
  readonly requests: number;
  /** Gets what is told while it runs. */
  say(text: string): void;
}

/** CPU of the processes per request, in microseconds: for each run one figure a round. The first round warms up and is not kept. */
export async function measure(options: MeasureOptions): Promise<Map<string, number[]>> {
  const figures = new Map<string, number[]>(options.runs.map((run) => [runName(run), []]));
  for (let round = 0; round <= options.rounds; round++) {
    options.say(round === 0 ? `${options.runs.length} runs a round; warming up` : ` ${round}`);
    for (const run of inOrder(options.runs, round)) {
      const { traffic, status } = options.workloads[run.workload]!;
      const pids = options.pids(run.variant);
      const before = await cpuOf(pids);
      await sendLoad(
        options.port(run.variant),
        traffic,
        options.requests,
        run.variant === BARE ? 200 : status,
      );
      const used = (await cpuOf(pids)) - before;
      if (round > 0) figures.get(runName(run))!.push(used / options.requests / 1000);
    }
  }
  return figures;
}

async function cpuOf(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuNanoseconds));
  return times.reduce((sum, time) => sum + time, 0);
}

/** Another order each round: from another start, every second one backwards. */
function inOrder(runs: readonly Run[], round: number): Run[] {
  const start = (round * 5) % runs.length;
  const turned = [...runs.slice(start), ...runs.slice(0, start)];
  return round % 2 === 0 ? turned : turned.reverse();
}
