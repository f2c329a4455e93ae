import assert from "node:assert/strict";
import { test } from "node:test";
import { report } from "./compared/comparison.js";
import { builtFilter, loadTables, withEnvoy } from "./differential-run.js";
import { HostRunner } from "./harness/host-runner.js";
import { compareWithHost } from "./compared/host-comparison.js";
import { tables } from "./tables.js";

/** Every so many cases of the tables are asked; `npm run differential -- --host` asks all. */
const stride = 8;

test("the filter answers in host/ as it does in Envoy", async () => {
  let count = 0;
  const { cases, policies } = await loadTables(tables, () => count++ % stride === 0);
  const host = await HostRunner.load(builtFilter);
  const results = await withEnvoy({ policies, native: new Map(), attributes: true }, (run) =>
    compareWithHost(cases, run, host),
  );
  assert.ok(results.length > 5000, `${results.length} cases were compared`);
  assert.ok(
    results.every((one) => one.problems.length === 0),
    report(results, 10),
  );
});
