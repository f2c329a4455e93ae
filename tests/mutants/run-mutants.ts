// `npm run mutants`: takes the guards of assembly/ out one by one, in a copy of the tree, and shows the test that fails without each.
// `-- --only WORDS` takes those whose name contains all the words, `-- --sample N --seed S` N at random, `-- --claimed` those of SECURITY.md.

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { Random } from "../seeded/random.js";
import { isClaimed } from "./claimed-guards.js";
import type { Guard, GuardName } from "./guard.js";
import { measure, removeGuards, testFiles, type Verdict } from "./mutation-run.js";
import { makeSwitchedTree, removeTree } from "./switched-tree.js";
import { unnoticedGuards } from "./unnoticed-guards.js";

/** What the last runs found, for the order of tests in the next: `{"<guard>": "<test file>"}`. */
const NOTICED = join(repositoryRoot, "build", "mutants.json");

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number");
  return value;
}

interface Options {
  readonly only: readonly string[];
  readonly sample?: number;
  readonly seed: number;
  readonly claimed?: true;
  readonly list?: true;
  readonly workers: number;
}

const program = new Command("mutants")
  .description("Takes guards of assembly/ out one by one and shows which test fails without each.")
  .option(
    "--only <word>",
    "guards whose name contains this; all of the words, if repeated",
    (word: string, all: string[]) => [...all, word],
    [],
  )
  .option("--sample <n>", "as many of them, at random", wholeNumber)
  .option("--seed <n>", "of the sample", wholeNumber, Date.now() % 2 ** 31)
  .option("--claimed", "guards that rows of SECURITY.md stand on")
  .option("--list", "print their names and take none out")
  .option("--workers <n>", "tests that run at once", wholeNumber, Math.min(2, availableParallelism()));
program.parse();
const options = program.opts<Options>();

/** Why no test can notice that a guard is out, where that is so. */
function reasonToStay(guard: Guard): string | undefined {
  return unnoticedGuards.find(
    ({ file, text, within, removal }) =>
      guard.file === file &&
      guard.text === text &&
      (within ?? guard.within) === guard.within &&
      (removal ?? guard.removal) === guard.removal,
  )?.reason;
}

const root = await mkdtemp(join(tmpdir(), "jwt-policy-mutants-"));
try {
  const tree = await makeSwitchedTree(repositoryRoot, root);
  process.exitCode = await run(tree);
} finally {
  await removeTree(root);
}

async function run(tree: Awaited<ReturnType<typeof makeSwitchedTree>>): Promise<number> {
  const { guards } = tree;
  let numbers = [...guards.keys()].filter((number) => {
    const [name, guard] = guards[number]!;
    if (options.claimed === true && !isClaimed(guard.file, guard.text)) return false;
    return options.only.every((word) => name.includes(word));
  });
  if (options.sample !== undefined) {
    process.stdout.write(`seed ${options.seed}\n`);
    numbers = sample(numbers, options.sample, new Random(options.seed));
  }
  process.stdout.write(
    `${numbers.length} of ${guards.length} guards; the compiler itself refuses to do without ${tree.compilerGuards.length} more\n`,
  );
  if (options.list === true) {
    for (const number of numbers) process.stdout.write(`${guards[number]![0]}\n`);
    return 0;
  }
  const files = await measure(
    tree,
    await testFiles(root),
    options.workers,
    (line) => void process.stdout.write(`${line}\n`),
  );

  const hints = await readHints();
  const counts = { noticed: 0, unnoticed: 0, unreached: 0, listed: 0 };
  const tell = (name: GuardName, guard: Guard, verdict: Verdict): void => {
    const listed = reasonToStay(guard);
    const place = `${guard.file}:${guard.line}`;
    if (verdict.kind === "noticed") {
      counts.noticed++;
      hints.set(name, verdict.file);
      process.stdout.write(
        `noticed    ${place}  ${guard.text}: ${guard.removal}\n             ${verdict.file} "${verdict.title}"\n`,
      );
    } else if (listed !== undefined) {
      counts.listed++;
      process.stdout.write(`no matter  ${place}  ${guard.text}: ${guard.removal}\n             ${listed}\n`);
    } else {
      counts[verdict.kind]++;
      const why =
        verdict.kind === "unreached"
          ? "no test comes to where it would matter"
          : `not even ${verdict.files.join(", ")}`;
      process.stdout.write(`UNNOTICED  ${place}  ${guard.text}: ${guard.removal}\n             ${why}\n`);
    }
  };
  await removeGuards(tree, files, numbers, options.workers, (name) => hints.get(name), tell);
  await writeFile(NOTICED, JSON.stringify(Object.fromEntries(hints), null, 1));
  const missed = counts.unnoticed + counts.unreached;
  process.stdout.write(
    `\n${numbers.length} guards taken out: a test noticed ${counts.noticed}, ${counts.listed} are listed as without effect, ${missed} nothing noticed (${counts.unreached} of them no test reaches)\n`,
  );
  return missed === 0 ? 0 : 1;
}

function sample(numbers: readonly number[], count: number, random: Random): number[] {
  const left = [...numbers];
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(random.below(left.length), 1));
  return chosen.sort((a, b) => a - b);
}

async function readHints(): Promise<Map<string, string>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(NOTICED, "utf8")) as Record<string, string>));
  } catch {
    return new Map();
  }
}
