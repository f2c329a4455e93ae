// Waiting in tests. What is waited for comes within a second or two where the machine has nothing else to do; the deadline is for where it has.

import { waitFor } from "../../../cli/envoy/wait-for.js";

/** Many times what the slowest of all waits takes: only what does not come at all meets it. In milliseconds. */
export const PATIENCE = 90_000;

/** waitFor, with a test's patience. */
export function eventually<T>(
  what: string,
  condition: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  return waitFor(what, PATIENCE, condition);
}
