// Filters made for tests from the parts of the real one, compiled as it is.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../scripts/repository-root.js";

interface CompilerOptions {
  readonly runtime: string;
  readonly enable: readonly string[];
  readonly use: readonly string[];
}

/** Compiles `tests/envoy/filters/<name>.as.ts` with the options of the filter, but less optimised; the path of the module. */
export async function compiledFilter(name: string): Promise<string> {
  const output = `build/envoy/${name}.wasm`;
  const config = await readFile(join(repositoryRoot, "asconfig.json"), "utf8");
  const { runtime, enable, use } = (JSON.parse(config) as { options: CompilerOptions }).options;
  const options = [
    ...["--config", "none", "-O1", "--runtime", runtime],
    ...enable.flatMap((feature) => ["--enable", feature]),
    ...use.flatMap((alias) => ["--use", alias]),
  ];
  const compiler = join("node_modules", "assemblyscript", "bin", "asc.js");
  const source = `tests/envoy/filters/${name}.as.ts`;
  await promisify(execFile)(process.execPath, [compiler, source, "-o", output, ...options], {
    cwd: repositoryRoot,
  });
  return join(repositoryRoot, output);
}
