// Comparisons that an exploration has found to differ, as files: data/found/<digest>.json. `npm test` makes them again.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { Case } from "../case.js";

const directory = join(repositoryRoot, "tests", "differential", "data", "found");

/** A case, and Istio's filters for its policy. */
export interface FoundComparison {
  readonly one: Case;
  readonly native: readonly unknown[];
}

/** All that have been found, under policy names of their own. */
export async function readFoundComparisons(from = directory): Promise<FoundComparison[]> {
  const names = (await readdir(from).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => {
      const { one, native } = JSON.parse(await readFile(join(from, name), "utf8")) as FoundComparison;
      return { one: { ...one, policy: { ...one.policy, name: `found/${name}` } }, native };
    }),
  );
}

/** Keeps one; gives its path from the repository's root. */
export async function keepComparison(found: FoundComparison, to = directory): Promise<string> {
  const text = JSON.stringify(found, undefined, 2);
  const path = join(to, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.json`);
  await mkdir(to, { recursive: true });
  await writeFile(path, `${text}\n`);
  return relative(repositoryRoot, path);
}
