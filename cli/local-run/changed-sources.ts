// Waiting for a change of the files that a user names.

import { setTimeout } from "node:timers/promises";
import { readSources } from "../files/source-files.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import type { Terminal } from "../terminal/terminal.js";

/** How often the files are read, in milliseconds. Reading tells of every kind of change, which no watcher of a file system does. */
const INTERVAL = 500;

/**
 * Settles with the files when they differ from `before` and have not changed between two looks: an editor that writes in parts has finished.
 * A file that cannot be read is as if it had not changed.
 */
export async function changedSources(
  paths: readonly string[],
  before: readonly SourceFile[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SourceFile[]> {
  const known = JSON.stringify(before);
  let last = known;
  for (;;) {
    await setTimeout(INTERVAL, undefined, { signal });
    const sources = await readSources(paths, terminal).catch(() => [...before]);
    const now = JSON.stringify(sources);
    if (now !== known && now === last) return sources;
    last = now;
  }
}
