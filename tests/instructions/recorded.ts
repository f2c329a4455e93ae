// The counts that the filter is held to.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";

export const recordFile = "tests/instructions/instructions.json";

/** Name of a request -> instructions. */
export async function recorded(): Promise<Record<string, number>> {
  return JSON.parse(await readFile(join(repositoryRoot, recordFile), "utf8")) as Record<string, number>;
}
