// `npm test`: runs every compiled test. `npm test -- envoy json` runs those whose path contains one of the words.

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { run } from "node:test";
import { locateEnvoy } from "./envoy-binary.js";
import { repositoryRoot } from "./repository-root.js";
import { reportTests } from "./test-reporter.js";

/** Test files that run at once: each may have an Envoy and an issuer of its own, and CI has two cores. Twice as many, since a file waits for a part of its time. */
const CONCURRENCY = 4;

/**
 * How long one file may take, in milliseconds: the slowest takes a minute or two where nothing else runs. Measured: with twenty busy processes
 * on two cores some took more than 500 s, and were no worse for it.
 */
const FILE_DEADLINE = 2_400_000;

/** The compiled test files whose source's path contains one of `words`; all of them when there is no word. */
async function testFiles(words: readonly string[]): Promise<string[]> {
  const entries = await readdir(join(repositoryRoot, "tests"), { recursive: true });
  const sources = entries.filter((entry) => entry.endsWith(".test.ts")).map((entry) => join("tests", entry));
  const wanted = sources.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  // From the sources, not from build/: what has been compiled of a test that is gone would still be there.
  const files = wanted.map((path) => join(repositoryRoot, "build", "js", path.replace(/\.ts$/, ".js")));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`Not compiled: ${missing.join(", ")}. Run npm run build.`);
  return files.sort();
}

async function main(): Promise<void> {
  const files = await testFiles(process.argv.slice(2));
  const names = files.map((file) => relative(join(repositoryRoot, "build", "js"), file));
  if (names.some((name) => /^tests.(envoy|differential)/.test(name))) {
    // Looked for once, for all files: two that start together would both download it.
    const envoy = await locateEnvoy();
    process.env.ENVOY_PATH = envoy.path;
    process.stdout.write(`Envoy ${envoy.version} (${envoy.how})\n`);
  }
  const { passed, failed, skipped } = await reportTests(
    run({ files, concurrency: CONCURRENCY, timeout: FILE_DEADLINE }),
    (file) => relative(join(repositoryRoot, "build", "js"), file).replace(/\.test\.js$/, ""),
  );
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  if (passed === 0) process.stderr.write("No test ran.\n");
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await main();
