// Filters made for tests from the parts of the real one, compiled as it is.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../scripts/repository-root.js";

/** Compiles `tests/envoy/filters/<name>.as.ts`; the path of the module. */
export async function compiledFilter(name: string): Promise<string> {
  const output = `build/envoy/${name}.wasm`;
  const features = ["--enable", "simd", "--enable", "relaxed-simd"];
  const options = ["--config", "none", "--runtime", "incremental", ...features, "-O1"];
  const abort = ["--use", "abort=assembly/abi/abort/abort"];
  const compiler = join("node_modules", "assemblyscript", "bin", "asc.js");
  const source = `tests/envoy/filters/${name}.as.ts`;
  await promisify(execFile)(process.execPath, [compiler, source, "-o", output, ...options, ...abort], {
    cwd: repositoryRoot,
  });
  return join(repositoryRoot, output);
}
