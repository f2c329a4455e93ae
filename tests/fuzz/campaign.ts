// The loop of coverage-guided fuzzing: take an input of the corpus, change it, run it, keep it if it has reached a branch that no input before it
// has reached.

import type { CoverageMap } from "./coverage/coverage-map.js";
import type { Random } from "../seeded/random.js";
import { Fault, type Target } from "./targets/target.js";

/** Between two looks at whether all is as it was, in runs. */
const CHECK_EVERY = 512;
/** One run of so many is thorough even if it has reached nothing new. */
const THOROUGH_EVERY = 16;
/** Distinct faults after which a campaign ends: more would be the same ones again. */
const MAX_FAULTS = 5;

export interface Crash {
  readonly input: string;
  readonly message: string;
}

export interface CampaignResult {
  readonly runs: number;
  readonly seconds: number;
  readonly crashes: readonly Crash[];
  /** Inputs that reached a new branch or a new magnitude of one. */
  readonly corpus: readonly string[];
}

export interface Limits {
  readonly runs: number;
  readonly seconds: number;
}

/** Fuzzes `target` from `seeds` on until a limit is met. `report` is called about once a second. */
export async function runCampaign(
  target: Target,
  seeds: readonly string[],
  coverage: CoverageMap,
  random: Random,
  limits: Limits,
  report: (runs: number, corpus: number) => void = () => undefined,
): Promise<CampaignResult> {
  const corpus: string[] = [];
  const crashes: Crash[] = [];
  const started = performance.now();
  let reported = started;
  let runs = 0;

  const execute = async (input: string, seed: boolean): Promise<void> => {
    runs++;
    try {
      target.run(input, runs % THOROUGH_EVERY === 0);
      const news = coverage.take(target.takeCounters());
      if (seed || news > 0) {
        corpus.push(input);
        target.run(input, true);
        coverage.take(target.takeCounters());
      }
      if (runs % CHECK_EVERY === 0) target.checkUnchanged();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (!crashes.some(({ message }) => message === error.message))
        crashes.push({ input, message: error.message });
      await target.restart();
    }
  };

  for (const seed of seeds) await execute(seed, true);
  while (runs < limits.runs && crashes.length < MAX_FAULTS) {
    if (runs % 64 === 0) {
      const now = performance.now();
      if (now - started > limits.seconds * 1000) break;
      if (now - reported > 1000) {
        reported = now;
        report(runs, corpus.length);
      }
    }
    const input = target
      .mutate(choose(corpus, random), random, choose(corpus, random))
      .slice(0, target.longest);
    await execute(input, false);
  }
  return { runs, seconds: (performance.now() - started) / 1000, crashes, corpus };
}

/** Recent inputs more often, since they have reached what the others have not; and of two the shorter one, since it costs less. */
function choose(corpus: readonly string[], random: Random): string {
  const one = random.pick(corpus);
  const other = corpus[corpus.length - 1 - random.skewed(corpus.length)]!;
  return other.length < one.length || random.once(3) ? other : one;
}
