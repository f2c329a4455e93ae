// `npm run bench:curves`: what a request costs as something grows, native and this filter side by side in one Envoy, in CPU time of its process.
//
//     npm run bench:curves                            all curves; takes a quarter of an hour
//     npm run bench:curves -- --only workers          one of them
//     npm run bench:curves -- --rounds 3              fewer rounds: a look, nothing to quote
//     npm run bench:curves -- --write                 also writes docs/bench/curves.json, docs/bench/curves.svg and docs/performance.md

import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startEnvoy } from "../../../cli/envoy/envoy-process.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { bootstrap } from "../listeners.js";
import { machine } from "../machine.js";
import { BARE, measure, type Run } from "../measure.js";
import { writeCurves } from "../performance-page.js";
import { costsOf } from "../report.js";
import { curveTables, type CurveResult, type CurvesResult } from "./report.js";
import { makeCurves, SERIES, type Curve, type Point } from "./curves.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    requests: { type: "string", default: "1000" },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const say = (text: string) => process.stderr.write(text);
const binary = await locateEnvoy();

/** The points of one Envoy, by number of workers. */
function envoysOf(curve: Curve): Point[][] {
  return [...new Set(curve.points.map(({ workers }) => workers))].map((workers) =>
    curve.points.filter((point) => point.workers === workers),
  );
}

/** What stands for each point in an Envoy that has them all: one after the other, since some get fewer requests than others. */
async function measurePoints(points: readonly Point[]): Promise<CurveResult["points"]> {
  const variants = points.flatMap((point) => Object.values(point.variants));
  const envoy = await startEnvoy({
    path: binary.path,
    config: bootstrap([{ name: BARE, filters: [] }, ...variants]),
    concurrency: points[0]!.workers,
    wasmLogLevel: "warning",
    deadline: 120_000,
  });
  const told: CurveResult["points"][number][] = [];
  try {
    for (const { label, variants: own, workload, requests } of points) {
      say(`${label}: `);
      const runs = [BARE, ...SERIES].map((variant): Run => ({ variant, workload: label }));
      const figures = await measure({
        pids: () => [envoy.process.pid!],
        port: (variant) => envoy.port(own[variant]?.name ?? variant),
        workloads: { [label]: workload },
        runs,
        rounds,
        requests,
        say,
      });
      const costs = costsOf(runs, figures).map(({ variant, median, low, high }) => ({
        variant,
        median,
        low,
        high,
      }));
      told.push({ label, costs });
      say("\n");
    }
  } finally {
    await envoy.stop();
  }
  return told;
}

const load = loadavg()[0]!;
const curves: CurveResult[] = [];
for (const curve of await makeCurves(Number(values.requests))) {
  if (!curve.title.toLowerCase().includes(values.only.toLowerCase())) continue;
  say(`${curve.title}\n`);
  const points = [];
  for (const envoy of envoysOf(curve)) points.push(...(await measurePoints(envoy)));
  curves.push({ title: curve.title, told: curve.told, grows: curve.grows, points });
}
const result: CurvesResult = {
  machine: machine(),
  envoy: binary.version,
  date: new Date().toISOString().slice(0, 10),
  load,
  rounds,
  curves,
};
process.stdout.write(`${curveTables(result)}\n`);
if (values.write) await writeCurves(result);
// autocannon 9.0.0 arms the timer of a client again that it has ended, and again each time it goes off: nothing else is left to wait for.
process.exit();
