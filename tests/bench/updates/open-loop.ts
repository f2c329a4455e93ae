// Requests at a fixed rate whatever becomes of those before (open loop): each is timed from the moment at which it was due, so that one that could not be
// sent for a stall counts as late. A thread of its own, which nothing else holds up.

import { Agent, request } from "node:http";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

interface Load {
  readonly port: number;
  readonly perSecond: number;
}

/** A time on the clock that both threads have. */
export const now = (): number => performance.timeOrigin + performance.now();

/** More than these are not open at once: what is due then waits here, and its time runs. */
const CONNECTIONS = 64;

/** Requests to `GET /` of a port on 127.0.0.1, each to be answered by 200. They begin at once. */
export class OpenLoop {
  private readonly thread: Worker;

  constructor(load: Load) {
    this.thread = new Worker(new URL(import.meta.url), { workerData: load });
  }

  /** The longest answer of those that were due within a time (of `now`), in milliseconds. Rejects if one has failed, or none was due. */
  async longest(from: number, to: number): Promise<number> {
    const answer = new Promise<number | string>((resolve) => this.thread.once("message", resolve));
    this.thread.postMessage([from, to]);
    const longest = await answer;
    if (typeof longest === "string") throw new Error(longest);
    return longest;
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}

function send({ port, perSecond }: Load): void {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answers: { due: number; late: number }[] = [];
  let fault: string | undefined;
  const one = (due: number) =>
    request({ host: "127.0.0.1", port, agent, path: "/" }, (response) => {
      if (response.statusCode !== 200) fault ??= `a request was answered by ${response.statusCode}`;
      response.resume().once("end", () => answers.push({ due, late: now() - due }));
    })
      .once("error", (error) => (fault ??= error.message))
      .end();
  const begin = now();
  let sent = 0;
  setInterval(() => {
    for (; begin + (sent * 1000) / perSecond <= now(); sent++) one(begin + (sent * 1000) / perSecond);
  }, 1);
  parentPort!.on("message", ([from, to]: [number, number]) => {
    const late = answers.filter(({ due }) => due >= from && due <= to).map((answer) => answer.late);
    const none = late.length === 0 ? "no request was due within the time" : undefined;
    parentPort!.postMessage(fault ?? none ?? Math.max(...late));
  });
}

if (!isMainThread) send(workerData as Load);
