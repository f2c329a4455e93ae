// What it takes to be there: an Envoy with one listener, from its start to the first request that is answered, and its memory after some more.

import { readFile } from "node:fs/promises";
import { startEnvoy } from "../../../cli/envoy/envoy-process.js";
import { cpuNanoseconds } from "../cpu-time.js";
import { bootstrap } from "../listeners.js";
import { sendLoad } from "../load.js";
import { median } from "../statistics.js";
import type { Workload } from "../workloads.js";
import type { Peer } from "./peers.js";

export interface Start {
  /** To the first answer, in milliseconds; seen every 20. */
  readonly milliseconds: number;
  /** CPU of Envoy until then, in milliseconds. */
  readonly cpuMilliseconds: number;
  /** Resident memory after the requests, in bytes: of Envoy, and of the process beside it. */
  readonly memory: number;
  readonly memoryBeside?: number;
}

const TIMES = 5;
const REQUESTS = 2000;

/** The medians of several starts. @param beside another process that the peer cannot do without */
export async function measureStart(
  path: string,
  peer: Peer,
  repeated: Workload,
  beside: number | undefined,
): Promise<Start> {
  const { traffic, status } = repeated;
  const config = bootstrap([peer], peer.clusters);
  const starts: { wall: number; cpu: number; memory: number }[] = [];
  for (let i = 0; i < TIMES; i++) {
    const begin = performance.now();
    const envoy = await startEnvoy({
      path,
      config,
      concurrency: 1,
      wasmLogLevel: "warning",
      deadline: 60_000,
    });
    try {
      const url = `http://127.0.0.1:${envoy.port(peer.name)}${traffic.path}`;
      const answer = await fetch(url, { headers: { ...traffic.headers[0] } });
      await answer.arrayBuffer();
      if (answer.status !== status)
        throw new Error(`${peer.name} answers ${answer.status} where ${status} was expected`);
      const wall = performance.now() - begin;
      const { pid } = envoy.process;
      const cpu = (await cpuNanoseconds(pid!)) / 1e6;
      await sendLoad(envoy.port(peer.name), traffic, REQUESTS, status);
      starts.push({ wall, cpu, memory: await residentBytes(pid!) });
    } finally {
      await envoy.stop();
    }
  }
  const middle = (of: (start: (typeof starts)[number]) => number) => median(starts.map(of));
  return {
    milliseconds: middle(({ wall }) => wall),
    cpuMilliseconds: middle(({ cpu }) => cpu),
    memory: middle(({ memory }) => memory),
    ...(peer.usesOpa === true && beside !== undefined ? { memoryBeside: await residentBytes(beside) } : {}),
  };
}

/** VmRSS of proc(5). */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}
