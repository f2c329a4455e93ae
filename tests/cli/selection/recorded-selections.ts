// Real Istio's answers to the cases, as `npm run referee` wrote them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { Selected } from "./selected.js";

export const selectionsFile = join(repositoryRoot, "tests", "cli", "data", "istio-selections.json");

/** By the name of the case. */
export async function recordedSelections(): Promise<Readonly<Record<string, Selected>>> {
  return JSON.parse(await readFile(selectionsFile, "utf8")) as Record<string, Selected>;
}
