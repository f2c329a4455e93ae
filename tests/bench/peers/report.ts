// What the bench of peers has found, as tables in Markdown.

import { BARE } from "../measure.js";
import type { Estimate } from "../statistics.js";
import type { Latency } from "./latency.js";
import type { PeerStart } from "./start.js";

export interface PeerFigures {
  readonly name: string;
  readonly facts: string;
  /** CPU µs a request over a listener without filters, by workload; that listener itself: in all. */
  readonly costs: Readonly<Record<string, Estimate | undefined>>;
  readonly latency: Latency;
  readonly start: PeerStart;
}

/** What is written to docs/bench/peers.json. */
export interface PeersResult {
  readonly machine: string;
  readonly envoy: string;
  readonly date: string;
  readonly rounds: number;
  readonly requests: number;
  /** Of the requests whose latency was taken, a second. */
  readonly rate: number;
  /** The machine's load average over the last minute of the run. */
  readonly load: number;
  /** Peers that could not be built here, each with the reason. */
  readonly missing: readonly string[];
  readonly peers: readonly PeerFigures[];
}

const digits = (value: number): string => value.toFixed(Math.abs(value) < 100 ? 1 : 0);

/** The tables that `npm run bench:peers` prints. */
export function peerTables(result: PeersResult): string {
  const { peers } = result;
  const workloads = [...new Set(peers.flatMap(({ costs }) => Object.keys(costs)))];
  const cost = (one: Estimate | undefined): string =>
    one === undefined ? "" : `${digits(one.median)} (${digits(one.low)} to ${digits(one.high)})`;
  const mebibytes = (kibibytes: number): string => `${(kibibytes / 1024).toFixed(0)} MiB`;
  return [
    `Envoy ${result.envoy}, one worker; ${result.machine}; ${result.rounds} rounds of ${result.requests} requests; ${result.date}; load ${digits(result.load)} at the end.`,
    "",
    `| CPU µs a request, median (middle half) | ${workloads.join(" | ")} |`,
    `| --- | ${workloads.map(() => "---:").join(" | ")} |`,
    ...peers.map(
      ({ name, costs }) =>
        `| ${name === BARE ? `${BARE}, in all` : name} | ${workloads.map((workload) => cost(costs[workload])).join(" | ")} |`,
    ),
    "",
    `| ${result.rate} new tokens a second | half within | 99 of 100 within |`,
    "| --- | ---: | ---: |",
    ...peers.map(
      ({ name, latency }) => `| ${name} | ${digits(latency.half)} µs | ${digits(latency.ninetyNine)} µs |`,
    ),
    "",
    "| one listener | first answer | CPU until then | memory |",
    "| --- | ---: | ---: | ---: |",
    ...peers.map(({ name, start }) => {
      const beside = start.besideKiB === undefined ? "" : ` + ${mebibytes(start.besideKiB)}`;
      return `| ${name} | ${start.wallMilliseconds.toFixed(0)} ms | ${start.cpuMilliseconds.toFixed(0)} ms | ${mebibytes(start.residentKiB)}${beside} |`;
    }),
    "",
    "| who | what it is |",
    "| --- | --- |",
    ...peers.filter(({ facts }) => facts !== "").map(({ name, facts }) => `| ${name} | ${facts} |`),
    ...(result.missing.length === 0 ? [] : ["", `Left out on this machine: ${result.missing.join("; ")}.`]),
  ].join("\n");
}
