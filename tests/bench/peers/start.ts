// What it takes a peer to be there: the medians of several starts, and the memory of the process beside Envoy.

import { median } from "../statistics.js";
import { residentKiB, startOnce, type Start } from "../start/one-start.js";
import type { Peer } from "./peers.js";

export interface PeerStart extends Start {
  /** Resident memory of the process that the peer cannot do without. */
  readonly besideKiB?: number;
}

const TIMES = 5;

/** @param beside the pid of OPA */
export async function measureStart(path: string, peer: Peer, beside: number | undefined): Promise<PeerStart> {
  const starts: Start[] = [];
  for (let i = 0; i < TIMES; i++) starts.push(await startOnce(path, peer, peer.clusters));
  const middle = (of: (start: Start) => number) => median(starts.map(of));
  return {
    wallMilliseconds: middle((one) => one.wallMilliseconds),
    cpuMilliseconds: middle((one) => one.cpuMilliseconds),
    laterCpuMilliseconds: middle((one) => one.laterCpuMilliseconds),
    residentKiB: middle((one) => one.residentKiB),
    ...(peer.usesOpa === true && beside !== undefined ? { besideKiB: await residentKiB(beside) } : {}),
  };
}
