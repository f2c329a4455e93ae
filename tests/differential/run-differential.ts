// `npm run differential`: all tables, native against ours, on one Envoy; then generated cases.
//   --generated N    generated comparisons (needs Go or REFEREE for random policies); --seed S repeats a run
//   --only WORD      tables or policies with that word in their name
//   --limit N        differences to print
//   --native         native against itself, which tests the harness
//   --wasm FILE      another build of the filter;  --crypto MODE  what its configurations say for `crypto`
import { parseArgs } from "node:util";
import { report } from "./comparison.js";
import { loadTables, withEnvoy } from "./differential-run.js";
import { tables } from "./tables.js";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      native: { type: "boolean" },
      only: { type: "string" },
      limit: { type: "string" },
      wasm: { type: "string" },
      crypto: { type: "string" },
    },
  });
  const word = values.only ?? "";
  const { cases, policies, native } = await loadTables(tables, (one) => one.policy.name.includes(word));
  const common = {
    ...(values.native === undefined ? {} : { nativeOnly: values.native }),
    ...(values.wasm === undefined ? {} : { wasm: values.wasm }),
    ...(values.crypto === undefined ? {} : { crypto: values.crypto }),
  };
  const started = Date.now();
  await withEnvoy({ policies, native, ...common }, async (run) => {
    const ready = Date.now();
    const results = await run.compare(cases);
    process.stdout.write(report(results, Number(values.limit ?? 20)) + "\n");
    process.stdout.write(`start ${ready - started} ms, requests ${Date.now() - ready} ms\n`);
    if (results.some((one) => one.problems.length > 0)) process.exitCode = 1;
  });
}

await main();
