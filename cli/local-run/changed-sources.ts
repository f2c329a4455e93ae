// Waiting for a change of the files that a user names.

import { setTimeout } from "node:timers/promises";
import type { SourceFile } from "../../policies/resources/source-file.js";

/** How often the files are read, in milliseconds. Reading tells of every kind of change, which no watcher of a file system does. */
const INTERVAL = 500;

/** The files at each change from `before` on, until the signal ends it. */
export async function* sourceChanges(
  read: () => Promise<readonly SourceFile[]>,
  before: readonly SourceFile[],
  signal: AbortSignal,
): AsyncGenerator<readonly SourceFile[]> {
  for (let sources = before; ; yield sources) {
    try {
      sources = await changedSources(read, sources, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

/**
 * Settles with the files when they differ from `before` and have not changed between two looks: an editor that writes in parts has finished.
 * @param read the files; where it fails, it is as if nothing had changed
 */
export async function changedSources(
  read: () => Promise<readonly SourceFile[]>,
  before: readonly SourceFile[],
  signal: AbortSignal,
): Promise<readonly SourceFile[]> {
  const known = JSON.stringify(before);
  let last = known;
  for (;;) {
    await setTimeout(INTERVAL, undefined, { signal });
    const sources = await read().catch(() => before);
    const now = JSON.stringify(sources);
    if (now !== known && now === last) return sources;
    last = now;
  }
}
