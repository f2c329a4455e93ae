// The files that policies and tests are read from, wherever they lie.

import { InputError } from "./input-error.js";
import type { SourceFile } from "./source-file.js";

export interface UserFiles {
  /**
   * The files at these paths, in order; of a directory every .yaml, .yml and .json below it, sorted by path.
   * @throws InputError if a path does not exist or cannot be read
   */
  read(paths: readonly string[]): Promise<SourceFile[]>;
  /**
   * The text of one file.
   * @throws Error with why it cannot be read, in words
   */
  text(path: string): Promise<string>;
}

const extension = /\.(ya?ml|json)$/i;

/** Files that are in memory: their names are paths, so `policies/allow.yaml` lies in the directory `policies`. */
export function filesInMemory(sources: readonly SourceFile[]): UserFiles {
  const byPath = new Map(sources.map((source) => [normalized(source.file), source]));
  const below = (path: string): SourceFile[] => {
    const directory = path === "." ? "" : `${path}/`;
    const names = [...byPath.keys()].filter((name) => name.startsWith(directory) && extension.test(name));
    return names.sort().map((name) => byPath.get(name)!);
  };
  return {
    read: (paths) =>
      Promise.resolve().then(() =>
        paths.flatMap((path) => {
          const one = byPath.get(normalized(path));
          const found = one === undefined ? below(normalized(path)) : [one];
          if (found.length === 0) throw new InputError(`cannot read ${path}: no such file or directory`);
          return found;
        }),
      ),
    text: (path) => {
      const found = byPath.get(normalized(path));
      return found === undefined
        ? Promise.reject(new Error("no such file or directory"))
        : Promise.resolve(found.text);
    },
  };
}

/** A path without `.`, `..` and doubled slashes. */
export function normalized(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else names.push(name);
  }
  return `${path.startsWith("/") ? "/" : ""}${names.join("/")}` || ".";
}
