// `npm run differential`: all tables, native against ours, on one Envoy; then generated cases.
//   --generated N    generated comparisons (needs Go or REFEREE for random policies), and half as many of claims with CEL; --seed S repeats a run
//   --claims N       generated comparisons of claims alone
//   --record         only writes down what this filter answers (data/answers/)
//   --host           also every case to the same wasm in host/, which must answer as it does in Envoy
//   --only WORD      tables or policies with that word in their name
//   --limit N        differences to print
//   --native         native against itself, which tests the harness
//   --wasm FILE      another build of the filter
//   --crypto MODE, --token-cache N   what its configurations say for `crypto` and `tokenCache.maxEntries`
import { parseArgs } from "node:util";
import fc from "fast-check";
import { policiesOf, type Case, type Table } from "./case.js";
import { report } from "./compared/comparison.js";
import {
  builtFilter,
  loadTables,
  policiesForAnyRequest,
  withEnvoy,
  type RunOptions,
} from "./differential-run.js";
import {
  compareCases,
  drawnCases,
  listenersOf,
  type Compared,
} from "../envoy/beside/claims/claim-comparison.js";
import { setUp } from "../envoy/stage/harness.js";
import { Random } from "../seeded/random.js";
import { compareGenerated } from "./generated/generated-comparison.js";
import { policyArbitrary } from "./generated/policy-arbitrary.js";
import { shrinkPolicy } from "./generated/shrink-policy.js";
import { HostRunner } from "./harness/host-runner.js";
import { compareWithHost } from "./compared/host-comparison.js";
import { policyQuery } from "./native/native-filters.js";
import { writeAnswers } from "./compared/filter-answers.js";
import { answersOf } from "./record-answers.js";
import type { Policy } from "./policy.js";
import { askReferee } from "../referee/client.js";
import { tables } from "./tables.js";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      native: { type: "boolean" },
      only: { type: "string" },
      limit: { type: "string" },
      wasm: { type: "string" },
      crypto: { type: "string" },
      "token-cache": { type: "string" },
      generated: { type: "string" },
      claims: { type: "string" },
      seed: { type: "string" },
      host: { type: "boolean" },
      record: { type: "boolean" },
    },
  });
  if (values.claims !== undefined) {
    await generateClaims(Number(values.claims), Number(values.seed ?? Date.now() % 1_000_000));
    return;
  }
  const word = values.only ?? "";
  const { cases, policies, native } = await loadTables(tables, (one) => one.policy.name.includes(word));
  const cache = values["token-cache"];
  const common = {
    ...(values.native === undefined ? {} : { nativeOnly: values.native }),
    ...(values.wasm === undefined ? {} : { wasm: values.wasm }),
    settings: {
      ...(values.crypto === undefined ? {} : { crypto: values.crypto }),
      ...(cache === undefined ? {} : { tokenCache: { maxEntries: Number(cache) } }),
    },
  };
  if (values.record === true) {
    await record(common);
    return;
  }
  const started = Date.now();
  await withEnvoy({ policies, native, ...common }, async (run) => {
    const ready = Date.now();
    const results = await run.compare(cases);
    process.stdout.write(report(results, Number(values.limit ?? 20)) + "\n");
    process.stdout.write(`start ${ready - started} ms, requests ${Date.now() - ready} ms\n`);
    if (results.some((one) => one.problems.length > 0)) process.exitCode = 1;
  });
  if (values.host === true) await askHost(cases, policies, common, Number(values.limit ?? 20));
  const wanted = Number(values.generated ?? 0);
  if (wanted === 0) return;
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  process.stdout.write(`generated comparisons, seed ${seed}\n`);
  // Half of them on the policies of the tables, half on policies that are random themselves.
  const known = policiesForAnyRequest(cases);
  await generate({ policies: known, native, ...common }, wanted / 2, seed);
  await generate({ ...(await randomPolicies(wanted / 2, seed)), ...common }, wanted / 2, seed);
  await generateClaims(wanted / 2, seed);
}

/** Asks Envoy with this filter in it about all cases, and writes its answers down. */
async function record(common: Pick<RunOptions, "wasm" | "settings">): Promise<void> {
  // Tokens that expire in a moment, as of the start of this process, first.
  const isUrgent = (table: Table) => (/"@now[+-]/.test(JSON.stringify(table.cases)) ? 0 : 1);
  for (const table of tables.toSorted((a, b) => isUrgent(a) - isUrgent(b))) {
    const options = { policies: policiesOf(table), native: new Map(), ...common };
    await writeAnswers(table, await withEnvoy(options, (run) => answersOf(table.cases, run)));
    process.stdout.write(`${table.name}: ${table.cases.length} answers\n`);
  }
}

/** Puts all cases to host/ and to Envoy. */
async function askHost(
  cases: readonly Case[],
  policies: readonly Policy[],
  common: Pick<RunOptions, "wasm" | "settings">,
  limit: number,
): Promise<void> {
  const started = Date.now();
  const host = await HostRunner.load(common.wasm ?? builtFilter);
  const results = await withEnvoy({ policies, native: new Map(), ...common, attributes: true }, (run) =>
    compareWithHost(cases, run, host),
  );
  process.stdout.write(`in host/: ${report(results, limit)}\n${Date.now() - started} ms\n`);
  if (results.some((one) => one.problems.length > 0)) process.exitCode = 1;
}

/** How many requests a random policy gets. */
const requestsPerPolicy = 25;

async function randomPolicies(
  wanted: number,
  seed: number,
): Promise<Pick<RunOptions, "policies" | "native">> {
  const numRuns = Math.ceil(wanted / requestsPerPolicy);
  const policies = fc
    .sample(policyArbitrary, { seed, numRuns })
    .map((config, i): Policy => ({ name: `random/${i}`, config }));
  const verdicts = await askReferee(policies.map(policyQuery));
  for (const { id, error, findings } of verdicts) {
    const objections = (findings ?? [])
      .flatMap((one) => [one.schema, one.webhook])
      .filter((one) => one !== undefined);
    if (error !== undefined || objections.length > 0)
      throw new Error(`${id} is not valid: ${error ?? objections.join("; ")}`);
  }
  return { policies, native: new Map(verdicts.map((one) => [one.id, one.httpFilters ?? []])) };
}

/** Conditions that one Envoy has both sides of. */
const CLAIM_CONDITIONS = 120;

/** The filter beside CEL, as tests/envoy/beside/claims has it, on fresh cases. */
async function generateClaims(wanted: number, seed: number): Promise<void> {
  const cases = drawnCases(new Random(seed), CLAIM_CONDITIONS, Math.ceil(wanted / CLAIM_CONDITIONS));
  const setup = await setUp({
    ...listenersOf(cases[0]!.map(([condition]) => condition)),
    wasmLogLevel: "warning",
  });
  const compared: Compared = { held: 0, heldByRequest: 0, failures: [] };
  try {
    for (const some of cases) await compareCases(setup, some, compared);
  } finally {
    await setup.stop();
  }
  const { held, heldByRequest, failures } = compared;
  process.stdout.write(
    `claims beside CEL, seed ${seed}: ${cases.length * CLAIM_CONDITIONS} cases, ${held} have held, ${heldByRequest} by what the request says, ` +
      `${failures.length} failures\n${failures.map(({ what }) => `${what}\n`).join("")}`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

async function generate(options: RunOptions, wanted: number, seed: number): Promise<void> {
  const perPolicy = Math.max(1, Math.ceil(wanted / options.policies.length));
  const started = Date.now();
  const { failures, compared } = await withEnvoy(options, (run) =>
    compareGenerated(run, options.policies, perPolicy, seed),
  );
  const took = `${Date.now() - started} ms`;
  process.stdout.write(
    `${compared} requests to ${options.policies.length} policies, ${failures.length} failures, ${took}\n`,
  );
  if (failures.length === 0) return;
  process.exitCode = 1;
  process.stdout.write(report(failures, 10) + "\n");
  const smallest = failures.reduce((a, b) =>
    JSON.stringify(a.one).length <= JSON.stringify(b.one).length ? a : b,
  );
  process.stdout.write(
    `\nthe first of them, policy shrunk:\n${report([await shrinkPolicy(smallest, options)], 1)}\n`,
  );
}

await main();
