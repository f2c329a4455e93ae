// Compiles host-calls.as.ts as small as it gets: no runtime of its own.

import { join } from "node:path";
import asc from "assemblyscript/asc";
import { repositoryRoot } from "../../scripts/repository-root.js";

/** @returns path of the module */
export async function compileHostCalls(): Promise<string> {
  const output = join("build", "bench", "host-calls.wasm");
  const options = ["--config", "none", "--baseDir", repositoryRoot, "-O3", "--noAssert", "--runtime", "stub"];
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    ["tests/bench/host-calls.as.ts", "--outFile", output, "--use", "abort=", ...options],
    { stderr },
  );
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  return join(repositoryRoot, output);
}
