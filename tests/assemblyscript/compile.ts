// Compiles an AssemblyScript test entry (`*.as.ts`) as the filter is compiled, but with the assertions of the standard library and the
// names of functions left in. A module that is newer than every AssemblyScript source is used as it is.

import { readFile, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { allowRelaxedSimd } from "../../host/module/relaxed-simd.js";

/** The repository's root; this file runs from build/js/tests/assemblyscript/. */
export const repositoryRoot = fileURLToPath(new URL("../../../../", import.meta.url));

/** Compiles `entry` (a path from the repository's root) to build/<its folder without tests/>/<name>.wasm. Throws asc's output if it fails. */
export async function compileAssemblyScript(entry: string): Promise<WebAssembly.Module> {
  const output = join("build", entry.replace(/^tests\//, "").replace(/\.as\.ts$/, ".wasm"));
  if ((await changedAt(output)) <= (await newestSource())) await runAsc(entry, output);
  allowRelaxedSimd();
  return WebAssembly.compile(await readFile(join(repositoryRoot, output)));
}

/** In this process: measured, the second entry that a process compiles takes a third of the time of the first. */
async function runAsc(entry: string, output: string): Promise<void> {
  const stderr = asc.createMemoryStream();
  // Two test files that use one entry run at once: neither may read what the other has half written.
  const own = `${output}.${process.pid}.wasm`;
  const options = ["--config", "tests/assemblyscript/asconfig.json", "--outFile", own];
  const { error } = await asc.main([entry, "--baseDir", repositoryRoot, ...options], { stderr });
  if (error !== null) throw new Error(`asc ${entry}: ${error.message}\n${stderr.toString()}`);
  await rename(join(repositoryRoot, own), join(repositoryRoot, output));
}

/** Time of the last change of any AssemblyScript source and of the compiler's options, in milliseconds. */
async function newestSource(): Promise<number> {
  const sources = [join("tests", "assemblyscript", "asconfig.json")];
  for (const [folder, suffix] of [
    ["assembly", ".ts"],
    ["tests", ".as.ts"],
  ] as const) {
    const names = await readdir(join(repositoryRoot, folder), { recursive: true });
    sources.push(...names.filter((name) => name.endsWith(suffix)).map((name) => join(folder, name)));
  }
  return Math.max(...(await Promise.all(sources.map(changedAt))));
}

/** Time of the last change of a file in milliseconds, 0 if there is none. */
async function changedAt(path: string): Promise<number> {
  return stat(join(repositoryRoot, path)).then(
    (stats) => stats.mtimeMs,
    () => 0,
  );
}
