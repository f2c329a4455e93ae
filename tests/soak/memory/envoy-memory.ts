// What a running Envoy holds in memory: the process, and its VMs as the filter's gauge tells.

import { readFile } from "node:fs/promises";
import type { RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { eventually } from "../../envoy/stage/eventually.js";
import { stat } from "../../envoy/stage/harness.js";

export interface EnvoyMemory {
  /** Resident set of the process, in bytes; 0 where there is no /proc. */
  resident: number;
  /** Linear memory of all VMs, in bytes. */
  vms: number;
}

const GAUGE = "wasmcustom.jwt_policy_vm_memory_bytes";

export async function envoyMemory(envoy: RunningEnvoy): Promise<EnvoyMemory> {
  const status = await readFile(`/proc/${envoy.process.pid ?? 0}/status`, "utf8").catch(() => "");
  const kibibytes = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
  return { resident: kibibytes * 1024, vms: await stat(envoy, GAUGE) };
}

/** Waits until the filter has told of its memory for the first time: once a second it does. */
export async function memoryIsTold(envoy: RunningEnvoy): Promise<void> {
  await eventually("the gauge of the VMs' memory", async () => (await stat(envoy, GAUGE)) > 0);
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
