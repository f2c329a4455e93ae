// The option `--now`: a moment.

import { InputError } from "../../policies/resources/input-error.js";
import { instantOf } from "../../policies/text/moment.js";

/**
 * The moment that an option names; undefined where it was not given.
 * @throws InputError if it names none
 */
export function readInstant(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = instantOf(text);
  if (seconds !== undefined) return seconds;
  throw new InputError(
    `${option} ${text}: expected a time such as 2026-01-31T12:00:00Z, or seconds since 1970`,
  );
}
