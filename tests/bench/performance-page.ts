// docs/performance.md and docs/peers.md have what the benchmarks printed when they were last run with `--write`, and nothing else of figures in their tables.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withParts } from "../../scripts/docs/marked-parts.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { benchChart } from "./chart.js";
import { curvesChart } from "./curves/curves-chart.js";
import { curveTables, type CurvesResult } from "./curves/report.js";
import { microTable, type MicroResult } from "./micro/report.js";
import { peerTables, type PeersResult } from "./peers/report.js";
import { benchTables, type BenchResult } from "./report.js";

const page = join(repositoryRoot, "docs", "performance.md");
const peersPath = join(repositoryRoot, "docs", "peers.md");
const directory = join(repositoryRoot, "docs", "bench");

const read = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(directory, name), "utf8")) as T;

/** The page as it is, and with the tables of the results that are written down. */
export async function performancePage(): Promise<{ readonly text: string; readonly wanted: string }> {
  const text = await readFile(page, "utf8");
  const wanted = await withParts(text, page, "printed", {
    bench: async () => benchTables(await read<BenchResult>("envoy.json")),
    "bench:curves": async () => curveTables(await read<CurvesResult>("curves.json")),
    "bench:micro": async () => microTable(await read<MicroResult>("micro.json")),
  });
  if (wanted === undefined) throw new Error(`${page} has no printed parts`);
  return { text, wanted };
}

/** The same of the page that tells of others. */
export async function peersPage(): Promise<{ readonly text: string; readonly wanted: string }> {
  const text = await readFile(peersPath, "utf8");
  const wanted = await withParts(text, peersPath, "printed", {
    "bench:peers": async () => peerTables(await read<PeersResult>("peers.json")),
  });
  if (wanted === undefined) throw new Error(`${peersPath} has no printed parts`);
  return { text, wanted };
}

/** Writes down what `npm run bench` has found, as JSON, as a chart and in the page. */
export async function writeBench(result: BenchResult): Promise<void> {
  await writeResult("envoy.json", result);
  await writeFile(join(directory, "envoy.svg"), benchChart(result));
  await writeFile(page, (await performancePage()).wanted);
}

/** The same for `npm run bench:curves`. */
export async function writeCurves(result: CurvesResult): Promise<void> {
  await writeResult("curves.json", result);
  await writeFile(join(directory, "curves.svg"), curvesChart(result));
  await writeFile(page, (await performancePage()).wanted);
}

/** The same for `npm run bench:micro`. */
export async function writeMicro(result: MicroResult): Promise<void> {
  await writeResult("micro.json", result);
  await writeFile(page, (await performancePage()).wanted);
}

/** The same for `npm run bench:peers`. */
export async function writePeers(result: PeersResult): Promise<void> {
  await writeResult("peers.json", result);
  await writeFile(peersPath, (await peersPage()).wanted);
}

async function writeResult(name: string, result: object): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), `${JSON.stringify(result, undefined, 2)}\n`);
}
