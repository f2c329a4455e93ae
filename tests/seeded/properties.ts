// Properties over drawn inputs (fast-check), whose seed is the run's; first come the inputs that once made them fail.

import { relative } from "node:path";
import fc from "fast-check";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { keepFoundCase, readFoundCases } from "./found-cases.js";
import { seed, SEED_VARIABLE } from "./seed.js";

/** Set where what is found is to be kept: by `npm run explore`. */
export const KEEP_VARIABLE = "KEEP_FOUND_CASES";

/**
 * Throws if a property does not hold for one of the inputs kept of it, or one of those drawn. In an exploration the least input
 * that shows it becomes a committed case, and the message says where.
 *
 * @param name of the file that such inputs are kept in: no other property may have it
 */
export function holds<T extends unknown[]>(
  name: string,
  property: fc.IAsyncPropertyWithHooks<T>,
  parameters?: fc.Parameters<T>,
): Promise<void>;
export function holds<T extends unknown[]>(
  name: string,
  property: fc.IPropertyWithHooks<T>,
  parameters?: fc.Parameters<T>,
): void;
export function holds<T extends unknown[]>(
  name: string,
  property: fc.IAsyncPropertyWithHooks<T> | fc.IPropertyWithHooks<T>,
  parameters: fc.Parameters<T> = {},
): Promise<void> | void {
  const examples = readFoundCases(name) as T[];
  const details = fc.check(property as fc.IProperty<T>, { ...parameters, seed, examples }) as
    fc.RunDetails<T> | Promise<fc.RunDetails<T>>;
  if (details instanceof Promise) return details.then((some) => judge(name, some));
  judge(name, details);
}

function judge<T extends unknown[]>(name: string, details: fc.RunDetails<T>): void {
  if (!details.failed) return;
  const thrown = details.errorInstance;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const lines = [reason, `${name}, ${SEED_VARIABLE}=${seed}`, fc.defaultReportMessage(details) ?? ""];
  if (process.env[KEEP_VARIABLE] !== undefined && details.counterexample !== null) {
    const path = keepFoundCase(name, details.counterexample);
    lines.push(
      path === undefined
        ? "A file cannot hold this input: the seed is what repeats it."
        : `Kept in ${relative(repositoryRoot, path)}.`,
    );
  }
  throw new Error(lines.join("\n"), { cause: thrown });
}
