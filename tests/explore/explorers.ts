// Everything that looks for faults with drawn inputs, each as a process that ends with another exit code than 0 when it has found one.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { targetNames } from "../fuzz/targets/all-targets.js";
import { SEED_VARIABLE } from "../seeded/seed.js";

export interface Explorer {
  readonly name: string;
  /** Of Node, from the repository's root. */
  arguments(seed: number): string[];
  /** The command that does the same again. */
  repeat(seed: number): string;
  readonly needsEnvoy: boolean;
}

/** What one fuzzer gets before it is another's turn, in minutes. */
const FUZZ_MINUTES = 0.25;

/** Tests that draw whole cases without a property. */
const FURTHER_TESTS = [
  "tests/differential/generated.test.ts",
  "tests/envoy/beside/claims/claim-policies.test.ts",
];

/** Where properties are tested themselves, and found faults are planted. */
const NO_EXPLORERS = ["tests/seeded/seeded.test.ts"];

/** The test files that draw inputs from the seed of the run. */
export async function drawingTests(): Promise<string[]> {
  const names = (await readdir(join(repositoryRoot, "tests"), { recursive: true }))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join("tests", name))
    .sort();
  const sources = await Promise.all(names.map((name) => readFile(join(repositoryRoot, name), "utf8")));
  const draws = (name: string, i: number) =>
    FURTHER_TESTS.includes(name) || /from "(\.\.?\/)+seeded\/properties\.js"/.test(sources[i]!);
  return names.filter((name, i) => draws(name, i) && !NO_EXPLORERS.includes(name));
}

export async function explorers(): Promise<Explorer[]> {
  const tests = (await drawingTests()).map((path): Explorer => {
    const name = path.replace(/^tests\//, "").replace(/\.test\.ts$/, "");
    return {
      name,
      arguments: () => ["--test-reporter=spec", join("build", "js", path.replace(/\.ts$/, ".js"))],
      repeat: (seed) => `${SEED_VARIABLE}=${seed} npm test -- ${name}`,
      needsEnvoy: /^(envoy|differential)\//.test(name),
    };
  });
  const fuzzers = targetNames.map((target): Explorer => {
    const options = (seed: number) => ["--minutes", String(FUZZ_MINUTES), "--seed", String(seed), target];
    return {
      name: `fuzz ${target}`,
      arguments: (seed) => [join("build", "js", "tests", "fuzz", "run-fuzz.js"), ...options(seed)],
      repeat: (seed) => `npm run fuzz -- ${options(seed).join(" ")}`,
      needsEnvoy: false,
    };
  });
  return [...tests, ...fuzzers];
}
