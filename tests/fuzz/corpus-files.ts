// Corpus and crashes as files: tests/fuzz/corpus/<target>/ and tests/fuzz/crashes/<target>/, one input a file, named by its digest or by hand.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../assemblyscript/compile.js";

export type Collection = "corpus" | "crashes";

export interface InputFile {
  readonly name: string;
  readonly input: string;
}

function folder(collection: Collection, target: string): string {
  return join(repositoryRoot, "tests", "fuzz", collection, target);
}

/** All inputs of a target, the shortest first; none if there is no such folder. */
export async function readInputs(collection: Collection, target: string): Promise<InputFile[]> {
  const names = await readdir(folder(collection, target)).catch(() => []);
  const files = names.map(async (name) => ({
    name,
    input: await readFile(join(folder(collection, target), name), "latin1"),
  }));
  return (await Promise.all(files)).sort(
    (a, b) => a.input.length - b.input.length || (a.name < b.name ? -1 : 1),
  );
}

/** Writes an input and answers its path from the repository's root. */
export async function writeInput(collection: Collection, target: string, input: string): Promise<string> {
  const name = createHash("sha256").update(input, "latin1").digest("hex").slice(0, 16);
  await mkdir(folder(collection, target), { recursive: true });
  await writeFile(join(folder(collection, target), name), input, "latin1");
  return join("tests", "fuzz", collection, target, name);
}

export async function removeInput(collection: Collection, target: string, name: string): Promise<void> {
  await rm(join(folder(collection, target), name));
}
