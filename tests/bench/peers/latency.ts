// How long new tokens wait for their answer at a fixed rate, from when they were due.

import { setTimeout as wait } from "node:timers/promises";
import type { Traffic } from "../load.js";
import { quantile } from "../statistics.js";
import { now, OpenLoop } from "../updates/open-loop.js";

/** In microseconds. */
export interface Latency {
  readonly half: number;
  readonly ninetyNine: number;
}

/** Sends requests to a port on 127.0.0.1. Rejects at an answer other than 200. @param perSecond the rate @param seconds how long */
export async function latencyAt(
  port: number,
  { path, headers }: Traffic,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const load = new OpenLoop({ port, perSecond, path, headers });
  try {
    const begin = now();
    await wait(seconds * 1000);
    const times = await load.times(begin, now());
    return { half: quantile(times, 0.5) * 1000, ninetyNine: quantile(times, 0.99) * 1000 };
  } finally {
    await load.stop();
  }
}
