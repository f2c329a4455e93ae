// Runs explorers one after the other, a few at a time, each with a fresh seed, until the time is up.

import { spawn } from "node:child_process";
import { KEEP_VARIABLE } from "../seeded/properties.js";
import { Random } from "../seeded/random.js";
import { SEED_VARIABLE } from "../seeded/seed.js";
import type { Explorer } from "./explorers.js";

export interface Finding {
  readonly explorer: string;
  readonly seed: number;
  /** The command that shows it again. */
  readonly repeat: string;
  /** What the process has printed of it. */
  readonly told: string;
}

export interface ExplorationOptions {
  /** The repository's root, or that of a copy. */
  readonly root: string;
  readonly milliseconds: number;
  /** Of the seeds of all runs. */
  readonly seed: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly untilFirst?: boolean;
  readonly print?: (line: string) => void;
}

/** Explorers that run at once. */
const LANES = 2;
/** Lines of a finding that are told. */
const LINES = 40;

export async function explore(
  explorers: readonly Explorer[],
  options: ExplorationOptions,
): Promise<{ runs: number; findings: Finding[] }> {
  const { print = () => undefined } = options;
  const random = new Random(options.seed);
  const end = performance.now() + options.milliseconds;
  const findings: Finding[] = [];
  let runs = 0;
  let round: Explorer[] = [];
  const next = () => {
    if (performance.now() > end || (options.untilFirst === true && findings.length > 0)) return undefined;
    if (round.length === 0) round = random.shuffled(explorers);
    return round.pop();
  };
  const lane = async () => {
    for (let explorer = next(); explorer !== undefined; explorer = next()) {
      const seed = 1 + random.below(2 ** 31 - 2);
      const { code, output } = await runOnce(explorer.arguments(seed), seed, options);
      runs++;
      print(`${code === 0 ? "nothing" : "FOUND  "}  ${explorer.name}  ${SEED_VARIABLE}=${seed}`);
      if (code === 0) continue;
      const finding = {
        explorer: explorer.name,
        seed,
        repeat: explorer.repeat(seed),
        told: essence(output),
      };
      findings.push(finding);
      print(`${finding.told}\n  again: ${finding.repeat}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { runs, findings };
}

/** This process's, without what tells a child that it is one of a test run: its output would be no text. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "NODE_TEST_CONTEXT"));
}

function runOnce(
  parameters: readonly string[],
  seed: number,
  { root, environment = {} }: ExplorationOptions,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...ownEnvironment(), ...environment, [SEED_VARIABLE]: String(seed), [KEEP_VARIABLE]: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output = (output + chunk).slice(-200_000)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** The part that tells what is wrong: of a test, what stands behind the summary; without the runner's own lines. */
function essence(output: string): string {
  const [, failures] = output.split("failing tests:");
  return (failures ?? output)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s+at .*(node:internal|node_modules)/.test(line))
    .slice(failures === undefined ? -LINES : 0)
    .slice(0, LINES)
    .map((line) => `  ${line}`)
    .join("\n");
}
