// Guards that no test can notice the absence of, each with the reason. `npm run mutants` says so when one of them is noticed after all.

import type { Removal } from "./guard.js";

export interface UnnoticedGuard {
  readonly file: string;
  /** Text of the condition or call, as in the source but for white space. */
  readonly text: string;
  /** The function around it, where the text is in several of the file. */
  readonly within?: string;
  /** Where only one way to take it out goes unnoticed. */
  readonly removal?: Removal;
  readonly reason: string;
}

export const unnoticedGuards: readonly UnnoticedGuard[] = [];
