// The folders of the sources, and what they know of each other.

import { posix } from "node:path";
import { arrowsOf, type Arrows } from "./arrows.js";
import type { Sources } from "./imports.js";

/** How the files of a folder itself are called where its subfolders stand beside them. */
export const OWN = ".";

/** Folders with files of their own, and every folder that one of them is in. */
export function foldersOf(sources: Sources): string[] {
  const folders = new Set<string>();
  for (const path of sources.keys()) {
    for (let at = posix.dirname(path); at !== "."; at = posix.dirname(at)) folders.add(at);
  }
  return [...folders].sort();
}

/** Files of the folder itself. */
export function ownFiles(sources: Sources, folder: string): string[] {
  return [...sources.keys()].filter((path) => posix.dirname(path) === folder);
}

/** Between files. */
export function fileArrows(sources: Sources): Arrows {
  return arrowsOf(pairs(sources));
}

/** Between folders, each with nothing but the files of its own. */
export function folderArrows(sources: Sources): Arrows {
  return arrowsOf(pairs(sources).map(([from, to]) => [posix.dirname(from), posix.dirname(to)] as const));
}

/**
 * Between what lies in one folder: its subfolders, each with all that is in them, and its own files together, as OWN. Every one of them
 * is a name of the answer, with arrows or without.
 * @param folder "" is the root
 */
export function arrowsWithin(sources: Sources, folder: string): Arrows {
  const part = (path: string): string | undefined => {
    if (folder !== "" && !path.startsWith(`${folder}/`)) return undefined;
    const [first, rest] = path.slice(folder === "" ? 0 : folder.length + 1).split("/", 2);
    return rest === undefined ? OWN : first;
  };
  const within: (readonly [string, string])[] = [];
  for (const path of sources.keys()) {
    const name = part(path);
    if (name !== undefined) within.push([name, name]);
  }
  for (const [from, to] of pairs(sources)) {
    const [one, other] = [part(from), part(to)];
    if (one !== undefined && other !== undefined) within.push([one, other]);
  }
  return arrowsOf(within);
}

/** Every import that leads to one of the files. */
function pairs(sources: Sources): (readonly [string, string])[] {
  return [...sources].flatMap(([from, { files }]) =>
    files.filter((to) => sources.has(to)).map((to) => [from, to] as const),
  );
}
