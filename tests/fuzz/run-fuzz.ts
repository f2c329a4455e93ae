// `npm run fuzz`: a million mutated tokens, key sets and configurations, and some of everything else. `-- --minutes N` fuzzes for N minutes,
// `-- --runs N` runs N inputs for each target; names of targets as further words choose some of them.

import { Command, InvalidArgumentError } from "commander";
import { runCampaign, type Crash } from "./campaign.js";
import { readInputs, removeInput, writeInput } from "./corpus-files.js";
import { CoverageMap } from "./coverage/coverage-map.js";
import { Random } from "../seeded/random.js";
import { leastCorpus, shrinkCrash } from "./shrink.js";
import { createTarget, targetNames, type TargetName } from "./targets/all-targets.js";
import type { Target } from "./targets/target.js";

/** Inputs of a run without limits of its own. */
const DEFAULT_RUNS: Readonly<Record<TargetName, number>> = {
  token: 1_000_000,
  jwks: 1_000_000,
  configuration: 1_000_000,
  json: 250_000,
  headers: 250_000,
  pairs: 250_000,
  request: 50_000,
};

interface Options {
  readonly minutes?: number;
  readonly runs?: number;
  readonly seed: number;
  readonly keep?: true;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("must be a number above 0");
  return value;
}

const program = new Command("fuzz")
  .argument("[targets...]", `some of ${targetNames.join(", ")}; default: all`)
  .option("--minutes <n>", "time for all targets together", positive)
  .option("--runs <n>", "inputs for each target", positive)
  .option(
    "--seed <n>",
    "of the random numbers; default: another one each time",
    positive,
    Date.now() % 2 ** 31,
  )
  .option(
    "--keep",
    "write inputs that reach new branches to tests/fuzz/corpus/, and drop those that add nothing",
  );

program.parse();
const options = program.opts<Options>();
const names = targetNames.filter((name) => program.args.length === 0 || program.args.includes(name));
const unknown = program.args.find((name) => !targetNames.some((known) => known === name));
if (unknown !== undefined) program.error(`no target ${unknown}: ${targetNames.join(", ")}`);

let crashed = false;
process.stdout.write(`seed ${options.seed}\n`);
for (const name of names) if (await fuzz(name)) crashed = true;
process.exitCode = crashed ? 1 : 0;

/** Fuzzes one target and prints its line. Answers whether anything crashed. */
async function fuzz(name: TargetName): Promise<boolean> {
  const target = await createTarget(name);
  const files = await readInputs("corpus", name);
  const coverage = new CoverageMap(target.counters);
  const limits = {
    runs: options.runs ?? (options.minutes === undefined ? DEFAULT_RUNS[name] : Infinity),
    seconds: options.minutes === undefined ? Infinity : (options.minutes * 60) / names.length,
  };
  const show = (text: string): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${text}`);
  };
  const seeds = files.map(({ input }) => input);
  const result = await runCampaign(
    target,
    seeds,
    coverage,
    new Random(options.seed),
    limits,
    (runs, corpus) => show(`${name}: ${runs} inputs, ${corpus} kept `),
  );
  const rate = Math.round(result.runs / result.seconds);
  show("");
  process.stdout.write(
    `${name.padEnd(14)}${String(result.runs).padStart(9)} inputs ${String(rate).padStart(7)}/s   ${coverage.reached} branches   ${result.crashes.length} crashes\n`,
  );
  if (options.keep === true) await keep(target, name, [...seeds, ...result.corpus]);
  await report(target, name, result.crashes);
  return result.crashes.length > 0;
}

async function report(target: Target, name: TargetName, crashes: readonly Crash[]): Promise<void> {
  for (const { input, message } of crashes) {
    const path = await writeInput("crashes", name, await shrinkCrash(target, input, message));
    process.stdout.write(`  ${message}\n  ${path}\n`);
  }
}

/** Makes the corpus in the tree the least one that reaches all that was reached. */
async function keep(target: Target, name: TargetName, inputs: readonly string[]): Promise<void> {
  const least = leastCorpus(target, inputs);
  for (const file of await readInputs("corpus", name))
    if (!least.includes(file.input)) await removeInput("corpus", name, file.name);
  const kept = await readInputs("corpus", name);
  for (const input of least)
    if (!kept.some((file) => file.input === input)) await writeInput("corpus", name, input);
  process.stdout.write(`  corpus: ${least.length} inputs\n`);
}
