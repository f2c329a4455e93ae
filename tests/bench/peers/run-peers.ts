// `npm run bench:peers`: what else verifies tokens and judges requests in or beside an Envoy, under the same requests as this filter, in one run on one machine.
//
//     npm run bench:peers                    CPU a request, latency at a fixed rate, start and memory; builds the peers, which takes minutes
//     npm run bench:peers -- --rounds 3      fewer rounds: a look, nothing to quote
//     npm run bench:peers -- --write         also writes docs/bench/peers.json and docs/peers.md

import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { compileHostCalls } from "../host-calls-module.js";
import { bootstrap } from "../listeners.js";
import { machine } from "../machine.js";
import { BARE, measure, type Run } from "../measure.js";
import { costsOf } from "../report.js";
import { makeWorkloads, UNIQUE_TOKENS, type WorkloadName } from "../workloads.js";
import { buildPeers } from "./build-peers.js";
import { startOpa } from "./opa-server.js";
import { latencyAt } from "./latency.js";
import { makePeers, opaData, type Peer } from "./peers.js";
import { peerTables, type PeerFigures, type PeersResult } from "./report.js";
import { measureStart } from "./start.js";
import { writePeers } from "../performance-page.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    rate: { type: "string", default: "500" },
    seconds: { type: "string", default: "5" },
    write: { type: "boolean", default: false },
  },
});
// All tokens in each run: with fewer, the new ones would be those of the run before.
const requests = UNIQUE_TOKENS;
const [rounds, rate, seconds] = [values.rounds, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
];
const say = (text: string) => process.stderr.write(text);

const JUDGED: readonly WorkloadName[] = ["repeated", "unique", "no token", "malformed"];
const runsOf = ({ name, judges }: Peer): Run[] =>
  (judges || name === BARE ? JUDGED : (["repeated"] as const)).map((workload) => ({
    variant: name,
    workload,
  }));

say("building the peers … ");
const built = await buildPeers();
const missing = [built.opa, built.rust, built.dynamicModules].flatMap((one) =>
  "missing" in one ? [one.missing] : [],
);
if ("path" in built.dynamicModules)
  process.env["ENVOY_DYNAMIC_MODULES_SEARCH_PATH"] = built.dynamicModules.path;
const binary = await locateEnvoy();
const opa = "path" in built.opa ? await startOpa(built.opa.path, opaData()) : undefined;
const workloads = makeWorkloads();
let envoy: RunningEnvoy | undefined;
let result: PeersResult;
try {
  const peers = await makePeers(built, opa?.port, await compileHostCalls());
  const runs = peers.flatMap(runsOf);
  envoy = await startEnvoy({
    path: binary.path,
    config: bootstrap(
      peers,
      peers.flatMap(({ clusters }) => clusters ?? []),
    ),
    concurrency: 1,
    wasmLogLevel: "warning",
    deadline: 120_000,
  });
  const { pid } = envoy.process;
  const port = (name: string): number => envoy!.port(name);
  const figures = await measure({
    pids: (name) =>
      peers.find((peer) => peer.name === name)!.usesOpa === true ? [pid!, opa!.process.pid!] : [pid!],
    port,
    workloads,
    runs,
    rounds,
    requests,
    say,
  });
  say("\nlatency, start");
  const costs = costsOf(runs, figures);
  const found: PeerFigures[] = [];
  for (const peer of peers) {
    found.push({
      name: peer.name,
      facts: peer.facts,
      costs: Object.fromEntries(
        costs
          .filter(({ variant }) => variant === peer.name)
          .map(({ workload, median, low, high }) => [workload, { median, low, high }]),
      ),
      latency: await latencyAt(port(peer.name), workloads.unique.traffic, rate, seconds),
      start: await measureStart(binary.path, peer, opa?.process.pid),
    });
    say(" .");
  }
  result = {
    machine: machine(),
    envoy: binary.version,
    date: new Date().toISOString().slice(0, 10),
    rounds,
    requests,
    rate,
    load: loadavg()[0]!,
    missing,
    peers: found,
  };
} finally {
  await envoy?.stop();
  await opa?.stop();
}
say("\n\n");
process.stdout.write(`${peerTables(result)}\n`);
if (values.write) await writePeers(result);
// autocannon 9.0.0 arms the timer of a client again that it has ended, and again each time it goes off: nothing else is left to wait for.
process.exit();
