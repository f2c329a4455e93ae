// Smaller inputs and smaller corpora that say the same.

import { CoverageMap } from "./coverage/coverage-map.js";
import { Fault, type Target } from "./targets/target.js";

/** How many runs shrinking one input may take. */
const MAX_ATTEMPTS = 3_000;

/** A shorter input on which `target` fails with the same message: parts are taken out, large ones first, while it still does. */
export async function shrinkCrash(target: Target, input: string, message: string): Promise<string> {
  let best = input;
  let attempts = 0;
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length && attempts < MAX_ATTEMPTS; attempts++) {
      const candidate = best.slice(0, at) + best.slice(at + size);
      if ((await faultOf(target, candidate)) === message) best = candidate;
      else at += size;
    }
  }
  return best;
}

/** The message of the fault that an input shows; undefined if it shows none. */
export async function faultOf(target: Target, input: string): Promise<string | undefined> {
  try {
    target.run(input, true);
    target.checkUnchanged();
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    await target.restart();
    return error.message;
  }
}

/** Those of `inputs`, short ones first, that reach a branch which none before them reaches. */
export function leastCorpus(target: Target, inputs: readonly string[]): string[] {
  const coverage = new CoverageMap(target.counters);
  target.takeCounters();
  return [...new Set(inputs)]
    .sort((a, b) => a.length - b.length)
    .filter((input) => {
      target.run(input, false);
      return coverage.take(target.takeCounters()) === 2;
    });
}
