// Takes guards out one by one and finds the first test that notices.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Guard, GuardName } from "./guard.js";
import type { SwitchedTree } from "./switched-tree.js";
import { runTestFile } from "./test-file-run.js";

/** Tests that ask the filter in host/ or its parts, without an Envoy: an Envoy takes longer to start than most of these take. */
const FILES =
  /^tests\/(unit|security|host|vectors|schema|differential\/(host|refusals|evaluation)|fuzz|cli\/(evaluation|explain|input|steps|test))/;

/** How long a test may take with a guard out, in milliseconds, and in times of what it takes otherwise. */
const LEAST_DEADLINE = 60_000;
const DEADLINE_FACTOR = 6;

export interface TestFile {
  /** Compiled, from the tree's root. */
  readonly path: string;
  /** In milliseconds, with every guard in its place. */
  readonly took: number;
  readonly reached: ReadonlySet<number>;
}

export type Verdict =
  | { readonly kind: "noticed"; readonly file: string; readonly title: string }
  /** Tests get to the guard, and none fails without it. */
  | { readonly kind: "unnoticed"; readonly files: readonly string[] }
  /** In no test does it make a difference to the condition or call whether the guard is there. */
  | { readonly kind: "unreached" };

/** The compiled test files of the tree that may see a guard. */
export async function testFiles(root: string): Promise<string[]> {
  const names = await readdir(join(root, "tests"), { recursive: true });
  return names
    .filter((name) => name.endsWith(".test.ts") && FILES.test(join("tests", name)))
    .map((name) => join("build", "js", "tests", name.replace(/\.ts$/, ".js")))
    .sort();
}

/** Runs each file with every guard in its place. A file that fails then says nothing about guards and is left out; `say` is told. */
export async function measure(
  tree: SwitchedTree,
  files: readonly string[],
  workers: number,
  say: (line: string) => void,
): Promise<TestFile[]> {
  const measured: TestFile[] = [];
  await inTurn(files, workers, async (path) => {
    const run = await runTestFile({
      root: tree.root,
      file: path,
      guardCount: tree.guards.length,
      deadline: 600_000,
    });
    if (run.failed === undefined) measured.push({ path, took: run.took, reached: run.reached });
    say(
      `${run.failed === undefined ? `${run.reached.size} guards matter` : `left out, it fails: ${run.failed}`} in ${sourceOf(path)} (${(run.took / 1000).toFixed(1)} s)`,
    );
  });
  return measured.sort((a, b) => a.took - b.took);
}

/**
 * Takes each of the guards out, one at a time.
 *
 * @param numbers positions in `tree.guards`
 * @param hint the file that is likely to notice, if one is known
 */
export async function removeGuards(
  tree: SwitchedTree,
  files: readonly TestFile[],
  numbers: readonly number[],
  workers: number,
  hint: (name: GuardName) => string | undefined,
  tell: (name: GuardName, guard: Guard, verdict: Verdict) => void,
): Promise<void> {
  /** What has noticed most in a source is asked first about its other guards. */
  const notices = new Map<string, Map<string, number>>();
  await inTurn(numbers, workers, async (number) => {
    const [name, guard] = tree.guards[number]!;
    const own = notices.get(guard.file) ?? new Map<string, number>();
    notices.set(guard.file, own);
    const first = hint(name);
    const likely = ({ path, took }: TestFile): number =>
      (sourceOf(path) === first ? 1e6 : 0) + ((own.get(path) ?? 0) + 0.3) / (took + 300);
    const reaching = files.filter(({ reached }) => reached.has(number)).sort((a, b) => likely(b) - likely(a));
    for (const { path, took } of reaching) {
      const deadline = Math.max(LEAST_DEADLINE, DEADLINE_FACTOR * took);
      const { failed } = await runTestFile({
        root: tree.root,
        file: path,
        guardCount: tree.guards.length,
        deadline,
        out: number,
      });
      if (failed === undefined) continue;
      own.set(path, (own.get(path) ?? 0) + 1);
      tell(name, guard, { kind: "noticed", file: sourceOf(path), title: failed });
      return;
    }
    tell(
      name,
      guard,
      reaching.length === 0
        ? { kind: "unreached" }
        : { kind: "unnoticed", files: reaching.map(({ path }) => sourceOf(path)) },
    );
  });
}

/** `build/js/tests/a.test.js` to `tests/a.test.ts`. */
export function sourceOf(compiled: string): string {
  return compiled.replace(/^build\/js\//, "").replace(/\.js$/, ".ts");
}

async function inTurn<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
