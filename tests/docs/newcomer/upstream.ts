// What listens on port 8000 where the pages say "whatever listens there": a program of its own, in the newcomer's network.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import type { Newcomer } from "./newcomer.js";

/** Starts it; resolves when it answers. */
export function runUpstream(newcomer: Newcomer): Promise<{ stop(): Promise<void> }> {
  const program = `exec "${process.execPath}" "${fileURLToPath(import.meta.url)}"`;
  return new Promise((resolve, reject) => {
    let end = (): void => undefined;
    const served = newcomer.serving(program, "curl -s localhost:8000/", () => {
      const stopped = new Promise<void>((stop) => (end = stop));
      resolve({
        stop: async () => {
          end();
          await served;
        },
      });
      return stopped;
    });
    served.catch(reject);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  createServer((request, response) => response.end(`${request.method!} ${request.url!}\n`)).listen(
    8000,
    "127.0.0.1",
  );
