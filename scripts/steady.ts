// `npm run steady -- --times 20 --loaded 5`: runs `npm test` again and again, the last ones beside stress-ng, and prints what came of each. A test that
// fails in one of them has a fault, whatever it is named. Words behind the options are those of `npm test`.

import { spawn, type ChildProcess } from "node:child_process";
import { parseArgs } from "node:util";
import { repositoryRoot } from "./repository-root.js";

/** Of stress-ng (Debian's package of that name): as many busy processes on a machine with two cores. */
const LOAD = ["--cpu", "4", "--quiet"];

/** For tests/playground: how many times slower the browser's page is in a loaded run. */
const PAGE_SLOWNESS = "3";

interface Run {
  readonly loaded: boolean;
  readonly code: number | null;
  readonly seconds: number;
  readonly summary: string;
  readonly failed: readonly string[];
}

function count(text: string | undefined, name: string, otherwise: number): number {
  const value = Number(text ?? otherwise);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`--${name} ${text ?? ""}: must be a whole number`);
  return value;
}

/** Busy processes, until they are told to stop; rejects if there is no stress-ng. */
function startLoad(): Promise<ChildProcess> {
  const child = spawn("stress-ng", LOAD, { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(child));
    child.once("error", () => reject(new Error("--loaded needs stress-ng: apt-get install stress-ng")));
  });
}

async function runOnce(loaded: boolean, words: readonly string[]): Promise<Run> {
  const load = loaded ? await startLoad() : undefined;
  try {
    const started = performance.now();
    const child = spawn("npm", ["test", "--silent", "--", ...words], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...(loaded ? { PAGE_SLOWNESS } : {}) },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const lines = output.split("\n");
    const failed = lines.filter((line) => line.startsWith("FAIL")).map((line) => line.split(/\s+/)[1] ?? "");
    const summary = lines.findLast((line) => /^\d+ passed/.test(line)) ?? "no summary";
    const seconds = Math.round((performance.now() - started) / 1000);
    if (code !== 0) process.stdout.write(`${output}\n`);
    return { loaded, code, seconds, summary, failed };
  } finally {
    load?.kill();
  }
}

const { values, positionals } = parseArgs({
  options: { times: { type: "string" }, loaded: { type: "string" } },
  allowPositionals: true,
});
const times = count(values.times, "times", 20);
const loaded = Math.min(times, count(values.loaded, "loaded", 0));
let green = 0;
process.stdout.write(" run  load  result    time  \n");
for (let i = 1; i <= times; i++) {
  const run = await runOnce(i > times - loaded, positionals);
  if (run.code === 0) green++;
  const cells = [
    String(i).padStart(4),
    (run.loaded ? "yes" : "no").padEnd(4),
    (run.code === 0 ? "green" : "RED").padEnd(6),
    `${run.seconds} s`.padStart(7),
    run.summary,
    run.failed.join(", "),
  ];
  process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
}
process.stdout.write(`${green} of ${times} green\n`);
process.exitCode = green === times ? 0 : 1;
