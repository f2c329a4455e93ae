// The files behind the paths that a user names.

import { readdir, readlink, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { InputError } from "../../policies/resources/input-error.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import type { UnreadableFile } from "../../policies/findings/unreadable.js";
import type { Terminal } from "../terminal/terminal.js";
import { fileText } from "../terminal/bounded-text.js";

const extensions: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);

/**
 * Reads files in the order named; of a directory every .yaml, .yml and .json below it, sorted by path; `-` is standard
 * input. Hidden directories and node_modules are passed over.
 * @throws InputError if a path does not exist or cannot be read
 */
export async function readSources(paths: readonly string[], terminal: Terminal): Promise<SourceFile[]> {
  const { sources, unreadable } = await readAllSources(paths, terminal);
  const [first] = unreadable;
  if (first !== undefined) throw new InputError(first.message);
  if (sources.length === 0 && paths.length > 0) throw new InputError(nothingIn(paths));
  return sources;
}

/** Of directories in which no file has a name that is read. */
export const nothingIn = (paths: readonly string[]): string =>
  `there is no file whose name ends in .yaml, .yml or .json in ${paths.join(", ")}`;

export interface ReadSources {
  readonly sources: SourceFile[];
  /** In the order named. */
  readonly unreadable: UnreadableFile[];
}

/** Reads what can be read of the files behind paths, each once. */
export async function readAllSources(paths: readonly string[], terminal: Terminal): Promise<ReadSources> {
  const sources: SourceFile[] = [];
  const unreadable: UnreadableFile[] = [];
  const seen = new Set<string>();
  const attempt = async (file: string, read: () => Promise<void>) => {
    await read().catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      unreadable.push({ file, message: error.message });
    });
  };
  const add = async (file: string) => {
    if (seen.has(resolve(file))) return;
    seen.add(resolve(file));
    await attempt(file, async () => void sources.push({ file, text: await read(file) }));
  };
  for (const path of paths) {
    if (path === "-")
      await attempt(path, async () => void sources.push({ file: path, text: await terminal.readInput() }));
    else
      await attempt(path, async () => {
        for (const file of await filesAt(path)) await add(file);
      });
  }
  return { sources, unreadable };
}

async function filesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(async (error: unknown) => {
    throw new InputError(`cannot read ${path}: ${await unreadableBecause(path, error)}`);
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
  return fileText(file).catch(async (error: unknown) => {
    throw new InputError(`cannot read ${file}: ${await unreadableBecause(file, error)}`);
  });
}

async function unreadableBecause(file: string, error: unknown): Promise<string> {
  const target = await readlink(file).catch(() => undefined);
  return (error as NodeJS.ErrnoException).code === "ENOENT" && target !== undefined
    ? `it is a link to ${target}, which is not there`
    : fileFault(error);
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
