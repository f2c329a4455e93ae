// Options that have no meaning beside others: to pass over them in silence would be to do something else than what was asked for.

import type { Command } from "commander";
import { InputError } from "../../policies/resources/input-error.js";

/**
 * Refuses options that the user gave and that mean nothing here.
 * @param isMeaningless told the long name, `--upstream`
 * @param why ends the message: `are for --as envoy`
 * @throws InputError
 */
export function refuseUnused(command: Command, isMeaningless: (long: string) => boolean, why: string): void {
  const given = unusedOptions(command, isMeaningless);
  if (given.length > 0) throw new InputError(`${given.join(", ")}: ${why}`);
}

/** The long names of options that the user gave and that mean nothing here. */
export function unusedOptions(command: Command, isMeaningless: (long: string) => boolean): string[] {
  return command.options.flatMap((option) => {
    const { long } = option;
    if (typeof long !== "string" || !isMeaningless(long)) return [];
    return command.getOptionValueSource(option.attributeName()) === "cli" ? [long] : [];
  });
}
