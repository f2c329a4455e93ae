// Doing something again whenever the files change that a user names, until the user stops it.

import { InputError } from "../../policies/resources/input-error.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";
import { changedSources } from "./changed-sources.js";
import { stopSignal } from "./stop-signal.js";
import { readAllSources } from "../files/source-files.js";

/**
 * Repeats `again` at each change of the files at `paths`; input that cannot be used is told, and waited upon.
 * @returns when the user has stopped it
 */
export async function watched(
  paths: readonly string[],
  terminal: Terminal,
  again: () => Promise<unknown>,
): Promise<ExitCode> {
  const stop = stopSignal();
  const { signal } = stop;
  try {
    let { sources } = await readAllSources(paths, terminal);
    for (;;) {
      terminal.writeError("jwt-policy: waiting for a change; Ctrl-C ends it\n");
      const changed = await changedSources(paths, sources, terminal, signal).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (changed === undefined) return ExitCode.ok;
      sources = changed;
      await again().catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        terminal.writeError(`jwt-policy: ${error.message}\n`);
      });
    }
  } finally {
    stop.release();
  }
}
