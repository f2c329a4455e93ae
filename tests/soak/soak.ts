// A soak: a real Envoy with two workers under the mixed load while one drill after the other is run on it; every answer is judged.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { envoyConfig, readEnvoyConfig } from "../../scripts/envoy-config.js";
import { startEnvoy } from "../../cli/envoy/envoy-process.js";
import type { Issuer } from "../../scripts/issuer/issuer.js";
import { startIssuer } from "../seeded/issuer.js";
import { startUpstream } from "../../scripts/upstream.js";
import { Random } from "../seeded/random.js";
import { eventually } from "../envoy/stage/eventually.js";
import { stat, type EnvoyBootstrap } from "../envoy/stage/harness.js";
import { LdsFile } from "../envoy/stage/lds-file.js";
import { DRILLS, type Drill } from "./drills.js";
import { memoryIsTold } from "./memory/envoy-memory.js";
import { Load } from "./load/load.js";
import { MemoryWatch, type MemoryFigures } from "./memory/memory-watch.js";
import { pluginConfig } from "./plugin-config.js";
import type { Durations, Reload } from "./referee/referee.js";
import { RotatingIssuer } from "./issuer/rotating-issuer.js";
import { SoakFailure, Stage, type JwksCache } from "./stage.js";
import { Tokens } from "./issuer/tokens.js";
import { kinds, TrafficState } from "./load/traffic.js";

export interface SoakOptions {
  milliseconds: number;
  seed: number;
  /** Requests a second. */
  rate?: number;
  drills?: readonly Drill[];
  cache?: JwksCache;
  print?: (line: string) => void;
}

export interface SoakResult {
  /** What was wrong; undefined: nothing. */
  failure: string | undefined;
  envoyVersion: string;
  requests: number;
  table: string;
  /** Answers of requests for which two were right, by the reason of the one that came. */
  open: ReadonlyMap<string, number>;
  /** Drills by name, with how often they were run. */
  drills: ReadonlyMap<string, number>;
  /** What the issuer answered to its fetches, by name; those that found nobody are not among them. */
  fetches: ReadonlyMap<string, number>;
  reloads: number;
  memory: MemoryFigures;
}

const WORKERS = 2;
const RATE = 200;
const DRAIN_SECONDS = 6;
/** A worker's tick, and what a busy machine adds. */
const LAG = 3_000;
const CACHE: JwksCache = { duration: 10_000, refetchCooldown: 2_000, maxStale: 20_000 };
const LISTENER = "soak";

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { cache = CACHE, print = () => undefined } = options;
  const random = new Random(options.seed);
  const binary = await locateEnvoy();
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-soak-"));
  const rotating = await RotatingIssuer.start();
  const steady = await startIssuer();
  const upstream = await startUpstream();
  const stopAll = async () => {
    await Promise.all([rotating.issuer.stop(), steady.stop(), upstream.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const template = await readEnvoyConfig();
    const lds = new LdsFile(join(directory, "lds.json"));
    const bootstrapOf = (version: number) => {
      const config = envoyConfig(template, {
        listeners: [
          { name: LISTENER, port: 0, pluginConfig: pluginConfig(rotating.issuer, steady, cache, version) },
        ],
        adminPort: 0,
        upstreamPort: upstream.port,
        idpPorts: { idp: rotating.issuer.port, steady: steady.port },
      });
      return JSON.parse(config) as EnvoyBootstrap;
    };
    const bootstrap = bootstrapOf(0);
    await lds.take(bootstrap);
    const envoy = await startEnvoy({
      path: binary.path,
      config: JSON.stringify(bootstrap),
      concurrency: WORKERS,
      drainSeconds: DRAIN_SECONDS,
    });
    try {
      await memoryIsTold(envoy);
      const durations: Durations = {
        usable: cache.duration + cache.maxStale,
        lag: LAG,
        drain: DRAIN_SECONDS * 1000,
      };
      const state = new TrafficState();
      const tokens = new Tokens(rotating.issuer.issuer, random);
      const reloads: Reload[] = [{ at: 0, takenAt: 0, version: 0 }];
      const taken = () => stat(envoy, "listener_manager.lds.update_success");
      const takenBefore = await taken();
      const port = envoy.port(LISTENER);
      const steadyToken = await tokenOf(steady);
      const load = new Load({
        ...{ port, rate: options.rate ?? RATE, random, durations },
        kinds: kinds({ rotating, tokens, state, random, steadyToken }),
        history: { goodAnswers: rotating.goodAnswers, reloads },
      });
      const reload = async () => {
        const count = reloads.length;
        const one: Reload = { at: Date.now(), version: count % 2 };
        reloads.push(one);
        await lds.write(bootstrapOf(count).static_resources.listeners);
        await eventually(
          "Envoy's taking a configuration",
          async () => (await taken()) >= takenBefore + count,
        );
        one.takenAt = Date.now();
      };
      const stage = new Stage(envoy, rotating, load, state, tokens, random, cache, durations, reload);
      const watch = await MemoryWatch.start(envoy, options.milliseconds / 3);
      const done = new Map<string, number>();
      let failure: string | undefined;
      try {
        await runDrills(stage, options, done, print);
      } catch (error) {
        if (!(error instanceof SoakFailure)) throw error;
        failure = error.message;
      } finally {
        await load.stop();
      }
      const memory = await watch.stop();
      if (failure === undefined) failure = await lastLook(stage, memory, reloads.length - 1);
      return {
        ...{ failure, memory, drills: done, envoyVersion: binary.version, requests: load.ledger.total },
        table: load.ledger.table(),
        open: load.ledger.open,
        fetches: counted(rotating.fetches.map(({ behaviour }) => behaviour)),
        reloads: reloads.length - 1,
      };
    } finally {
      await envoy.stop();
    }
  } finally {
    await stopAll();
  }
}

/** Rounds of all drills, each in an order of its own, while there is time; the rest of the time is load alone. */
async function runDrills(
  stage: Stage,
  { milliseconds, drills = DRILLS }: SoakOptions,
  done: Map<string, number>,
  print: (line: string) => void,
): Promise<void> {
  const end = Date.now() + milliseconds;
  let round: Drill[] = [];
  for (;;) {
    if (round.length === 0) round = stage.random.shuffled(drills);
    const left = end - Date.now();
    const index = round.findIndex(({ seconds }) => seconds * 1000 <= left);
    const [drill] = index < 0 ? [] : round.splice(index, 1);
    if (drill === undefined) break;
    print(`${Math.round(left / 1000)} s left: ${drill.name}`);
    await drill.run(stage);
    done.set(drill.name, (done.get(drill.name) ?? 0) + 1);
  }
  await stage.pass(Math.max(0, end - Date.now()));
}

/** What is to be seen only when all is over. */
async function lastLook(stage: Stage, memory: MemoryFigures, reloads: number): Promise<string | undefined> {
  try {
    stage.check();
  } catch (error) {
    return (error as Error).message;
  }
  const accepted = await stat(stage.envoy, "listener_manager.lds.update_success");
  const rejected = await stat(stage.envoy, "listener_manager.lds.update_rejected");
  if (rejected > 0 || accepted < reloads) return `Of ${reloads} reloads Envoy took ${accepted}.`;
  return memory.growth;
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function tokenOf(issuer: Issuer): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  return issuer.sign({ iss: issuer.issuer, sub: "steady", exp, role: "user" });
}
