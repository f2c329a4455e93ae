// What the filter takes besides time: measured in host/, where a VM's memory can be read at any moment.

import { readFile } from "node:fs/promises";
import { HeaderMap, HostProcess, WasmModule, WasmVm, type Plugin } from "../../host/index.js";
import { manyPolicies, onePolicy } from "../differential/cases/scale.js";
import { withKeySets } from "../differential/keys/key-sets.js";
import type { JsonObject, Policy } from "../differential/policy.js";
import { median } from "./statistics.js";
import type { Workload } from "./workloads.js";

export interface Footprint {
  readonly wasmBytes: number;
  /** Linear memory of a VM: with one policy before its first request, and with many. */
  readonly vmBytes: number;
  readonly policiesVmBytes: number;
  /** What a thousand remembered tokens add. */
  readonly cachedTokensBytes: number;
  /** From the configuration's text to a plugin that is ready; the median of several, the first one not counted. */
  readonly policiesMilliseconds: number;
}

const CONFIGURATIONS = 11;

/** @param unique requests with a token each, more than a thousand */
export async function measureFootprint(wasm: string, unique: Workload): Promise<Footprint> {
  const bytes = await readFile(wasm);
  const module = await WasmModule.compile(bytes);
  const start = async (policy: Policy, settings: JsonObject = {}) => {
    const vm = await WasmVm.instantiate(module, { process: new HostProcess() });
    const configuration = JSON.stringify(withKeySets({ ...policy.config, ...settings }));
    const begin = performance.now();
    const started = vm.startPlugin({ rootId: "jwt-policy", configuration });
    const milliseconds = performance.now() - begin;
    if (started.kind === "refused") throw new Error(`the filter refuses ${policy.name}`);
    return { vm, plugin: started.plugin, milliseconds };
  };
  const one = await start(onePolicy);
  const many = await start(manyPolicies);
  const times: number[] = [];
  for (let i = 0; i < CONFIGURATIONS; i++) times.push((await start(manyPolicies)).milliseconds);
  const filled = await start(onePolicy, { tokenCache: { maxEntries: unique.traffic.headers.length } });
  // Memory grows in steps, each as large as what there was: what lies between the last two has been filled to the brim.
  const steps = [{ size: filled.vm.memory.size, tokens: 0 }];
  for (const [i, headers] of unique.traffic.headers.entries()) {
    send(filled.plugin, unique.traffic.path, headers);
    const { size } = filled.vm.memory;
    if (size !== steps.at(-1).size) steps.push({ size, tokens: i });
  }
  const [before, from, to] = steps.slice(-3);
  if (before === undefined || from === undefined || to === undefined)
    throw new Error("too few tokens to fill a step of memory");
  return {
    wasmBytes: bytes.length,
    vmBytes: one.vm.memory.size,
    policiesVmBytes: many.vm.memory.size,
    cachedTokensBytes: ((from.size - before.size) / (to.tokens - from.tokens)) * 1000,
    policiesMilliseconds: median(times),
  };
}

function send(plugin: Plugin, path: string, headers: Readonly<Record<string, string>>): void {
  const map = HeaderMap.request([
    [":method", "GET"],
    [":authority", "localhost"],
    [":scheme", "http"],
    [":path", path],
    ...Object.entries(headers),
  ]);
  const stream = plugin.request(map);
  if (stream.outcome.kind !== "continue")
    throw new Error(`a good token was answered by ${stream.outcome.kind}`);
  stream.close();
}
