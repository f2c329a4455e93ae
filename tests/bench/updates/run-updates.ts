// `npm run bench:updates`: how long an update of a listener holds up the worker that serves others. One Envoy with one worker, and two listeners: one
// without filters gets 500 requests a second, each timed from the moment when it was due; the other is replaced by another version of itself, which
// comes by LDS as from istiod. What counts is the longest answer of the first one, from the update to 300 ms after the listener before it has
// been drained, beside the longest one within as long a time without an update. Prints; asserts nothing.
//
//     npm run bench:updates                           1, 1,000 and 10,000 policies, five updates each
//     npm run bench:updates -- --policies 1000 --updates 9

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { LdsFile } from "../../envoy/stage/lds-file.js";
import { threadNanoseconds } from "../cpu-time.js";
import { BARE } from "../measure.js";
import { bootstrap } from "../listeners.js";
import { machine } from "../machine.js";
import { quantile } from "../statistics.js";
import { now, OpenLoop } from "./open-loop.js";
import { makeSubjects, type Subject } from "./subjects.js";

const { values } = parseArgs({
  options: {
    policies: { type: "string", default: "1,1000,10000" },
    updates: { type: "string", default: "5" },
    rate: { type: "string", default: "500" },
  },
});
const updates = Number(values.updates);

/** How long it may take until the worker serves the new listener and has let the old one go, in milliseconds. */
const DEADLINE = 120_000;
/** Envoy lets go of the old listener so long after the new one is there, in seconds. */
const DRAIN = 1;
const AFTERWARDS = 300;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function stat(envoy: RunningEnvoy, name: string): Promise<number> {
  const page = await envoy.admin(`/stats?filter=^${name}$`);
  return Number(/: (\d+)/.exec(page)?.[1] ?? Number.NaN);
}

/** Until the worker has taken so many listeners in all, and none is left that is to go. */
async function settled(envoy: RunningEnvoy, created: number): Promise<void> {
  for (const end = Date.now() + DEADLINE; Date.now() < end; await wait(100)) {
    if ((await stat(envoy, "listener_manager.listener_create_success")) < created) continue;
    if ((await stat(envoy, "listener_manager.total_listeners_draining")) === 0) return;
  }
  throw new Error(`the update did not come through:\n${envoy.log().slice(-2000)}`);
}

/** What Envoy's worker has used of a processor, in milliseconds: the stall as it is on a machine that has nothing else to do. */
async function workerMilliseconds(pid: number): Promise<number> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const name = await readFile(`/proc/${pid}/task/${thread}/comm`, "utf8");
    if (name.startsWith("wrk:worker")) return (await threadNanoseconds(pid, thread)) / 1e6;
  }
  throw new Error("Envoy has no worker thread");
}

interface Figures {
  readonly updating: number[];
  readonly idle: number[];
  /** What the worker has computed within an update more than without. */
  readonly computed: number[];
}

async function measure(path: string, subject: Subject, folder: string): Promise<Figures> {
  const file = new LdsFile(join(folder, `${subject.filters}-${subject.policies}.json`));
  const listeners = (version: number) => bootstrap([{ name: BARE, filters: [] }, subject.listener(version)]);
  const config = JSON.parse(listeners(0)) as Parameters<LdsFile["take"]>[0];
  await file.take(config);
  const envoy = await startEnvoy({
    path,
    config: JSON.stringify(config),
    concurrency: 1,
    wasmLogLevel: "warning",
    drainSeconds: DRAIN,
    deadline: DEADLINE,
  });
  const figures: Figures = { updating: [], idle: [], computed: [] };
  const load = new OpenLoop({ port: envoy.port(BARE), perSecond: Number(values.rate) });
  try {
    // The first one, to make all code hot, is not kept.
    for (let version = 1; version <= updates + 1; version++) {
      const next = (JSON.parse(listeners(version)) as typeof config).static_resources.listeners;
      const created = await stat(envoy, "listener_manager.listener_create_success");
      await wait(500);
      const before = await workerMilliseconds(envoy.process.pid!);
      const begin = now();
      await file.write(next);
      await settled(envoy, created + 1);
      await wait(AFTERWARDS);
      const end = now();
      const between = await workerMilliseconds(envoy.process.pid!);
      await wait(end - begin);
      const after = await workerMilliseconds(envoy.process.pid!);
      // The last answers may be on their way.
      const over = now();
      await wait(AFTERWARDS);
      if (version === 1) continue;
      figures.updating.push(await load.longest(begin, end));
      figures.idle.push(await load.longest(end, over));
      figures.computed.push(between - before - (after - between));
    }
  } finally {
    await load.stop();
    await envoy.stop();
  }
  return figures;
}

const told = (times: readonly number[]) =>
  `${quantile(times, 0.5).toFixed(1)} (${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)})`;

const binary = await locateEnvoy();
const folder = await mkdtemp(join(tmpdir(), "jwt-policy-updates-"));
const load = () => loadavg()[0]!.toFixed(1);
process.stdout.write(
  `Envoy ${binary.version}, one worker; ${machine()}; load ${load()} before.\n` +
    `Longest answer of another listener at ${values.rate} requests/s, and CPU of the worker beyond what it takes without an update, ms: ` +
    `median of ${updates} (least to most)\n\n` +
    `${"".padEnd(28)}${"update".padEnd(28)}${"without".padEnd(28)}CPU of the worker\n`,
);
try {
  for (const subject of await makeSubjects(values.policies.split(",").map(Number))) {
    const { updating, idle, computed } = await measure(binary.path, subject, folder);
    const name = `${subject.filters}, ${subject.policies} ${subject.policies === 1 ? "policy" : "policies"}`;
    const row = [name.padEnd(28), told(updating).padEnd(28), told(idle).padEnd(28), told(computed)];
    process.stdout.write(`${row.join("")}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(`\nload ${load()} afterwards\n`);
