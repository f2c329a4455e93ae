// docs/images: the house as docs/architecture.md shows it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../repository-root.js";
import type { Page } from "../generated-pages.js";
import { readSources } from "./imports.js";
import { housePicture } from "./picture.js";

const pictures = [
  ["filter.svg", ["assembly"], "Folders of the filter and what they import"],
  [
    "command.svg",
    ["cli", "policies", "host"],
    "Folders of the command, of policies and of the host, and what they import",
  ],
] as const;

/** Every picture of the house, as it is and as it would be drawn now. */
export async function housePictures(): Promise<Page[]> {
  const sources = await readSources(repositoryRoot);
  return Promise.all(
    pictures.map(async ([name, parts, label]) => {
      const file = join(repositoryRoot, "docs", "images", name);
      return {
        file,
        text: await readFile(file, "utf8").catch(() => ""),
        wanted: housePicture(sources, parts, label),
      };
    }),
  );
}
