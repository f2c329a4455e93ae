// The licenses of the packages that are bundled into the page and the command: they want their texts to come along.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "./repository-root.js";

/**
 * The texts, one after the other; of a package that has none the name of its license and its author.
 * @param inputs paths of the bundled files, from the root
 */
export async function licensesOf(inputs: readonly string[]): Promise<string> {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(input)?.[0] ?? []),
  );
  const texts = [...packages].sort().map(async (directory) => {
    const path = join(repositoryRoot, directory);
    const { name, version, license, author } = JSON.parse(
      await readFile(join(path, "package.json"), "utf8"),
    ) as {
      name: string;
      version: string;
      license: string;
      author?: string | { name: string };
    };
    const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry));
    const by = typeof author === "string" ? author : (author?.name ?? "its authors");
    const text = file === undefined ? `By ${by}.` : (await readFile(join(path, file), "utf8")).trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
