// The policies of ../policies, native and rendered, on the same pods: the answers are the same but where docs/differences.md says otherwise.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readdirSync } from "node:fs";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { compare, servePlaces } from "../comparison/compare.js";
import { policySetOf } from "../comparison/policy-set.js";
import type { IstioCase } from "./istio-case.js";
import { clear, type Scene } from "./scene.js";

const directory = join(repositoryRoot, "tests", "istio", "policies");

export const comparedCases: readonly IstioCase[] = readdirSync(directory)
  .filter((file) => file.endsWith(".yaml"))
  .sort()
  .map((file) => ({
    name: `compared: ${basename(file, ".yaml")}`,
    run: (scene) => compareFile(scene, file),
  }));

/** Lets the places of all sets become known while other cases run. */
export async function servePlacesOfAll({ stage }: Scene): Promise<void> {
  const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));
  const sets = files.map(async (file) => policySetOf(file, await readFile(join(directory, file), "utf8")));
  await servePlaces(stage, await Promise.all(sets));
}

async function compareFile(scene: Scene, file: string): Promise<void> {
  const set = policySetOf(file, await readFile(join(directory, file), "utf8"));
  await clear(scene);
  const pods = new Map<string, Awaited<ReturnType<Scene["pod"]>>>();
  for (const workload of set.workloads) {
    pods.set(`${workload.namespace}/${workload.name}`, await scene.podOf(workload));
  }
  const { answers, refused, remarks } = await compare(scene.stage, set, (workload) => pods.get(workload)!);
  strictEqual(refused, 0, remarks);
  strictEqual(answers.length, set.requests.length);
  deepStrictEqual(
    answers.map(({ request, ours }) => [request, ours]),
    answers.map(({ request, native }) => [request, native]),
  );
}
