// The files behind the paths that a user names.

import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { InputError } from "../../policies/resources/input-error.js";
import type { Terminal } from "../terminal/terminal.js";
import { fileText } from "../terminal/bounded-text.js";

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

const extensions: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);

/**
 * Reads files in the order named; of a directory every .yaml, .yml and .json below it, sorted by path; `-` is standard
 * input. Hidden directories and node_modules are passed over.
 * @throws InputError if a path does not exist or cannot be read
 */
export async function readSources(paths: readonly string[], terminal: Terminal): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const path of paths) {
    if (path === "-") sources.push({ file: "-", text: await terminal.readInput() });
    else for (const file of await filesAt(path)) sources.push({ file, text: await read(file) });
  }
  return sources;
}

async function filesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new InputError(`cannot read ${path}: ${fileFault(error)}`);
  });
  return stats.isDirectory() ? filesBelow(path) : [path];
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw new InputError(`cannot read the directory ${directory}: ${fileFault(error)}`);
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && entry.name !== "node_modules")
        found.push(...(await filesBelow(path)));
    } else if (extensions.has(extname(entry.name).toLowerCase())) found.push(path);
  }
  return found;
}

async function read(file: string): Promise<string> {
  return fileText(file).catch((error: unknown) => {
    throw new InputError(`cannot read ${file}: ${fileFault(error)}`);
  });
}

/** Why a file could not be read or written, in words. */
export function fileFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "no such file or directory";
  if (code === "EACCES") return "permission denied";
  if (code === "EEXIST") return "it is there already";
  if (code === "EISDIR") return "it is a directory";
  return error instanceof Error ? error.message : String(error);
}
