// The result of a soak, in Markdown.

import { mebibytes, type EnvoyMemory } from "./memory/envoy-memory.js";
import type { SoakResult } from "./soak.js";

export function report(result: SoakResult, milliseconds: number, seed: number): string {
  const { memory } = result;
  const row = (name: string, { vms, resident }: EnvoyMemory) =>
    `| ${name} | ${mebibytes(vms)} | ${mebibytes(resident)} |`;
  return [
    `${result.requests} requests in ${(milliseconds / 60_000).toFixed(1)} minutes, Envoy ${result.envoyVersion}, two workers, ` +
      `${result.reloads} reloads, seed ${seed}.`,
    "",
    result.table,
    "",
    `Of these, requests during which something changed, so that two answers were right, by the reason of the answer that came: ${list(result.open)}.`,
    "",
    `Drills: ${list(result.drills)}.`,
    "",
    `Fetches that the issuer saw, by how it answered: ${list(result.fetches)}.`,
    "",
    "| memory | both VMs | Envoy |",
    "| --- | --- | --- |",
    row("at the start", memory.start),
    row("most of the first third", memory.warm),
    row("at the end", memory.end),
    row("most of all", memory.most),
  ].join("\n");
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} (${count})`).join(", ") || "none";
}
