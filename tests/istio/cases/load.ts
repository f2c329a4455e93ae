// Requests that go on while something is changed: every answer is counted, and held to what it must be.

import { strictEqual } from "node:assert/strict";
import type { StageRequest } from "../stage/request.js";
import type { Scene } from "./scene.js";

/** A request, and the status that it must get whatever is going on. */
export interface LoadRequest {
  readonly name: string;
  readonly request: StageRequest;
  readonly status: number;
}

/** Between two requests, in milliseconds: each is on a connection of its own. */
const INTERVAL = 20;

/**
 * Sends requests in turn while something is done, each on time whether the last has been answered or not.
 * @returns how many were answered; rejects if one was answered otherwise, or if nothing was sent while it was done
 */
export async function underLoad(
  { stage }: Scene,
  requests: readonly LoadRequest[],
  change: () => Promise<void>,
): Promise<number> {
  const wrong: string[] = [];
  const waiting = new Set<Promise<void>>();
  const started = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const { name, request, status } = requests[sent++ % requests.length]!;
    const at = Date.now() - started;
    const answered = stage.world.request(request).then((answer) => {
      if (answer.status !== status)
        wrong.push(`+${at} ms, ${name}: ${answer.status} ${answer.body.slice(0, 100)}`);
      waiting.delete(answered);
    });
    waiting.add(answered);
  }, INTERVAL);
  try {
    await change();
  } finally {
    clearInterval(timer);
    await Promise.all(waiting);
  }
  strictEqual(
    wrong.length,
    0,
    `${wrong.length} of ${sent} answers are wrong:\n${wrong.slice(0, 10).join("\n")}`,
  );
  strictEqual(sent >= requests.length, true, "nothing was sent meanwhile");
  return sent;
}
