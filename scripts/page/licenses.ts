// The licenses of the packages that are bundled into the page: each wants its text to come along.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../repository-root.js";

/**
 * The texts, one after the other.
 * @param inputs paths of the bundled files, from the root
 * @throws Error if a package has none
 */
export async function licensesOf(inputs: readonly string[]): Promise<string> {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(input)?.[0] ?? []),
  );
  const texts = [...packages].sort().map(async (directory) => {
    const path = join(repositoryRoot, directory);
    const { name, version, license } = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as {
      name: string;
      version: string;
      license: string;
    };
    const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${directory} has no text of its license`);
    return `${name} ${version} (${license})\n\n${(await readFile(join(path, file), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
