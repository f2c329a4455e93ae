// `npm run bench`: native and this filter side by side in one Envoy, in CPU time of its process per request.
//
//     npm run bench                   the whole table; takes minutes
//     npm run bench -- --rounds 3     fewer rounds: a look, nothing to quote
//     npm run bench -- --write        also writes docs/bench/envoy.json, docs/bench/envoy.svg and docs/performance.md

import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEnvoy } from "../../cli/envoy/envoy-process.js";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { measureFootprint } from "./footprint.js";
import { compileHostCalls } from "./host-calls-module.js";
import { bootstrap } from "./listeners.js";
import { machine } from "./machine.js";
import { measure } from "./measure.js";
import { writeBench } from "./performance-page.js";
import { benchTables, costsOf, goalsOf, type BenchResult } from "./report.js";
import { goals, makeVariants, runs } from "./variants.js";
import { makeWorkloads, UNIQUE_TOKENS } from "./workloads.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    requests: { type: "string", default: String(UNIQUE_TOKENS) },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const requests = Number(values.requests);
const say = (text: string) => process.stderr.write(text);

const load = loadavg()[0]!;
const binary = await locateEnvoy();
const variants = await makeVariants(await compileHostCalls());
say(`Envoy ${binary.version}, ${variants.length} listeners, ${UNIQUE_TOKENS} tokens to sign … `);
const workloads = makeWorkloads();
const footprint = await measureFootprint(join(repositoryRoot, "build", "jwt-policy.wasm"), workloads.unique);
say("ready\n");
const envoy = await startEnvoy({
  path: binary.path,
  config: bootstrap(variants),
  concurrency: 1,
  wasmLogLevel: "warning",
  deadline: 60_000,
});
let result: BenchResult;
try {
  const figures = await measure({
    pids: () => [envoy.process.pid!],
    port: (variant) => envoy.port(variant),
    workloads,
    runs,
    rounds,
    requests,
    say,
  });
  say("\n\n");
  result = {
    machine: machine(),
    envoy: binary.version,
    date: new Date().toISOString().slice(0, 10),
    load,
    rounds,
    requests,
    costs: costsOf(runs, figures),
    goals: goalsOf(goals, figures),
    footprint,
  };
} finally {
  await envoy.stop();
}
process.stdout.write(`${benchTables(result)}\n`);
if (values.write) await writeBench(result);
// autocannon 9.0.0 arms the timer of a client again that it has ended, and again each time it goes off: nothing else is left to wait for.
process.exit();
