// One start of an Envoy with one listener, to its first answer to a good token: what it takes.

import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { startEnvoy } from "../../../cli/envoy/envoy-process.js";
import { mint } from "../../differential/token.js";
import { cpuNanoseconds } from "../cpu-time.js";
import { bootstrap, type Variant } from "../listeners.js";

/** Of one start: until the first answer, and LATER. */
export interface Start {
  readonly wallMilliseconds: number;
  readonly cpuMilliseconds: number;
  readonly laterCpuMilliseconds: number;
  readonly residentKiB: number;
}

/** In milliseconds: the compilers of V8 go on behind the first answer. */
export const LATER = 500;
const DEADLINE = 60_000;

const claims = { sub: "client@clients", aud: "istio-jwt-test", scope: "read:headers write:headers" };

/** @param path of the binary @param clusters that the variant's filters call */
export async function startOnce(
  path: string,
  variant: Variant,
  clusters: readonly unknown[] = [],
): Promise<Start> {
  const headers = { authorization: `Bearer ${mint({ claims })}` };
  const begin = performance.now();
  const envoy = await startEnvoy({ path, config: bootstrap([variant], clusters), deadline: DEADLINE });
  try {
    const pid = envoy.process.pid!;
    while ((await answer(envoy.port(variant.name), headers)) !== 200) {
      if (performance.now() - begin > DEADLINE) throw new Error(`${variant.name} gives no answer`);
      await wait(1);
    }
    const wallMilliseconds = performance.now() - begin;
    const cpuMilliseconds = (await cpuNanoseconds(pid)) / 1e6;
    await wait(LATER);
    const laterCpuMilliseconds = (await cpuNanoseconds(pid)) / 1e6;
    return { wallMilliseconds, cpuMilliseconds, laterCpuMilliseconds, residentKiB: await residentKiB(pid) };
  } finally {
    await envoy.stop();
  }
}

/** The status of `GET /headers`; 0 if there is no answer. */
function answer(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/headers", headers }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode!));
    });
    asked.once("error", () => resolve(0)).end();
  });
}

/** VmRSS of proc(5). */
export async function residentKiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]);
}
