// The filter with a trap in it (trapping-filter.as.ts), compiled as the real one is.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../scripts/repository-root.js";

const SOURCE = "tests/envoy/trapping-filter.as.ts";
const OUTPUT = "build/envoy/trapping-filter.wasm";

/** Compiles it; the path of the module. */
export async function trappingFilter(): Promise<string> {
  const features = ["--enable", "simd", "--enable", "relaxed-simd"];
  const options = ["--config", "none", "--runtime", "incremental", ...features, "-O1"];
  const abort = ["--use", "abort=assembly/abi/abort/abort"];
  const compiler = join("node_modules", "assemblyscript", "bin", "asc.js");
  await promisify(execFile)(process.execPath, [compiler, SOURCE, "-o", OUTPUT, ...options, ...abort], {
    cwd: repositoryRoot,
  });
  return join(repositoryRoot, OUTPUT);
}
