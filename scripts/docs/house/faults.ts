// The rules of the house (docs/decisions/0013), and what is against them.

import { circles, reachable } from "./arrows.js";
import { arrowsWithin, fileArrows, folderArrows, foldersOf, OWN, ownFiles } from "./folders.js";
import type { Sources } from "./imports.js";

/** So many files can be read at a glance; more need an order. */
export const MOST_FILES = 12;

/** A part -> the parts that it may import from, besides itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  cli: ["policies", "host"],
  playground: ["policies", "host"],
  policies: ["host"],
  host: [],
  assembly: [],
};

/** Whatever these files reach runs in a browser: what the package gives on import, the host without its Node part, and the page. */
export const BROWSER_ENTRIES: readonly string[] = [
  "policies/index.ts",
  "host/index.ts",
  "playground/main.ts",
];

/** Faults, a line each; none for a house in order. */
export function houseFaults(sources: Sources): string[] {
  return [
    ...circleFaults(sources),
    ...[...sources].flatMap(([path, { files }]) =>
      files.flatMap((to) => importFault(sources, path, to) ?? []),
    ),
    ...nodeFaults(sources),
    ...foldersOf(sources).flatMap((folder) => {
      const count = ownFiles(sources, folder).length;
      return count > MOST_FILES ? [`${folder}: ${count} files, more than ${MOST_FILES}`] : [];
    }),
  ];
}

function circleFaults(sources: Sources): string[] {
  const named = (kind: string, found: string[][]): string[] =>
    found.map((names) => `a circle of ${kind}: ${names.join(", ")}`);
  return [
    ...named("files", circles(fileArrows(sources))),
    ...named("folders", circles(folderArrows(sources))),
    // A folder with all that is in it must stand on one side of its neighbours too.
    ...["", ...foldersOf(sources)].flatMap((folder) =>
      named(
        `what is in ${folder === "" ? "the repository" : folder}`,
        circles(arrowsWithin(sources, folder)).map((names) =>
          names.map((name) => (name === OWN ? "its own files" : `${name}/`)),
        ),
      ),
    ),
  ];
}

function importFault(sources: Sources, path: string, to: string): string | undefined {
  const part = path.split("/")[0]!;
  const other = to.split("/")[0]!;
  if (other !== part && !below[part]!.includes(other))
    return `${path}: imports ${to}, and ${part} stands below it or beside it`;
  return sources.has(to) ? undefined : `${path}: imports ${to}, which is not there`;
}

function nodeFaults(sources: Sources): string[] {
  const browser = reachable(fileArrows(sources), BROWSER_ENTRIES);
  const faults: string[] = [];
  for (const [path, { nodeModules }] of sources) {
    if (!browser.has(path) && !path.startsWith("policies/") && !path.startsWith("assembly/")) continue;
    for (const module of nodeModules) faults.push(`${path}: imports ${module}, and must run without Node`);
  }
  return faults;
}
