// OPA as it stands beside Envoy: a process that answers ext_authz's questions.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { peerSources } from "./build-peers.js";

export interface OpaServer {
  readonly process: ChildProcess;
  readonly port: number;
  stop(): Promise<void>;
}

/** @param data what the policy knows as `data` */
export async function startOpa(program: string, data: object): Promise<OpaServer> {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-opa-"));
  const path = join(directory, "data.json");
  await writeFile(path, JSON.stringify(data));
  const child = spawn(program, [join(peerSources, "opa", "policy.rego"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(directory, { recursive: true });
  };
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`${program} ended before it said its port`);
  return { process: child, port: Number(first[0]), stop };
}
