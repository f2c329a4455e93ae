// What the sources import, read from the sources.

import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { join } from "node:path";
import ts from "typescript";

/** The five parts of the product. Each is a folder at the top of the repository. */
export const PARTS = ["cli", "playground", "policies", "host", "assembly"] as const;

export interface SourceFile {
  /** Paths of the repository's files that it imports, types included. */
  readonly files: readonly string[];
  /** Modules of Node that it imports, as it writes them. */
  readonly nodeModules: readonly string[];
}

/** Path from the root, with `/` -> what the file imports. */
export type Sources = ReadonlyMap<string, SourceFile>;

/** All sources of the parts, in the order of their paths. */
export async function readSources(root: string): Promise<Sources> {
  const texts = new Map<string, string>();
  for (const part of PARTS) {
    const entries = (await readdir(join(root, part), { recursive: true })).map((entry) =>
      entry.replaceAll("\\", "/"),
    );
    for (const entry of entries.filter((one) => one.endsWith(".ts") && !one.endsWith(".d.ts"))) {
      texts.set(`${part}/${entry}`, await readFile(join(root, part, entry), "utf8"));
    }
  }
  return sourcesOf(texts);
}

/** What files with these texts import. An import that leads to none of them keeps the path that it would have. */
export function sourcesOf(texts: ReadonlyMap<string, string>): Sources {
  const sources = new Map<string, SourceFile>();
  for (const [path, text] of [...texts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    // The exports of AssemblyScript read like those of TypeScript, decorators and all.
    const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    sources.set(path, {
      files: [...new Set(specifiers.filter((one) => one.startsWith(".")).map((one) => fileOf(path, one)))],
      nodeModules: [...new Set(specifiers.filter(isBuiltin))],
    });
  }
  return sources;
}

/** `from` is the file that imports; TypeScript names the compiled file, AssemblyScript none of both endings. */
function fileOf(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/(\.js|\.ts)?$/, ".ts");
}
