// Doing something again whenever the files change that a user names, until the user stops it.

import { InputError } from "../../policies/resources/input-error.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";
import { sourceChanges } from "./changed-sources.js";
import { stopSignal } from "./stop-signal.js";
import { readAllSources } from "../files/source-files.js";

/**
 * Does something, and again at each change of the files at `paths`. Input that cannot be used ends it at first; later it is told, and waited upon.
 * @returns when the user has stopped it
 * @throws InputError for standard input, which nobody can watch
 */
export async function watched(
  paths: readonly string[],
  terminal: Terminal,
  act: () => Promise<unknown>,
): Promise<ExitCode> {
  if (paths.includes("-")) throw new InputError("--watch cannot watch standard input");
  // What cannot be read is part of what is seen, and the rest is watched all the same.
  const read = async () => (await readAllSources(paths, terminal)).sources;
  // Before the first look, so that no change falls between the two.
  const sources = await read();
  await act();
  const stop = stopSignal();
  const { signal } = stop;
  try {
    const changes = sourceChanges(read, sources, signal);
    for (;;) {
      terminal.writeError("jwt-policy: waiting for a change; Ctrl-C ends it\n");
      if ((await changes.next()).done === true) return ExitCode.ok;
      await act().catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        terminal.writeError(`jwt-policy: ${error.message}\n`);
      });
    }
  } finally {
    stop.release();
  }
}
