import assert from "node:assert/strict";
import { test } from "node:test";
import { policiesOf } from "./case.js";
import { report } from "./compared/comparison.js";
import { builtFilter, loadTables, withEnvoy } from "./differential-run.js";
import { HostRunner } from "./harness/host-runner.js";
import { compareWithHost } from "./compared/host-comparison.js";
import { tables } from "./tables.js";

/** The cases of every so many policies are asked, each with two listeners less for Envoy to start; `npm run differential -- --host` asks all. */
const stride = 8;
const wanted = new Set(tables.flatMap(policiesOf).filter((_, at) => at % stride === 0));

test("the filter answers in host/ as it does in Envoy", async () => {
  const { cases, policies } = await loadTables(tables, ({ policy }) => wanted.has(policy));
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
