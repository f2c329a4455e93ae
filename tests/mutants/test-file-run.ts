// One test file of a switched tree, with one guard out or with all in place.

import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

export interface TestFileRun {
  /** Titles of the failed test and of those around it; undefined if none failed. */
  readonly failed: string | undefined;
  /** In milliseconds. */
  readonly took: number;
  /** Numbers of the guards that mattered; only where nothing was out. */
  readonly reached: ReadonlySet<number>;
}

export interface TestFileOptions {
  /** The tree's root. */
  readonly root: string;
  /** Path from the root to the compiled test file. */
  readonly file: string;
  readonly guardCount: number;
  /** In milliseconds: a test that takes longer fails. */
  readonly deadline: number;
  /** The guard that is out; without it, it is asked which guards matter. */
  readonly out?: number;
}

/** Runs the file until the first test fails, or to its end. */
export async function runTestFile({
  root,
  file,
  guardCount,
  deadline,
  out,
}: TestFileOptions): Promise<TestFileRun> {
  const preload = pathToFileURL(join(root, "build", "js", "tests", "mutants", "preload.js")).href;
  const coverage = join(root, `reached-${file.replaceAll(/[^a-z0-9]+/gi, "-")}`);
  const started = Date.now();
  const child = spawn(process.execPath, ["--test-reporter=tap", join(root, file)], {
    cwd: root,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${preload}`,
      GUARD_COUNT: String(guardCount),
      ...(out === undefined ? { GUARD_COVERAGE: coverage } : { GUARD_OUT: String(out) }),
    },
    stdio: ["ignore", "pipe", "ignore"],
    // A group of its own, so that what the test has started ends with it.
    detached: true,
  });
  let failed: string | undefined;
  const end = (why: string): void => {
    failed ??= why;
    // Its tests stop what they started only if they come to their end.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(() => end("(it does not end)"), deadline);
  const around: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const [, indent, title] = /^( *)# Subtest: (.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      around.length = indent!.length / 4;
      around.push(title);
    }
    const result = /^( *)not ok \d+ - (.*?)( # TODO.*)?$/.exec(line);
    if (result !== null && result[3] === undefined)
      end(
        [...around.slice(0, result[1]!.length / 4), result[2]!]
          .filter((part) => !part.includes(file))
          .join(" > "),
      );
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  if (code !== 0) failed ??= `(it ends with ${code ?? "a signal"})`;
  return { failed, took: Date.now() - started, reached: await readReached(coverage) };
}

async function readReached(coverage: string): Promise<Set<number>> {
  const reached = new Set<number>();
  const folder = dirname(coverage);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!path.startsWith(`${coverage}.`)) continue;
    for (const number of JSON.parse(await readFile(path, "utf8")) as number[]) reached.add(number);
    await rm(path);
  }
  return reached;
}
