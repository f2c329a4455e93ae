// The figures in docs/performance.md and docs/peers.md are those that the benchmarks printed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { benchChart } from "../bench/chart.js";
import { peersPage, performancePage } from "../bench/performance-page.js";
import type { BenchResult } from "../bench/report.js";

const read = (name: string) => readFile(join(repositoryRoot, "docs", "bench", name), "utf8");

it("the tables are those of docs/bench", async () => {
  const { text, wanted } = await performancePage();
  assert.equal(text, wanted, "run npm run bench -- --write");
});

it("the tables beside peers are those of docs/bench/peers.json", async () => {
  const { text, wanted } = await peersPage();
  assert.equal(text, wanted, "run npm run bench:peers -- --write");
});

it("the chart is that of docs/bench/envoy.json", async () => {
  const result = JSON.parse(await read("envoy.json")) as BenchResult;
  assert.equal(await read("envoy.svg"), benchChart(result));
});
