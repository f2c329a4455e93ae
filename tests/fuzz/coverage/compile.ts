// Compiles an AssemblyScript entry with counters in it. A module newer than every source is used as it is.

import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { allowRelaxedSimd } from "../../../host/module/relaxed-simd.js";
import { repositoryRoot } from "../../assemblyscript/compile.js";
import { COUNTER_SPACE, instrument, type Instrumented } from "./instrument.js";

/** Compilations under way in this process, by output: several fuzz targets may be entries of one module. */
const underWay = new Map<string, Promise<void>>();

/** Loops of the crypto are no branches that an input could reach or not; its tests are tests/vectors. */
const NOT_COUNTED = /^assembly\/crypto\//;

/**
 * @param entry path from the repository's root
 * @param config the asconfig.json that says how it is compiled
 * @param except names of functions that get no counters
 */
export async function compileWithCounters(
  entry: string,
  config: string,
  target?: string,
  except: RegExp = NOT_COUNTED,
): Promise<Instrumented> {
  const output = join("build", "fuzz", `${entry.replaceAll("/", "-").replace(/(\.as)?\.ts$/, "")}.wasm`);
  const path = join(repositoryRoot, output);
  if ((await changedAt(path)) <= (await newestSource())) {
    const compilation = underWay.get(output) ?? compile(entry, config, target, output);
    underWay.set(output, compilation);
    await compilation;
  }
  allowRelaxedSimd();
  return instrument(await readFile(path), except);
}

async function compile(
  entry: string,
  config: string,
  target: string | undefined,
  output: string,
): Promise<void> {
  await mkdir(join(repositoryRoot, dirname(output)), { recursive: true });
  // Another process may compile the same: each writes a file of its own, and the finished one takes the name.
  const own = `${output}.${process.pid}.wasm`;
  await promisify(execFile)(
    process.execPath,
    [
      join("node_modules", "assemblyscript", "bin", "asc.js"),
      entry,
      "--config",
      config,
      ...(target === undefined ? [] : ["--target", target]),
      "--debug",
      "--memoryBase",
      String(COUNTER_SPACE),
      "--outFile",
      own,
    ],
    { cwd: repositoryRoot },
  );
  await rename(join(repositoryRoot, own), join(repositoryRoot, output));
}

async function newestSource(): Promise<number> {
  const folders = [
    ["assembly", ".ts"],
    [join("tests", "fuzz"), ".as.ts"],
  ] as const;
  const times = folders.map(async ([folder, suffix]) => {
    const names = await readdir(join(repositoryRoot, folder), { recursive: true });
    return Promise.all(
      names
        .filter((name) => name.endsWith(suffix))
        .map((name) => changedAt(join(repositoryRoot, folder, name))),
    );
  });
  return Math.max(...(await Promise.all(times)).flat());
}

/** Time of the last change of a file in milliseconds, 0 if there is none. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.mtimeMs,
    () => 0,
  );
}
