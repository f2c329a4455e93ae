/** Compiles the probe filter (probe.as.ts), once for all tests of a run. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const SOURCE = "tests/host/probe/probe.as.ts";

/** The probe as WebAssembly. Tests run in the root of the repository. */
export async function compileProbe(): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "probe-"));
  try {
    const output = join(directory, "probe.wasm");
    const options = [
      "--config",
      "none",
      "--runtime",
      "incremental",
      "-O2",
      "--use",
      "abort=tests/host/probe/probe.as/abort",
    ];
    await promisify(execFile)(process.execPath, [
      "node_modules/assemblyscript/bin/asc.js",
      SOURCE,
      "-o",
      output,
      ...options,
    ]);
    return new Uint8Array(await readFile(output));
  } finally {
    await rm(directory, { recursive: true });
  }
}
