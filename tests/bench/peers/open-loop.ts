// Requests at a fixed rate, whatever becomes of those before: latency counts from when a request was due, so that a stall is seen by all that it kept waiting.

import { Agent, get } from "node:http";
import type { Traffic } from "../load.js";
import { quantile } from "../statistics.js";

/** In microseconds. */
export interface Latency {
  readonly half: number;
  readonly ninetyNine: number;
}

/** Connections that are kept open; a request that finds none free waits, and that counts. */
const CONNECTIONS = 64;

/** Sends requests to a port on 127.0.0.1. Rejects at an answer of another status. @param rate a second @param seconds how long */
export async function latencyAt(
  port: number,
  traffic: Traffic,
  status: number,
  rate: number,
  seconds: number,
): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const amount = rate * seconds;
  const latencies: number[] = [];
  const begin = performance.now();
  const ask = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const due = begin + (index * 1000) / rate;
      const headers = traffic.headers[index % traffic.headers.length]!;
      const request = get({ agent, host: "127.0.0.1", port, path: traffic.path, headers }, (response) => {
        response.resume();
        response.once("end", () => {
          latencies.push((performance.now() - due) * 1000);
          if (response.statusCode === status) resolve();
          else reject(new Error(`answered by ${response.statusCode} where ${status} was expected`));
        });
      });
      request.once("error", reject);
    });
  const asked: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const sendDue = (): void => {
      const due = Math.min(amount, Math.floor(((performance.now() - begin) * rate) / 1000) + 1);
      while (asked.length < due) asked.push(ask(asked.length));
      if (asked.length < amount) setImmediate(sendDue);
      else resolve();
    };
    sendDue();
  });
  await Promise.all(asked).finally(() => agent.destroy());
  return { half: quantile(latencies, 0.5), ninetyNine: quantile(latencies, 0.99) };
}
