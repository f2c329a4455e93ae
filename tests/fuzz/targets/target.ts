// What is fuzzed: something that takes an input and says what came of it. Inputs are byte strings: one character, one byte.

import type { Random } from "../../seeded/random.js";

/** A broken promise of the filter: a trap, or a rule that every input must keep. */
export class Fault extends Error {
  override readonly name = "Fault";
}

export interface Target {
  /** Name of its folder in corpus/ and crashes/. */
  readonly name: string;
  /** Longest input, in bytes. */
  readonly longest: number;
  /** Number of counters in the module. */
  readonly counters: number;
  /** The counters since the last time they were taken. */
  takeCounters(): Uint8Array;
  /** Runs one input. `thorough`: with every check, at more than one run's cost. Throws Fault. */
  run(input: string, thorough: boolean): void;
  /** Called now and then: whether all is as it was at the start. Throws Fault. */
  checkUnchanged(): void;
  /** A new machine, after a fault. */
  restart(): Promise<void>;
  mutate(input: string, random: Random, other: string): string;
}
