// Compiles an AssemblyScript test entry (`*.as.ts`) as the filter is compiled, but with the assertions of the standard library and the
// names of functions left in. A module that is newer than every AssemblyScript source is used as it is.

import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root; this file runs from build/js/tests/assemblyscript/. */
export const repositoryRoot = fileURLToPath(new URL("../../../../", import.meta.url));

/** How long one compilation may take, in milliseconds. */
const COMPILE_DEADLINE = 120_000;

/** Compiles `entry` (a path from the repository's root) to build/<its folder without tests/>/<name>.wasm. Throws asc's output if it fails. */
export async function compileAssemblyScript(entry: string): Promise<WebAssembly.Module> {
  const output = join("build", entry.replace(/^tests\//, "").replace(/\.as\.ts$/, ".wasm"));
  if ((await changedAt(output)) <= (await newestSource())) await runAsc(entry, output);
  return WebAssembly.compile(await readFile(join(repositoryRoot, output)));
}

async function runAsc(entry: string, output: string): Promise<void> {
  await mkdir(join(repositoryRoot, dirname(output)), { recursive: true });
  const asc = join("node_modules", "assemblyscript", "bin", "asc.js");
  // Two test files that use one entry run at once: neither may read what the other has half written.
  const own = `${output}.${process.pid}.wasm`;
  const args = [asc, entry, "--config", "tests/assemblyscript/asconfig.json", "--outFile", own];
  await new Promise<void>((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: repositoryRoot, timeout: COMPILE_DEADLINE },
      (error, stdout, stderr) =>
        error ? reject(new Error(`asc ${entry} failed:\n${stderr}${stdout}`)) : resolve(),
    );
  });
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
