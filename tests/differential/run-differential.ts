// `npm run differential`: all tables, native against ours, on one Envoy.
// -- --native: native against itself, which tests the harness;  -- --only WORD: tables or policies with that word in their name;
// --limit N: differences to print;  --wasm FILE: another build of the filter
import { join } from "node:path";
import { parseArgs } from "node:util";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { policiesOf, type Case } from "./case.js";
import { compareAll, report } from "./comparison.js";
import { EnvoyRunner } from "./harness/envoy-runner.js";
import type { Side } from "./harness/envoy-config.js";
import { readNative } from "./native-filters.js";
import { tables } from "./tables.js";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      native: { type: "boolean" },
      only: { type: "string" },
      limit: { type: "string" },
      wasm: { type: "string" },
    },
  });
  const native = new Map<string, readonly unknown[]>();
  const cases: Case[] = [];
  for (const table of tables) {
    for (const [name, answer] of await readNative(table)) native.set(name, answer.httpFilters);
    cases.push(
      ...table.cases.filter((one) => `${table.name} ${one.policy.name}`.includes(values.only ?? "")),
    );
  }
  const sides: Side[] = values.native === true ? ["native"] : ["native", "ours"];
  const other = values.native === true ? "native" : "ours";
  const { path } = await locateEnvoy();
  const started = Date.now();
  const runner = await EnvoyRunner.start({
    binary: path,
    policies: policiesOf({ name: "all", cases }),
    native,
    sides,
    wasm: values.wasm ?? join(repositoryRoot, "build", "jwt-policy.wasm"),
  });
  try {
    const ready = Date.now();
    const results = await compareAll(
      cases,
      (policy, request) => runner.ask("native", policy, request),
      (policy, request) => runner.ask(other, policy, request),
      (policy) => runner.release(policy),
    );
    process.stdout.write(report(results, Number(values.limit ?? 20)) + "\n");
    process.stdout.write(`start ${ready - started} ms, requests ${Date.now() - ready} ms\n`);
    process.exitCode = results.some((one) => one.problems.length > 0) ? 1 : 0;
  } finally {
    await runner.stop();
  }
}

await main();
