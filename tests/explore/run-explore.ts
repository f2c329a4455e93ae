// `npm run explore`: all properties, generated comparisons and fuzzers with fresh seeds, for ten minutes or `-- --minutes N`. What it finds becomes a
// committed case, which `npm test` runs from then on; `-- --planted` plants a fault in a copy of the filter and must find it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { explore } from "./exploration.js";
import { explorers } from "./explorers.js";
import { makeFaultyTree } from "./faulty-tree.js";
import { plantedFaultNames, plantedFaults, type PlantedFaultName } from "./planted-faults.js";

/** Exit codes: apart from each other, so that a finding is never taken for a failure of the exploration itself. */
const FOUND = 3;
const FAILED = 1;

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly envoy: boolean;
  readonly planted?: PlantedFaultName | true;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("must be a number above 0");
  return value;
}

const program = new Command("explore")
  .description("Looks for faults with fresh seeds, and turns each into a committed case.")
  .option("--minutes <n>", "how long", positive, 10)
  .option(
    "--seed <n>",
    "of the seeds of all runs; default: another one each time",
    positive,
    Date.now() % 2 ** 31,
  )
  .option(
    "--only <word>",
    "explorers whose name contains this; of several words one is enough",
    (word: string, all: string[]) => [...all, word],
    [],
  )
  .option("--no-envoy", "leave out those that need an Envoy")
  .addOption(
    new Option(
      "--planted [fault]",
      "plants a fault in a copy of the filter, and fails unless it is found",
    ).choices(plantedFaultNames),
  );
program.parse();
const options = program.opts<Options>();

const all = await explorers();
const chosen = all.filter(
  ({ name, needsEnvoy }) =>
    (options.only.length === 0 || options.only.some((word) => name.includes(word))) &&
    (options.envoy || !needsEnvoy),
);
if (chosen.length === 0)
  program.error(`no such explorer; there are ${all.map(({ name }) => name).join(", ")}`);
const environment = chosen.some(({ needsEnvoy }) => needsEnvoy)
  ? { ENVOY_PATH: (await locateEnvoy()).path }
  : {};
const milliseconds = options.minutes * 60_000;
const print = (line: string) => void process.stdout.write(`${line}\n`);
print(`Exploring for ${options.minutes} minutes with ${chosen.length} explorers; --seed ${options.seed}`);
process.exitCode = options.planted === undefined ? await search() : await searchPlanted(options.planted);

/** Explores the tree itself. */
async function search(): Promise<number> {
  const common = { root: repositoryRoot, milliseconds, seed: options.seed, environment, print };
  const { runs, findings } = await explore(chosen, common);
  print(`\n${runs} runs, ${findings.length} findings`);
  if (findings.length === 0) return 0;
  print(
    'Each is a case of npm test from now on, if it says "Kept in" or names a file: commit it together with what mends it.\n' +
      findings.map(({ explorer, repeat }) => `  ${explorer}: ${repeat}`).join("\n"),
  );
  return FOUND;
}

/** Explores a copy with a fault in it, until that is found. */
async function searchPlanted(wanted: PlantedFaultName | true): Promise<number> {
  const name = wanted === true ? plantedFaultNames[options.seed % plantedFaultNames.length]! : wanted;
  const fault = plantedFaults[name];
  const root = await mkdtemp(join(tmpdir(), "jwt-policy-explore-"));
  try {
    print(`Planted in a copy, "${name}": ${fault.file}\n  - ${fault.line}\n  + ${fault.faulty}`);
    await makeFaultyTree(fault, root);
    const started = performance.now();
    const common = { root, milliseconds, seed: options.seed, environment, print };
    const { findings } = await explore(chosen, { ...common, untilFirst: true });
    const seconds = Math.round((performance.now() - started) / 1000);
    print(
      findings.length > 0 ? `\nThe planted fault was found in ${seconds} s.` : `\nNot found in ${seconds} s.`,
    );
    return findings.length > 0 ? 0 : FAILED;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
