// Requests at a fixed rate whatever becomes of those before (open loop): each is timed from the moment at which it was due, so that one that could not be
// sent for a stall counts as late. A thread of its own, which nothing else holds up.

import { Agent, request } from "node:http";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

interface Load {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly perSecond: number;
  /** Default `/`. */
  readonly path?: string;
  /** Header fields, sent in turn. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
}

/** A time on the clock that both threads have. */
export const now = (): number => performance.timeOrigin + performance.now();

/** More than these are not open at once: what is due then waits here, and its time runs. */
const CONNECTIONS = 64;

/** GET requests, each to be answered by 200. They begin at once. */
export class OpenLoop {
  private readonly thread: Worker;

  constructor(load: Load) {
    this.thread = new Worker(new URL(import.meta.url), { workerData: load });
  }

  /** How late the answers were of those that were due within a time (of `now`) that is over, in milliseconds. Rejects if one has failed, or none was due. */
  async times(from: number, to: number): Promise<readonly number[]> {
    const answer = new Promise<number[] | string>((resolve) => this.thread.once("message", resolve));
    this.thread.postMessage([from, to]);
    const times = await answer;
    if (typeof times === "string") throw new Error(times);
    return times;
  }

  /** The longest of them. */
  async longest(from: number, to: number): Promise<number> {
    return Math.max(...(await this.times(from, to)));
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}

function send({ port, perSecond, path = "/", headers = [{}] }: Load): void {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  /** By number; undefined while there is no answer. */
  const times: (number | undefined)[] = [];
  let fault: string | undefined;
  const begin = now();
  const dueAt = (index: number): number => begin + (index * 1000) / perSecond;
  const one = (index: number) =>
    request(
      { host: "127.0.0.1", port, agent, path, headers: { ...headers[index % headers.length] } },
      (response) => {
        if (response.statusCode !== 200) fault ??= `a request was answered by ${response.statusCode}`;
        response.resume().once("end", () => (times[index] = now() - dueAt(index)));
      },
    )
      .once("error", (error) => (fault ??= error.message))
      .end();
  /** Who asks gets an answer when all that he asks for are answered. */
  let asks: (() => boolean)[] = [];
  setInterval(() => {
    while (dueAt(times.length) <= now()) one(times.push(undefined) - 1);
    asks = asks.filter((tell) => !tell());
  }, 1);
  parentPort!.on("message", ([from, to]: [number, number]) => {
    asks.push(() => {
      const wanted = times.filter((_, index) => dueAt(index) >= from && dueAt(index) <= to);
      if (fault === undefined && wanted.includes(undefined)) return false;
      parentPort!.postMessage(fault ?? (wanted.length === 0 ? "no request was due within the time" : wanted));
      return true;
    });
  });
}

if (!isMainThread) send(workerData as Load);
