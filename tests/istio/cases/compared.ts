// The policies of ../policies, native and rendered, on the same pods: the answers are the same but where docs/differences.md says otherwise.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readdirSync } from "node:fs";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { compare } from "../comparison/compare.js";
import { policySetOf } from "../comparison/policy-set.js";
import type { IstioCase } from "./istio-case.js";
import { clear, podNameOf, type Scene } from "./scene.js";

const directory = join(repositoryRoot, "tests", "istio", "policies");

export const comparedCases: readonly IstioCase[] = readdirSync(directory)
  .filter((file) => file.endsWith(".yaml"))
  .sort()
  .map((file) => ({
    name: `compared: ${basename(file, ".yaml")}`,
    run: (scene) => compareFile(scene, file),
  }));

async function compareFile(scene: Scene, file: string): Promise<void> {
  const set = policySetOf(file, await readFile(join(directory, file), "utf8"));
  await clear(scene);
  const pods = new Map<string, Awaited<ReturnType<Scene["pod"]>>>();
  for (const { name, namespace } of set.workloads) {
    pods.set(`${namespace}/${name}`, await scene.pod(podNameOf(namespace, name)));
  }
  const { answers, refused, remarks } = await compare(scene.stage, set, (workload) => pods.get(workload)!);
  strictEqual(refused, 0, remarks);
  strictEqual(answers.length, set.requests.length);
  deepStrictEqual(
    answers.map(({ request, ours }) => [request, ours]),
    answers.map(({ request, native }) => [request, native]),
  );
}
