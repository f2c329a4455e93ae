// The policies of ../policies, native and rendered, on the same pods: the answers are the same but where docs/differences.md says otherwise.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readdirSync } from "node:fs";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { compare, servePlaces } from "../comparison/compare.js";
import { policySetOf, type PolicySet } from "../comparison/policy-set.js";
import { testedVersions } from "../../versions/tested-versions.js";
import type { Pod } from "../stage/pod.js";
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

const [oldestVersion] = testedVersions;

/** Sets whose one workload is httpbin of foo, run on the oldest Envoy that is supported as well. */
const onOldest = ["claims", "peers", "places", "traffic-extension"];

export const oldestCases: readonly IstioCase[] = onOldest.map((name) => ({
  name: `compared on the oldest Envoy: ${name}`,
  run: async (scene) => {
    await clear(scene);
    const set = policySetOf(name, await readFile(join(directory, `${name}.yaml`), "utf8"));
    const env = Object.entries(process.env).filter(([variable]) => variable !== "ENVOY_PATH");
    const envoy = await locateEnvoy({ ...Object.fromEntries(env), ENVOY_VERSION: oldestVersion });
    const oldest = await scene.podOf({
      ...{ name: "httpbin-oldest", namespace: "foo", labels: { app: "httpbin", version: "oldest" } },
      envoy,
    });
    const { version } = JSON.parse(await oldest.proxy.admin("/server_info")) as { readonly version: string };
    strictEqual(version.includes(`/${oldestVersion}/`), true, version);
    await compareSet(scene, set, new Map([["foo/httpbin", oldest]]));
  },
}));

/** Lets the places of all sets become known while other cases run. */
export async function servePlacesOfAll({ stage }: Scene): Promise<void> {
  const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));
  const sets = files.map(async (file) => policySetOf(file, await readFile(join(directory, file), "utf8")));
  await servePlaces(stage, await Promise.all(sets));
}

async function compareFile(scene: Scene, file: string): Promise<void> {
  await clear(scene);
  await compareSet(scene, policySetOf(file, await readFile(join(directory, file), "utf8")));
}

/**
 * Holds the answers of both to be the same.
 * @param instead pods that take the place of workloads
 */
export async function compareSet(
  scene: Scene,
  set: PolicySet,
  instead: ReadonlyMap<string, Pod> = new Map(),
): Promise<void> {
  const pods = new Map<string, Awaited<ReturnType<Scene["pod"]>>>();
  for (const workload of set.workloads) {
    const name = `${workload.namespace}/${workload.name}`;
    pods.set(name, instead.get(name) ?? (await scene.podOf(workload)));
  }
  const { answers, refused, remarks } = await compare(scene.stage, set, (workload) => pods.get(workload)!);
  strictEqual(refused, 0, remarks);
  strictEqual(answers.length, set.requests.length);
  deepStrictEqual(
    answers.map(({ request, ours }) => [request, ours]),
    answers.map(({ request, native }) => [request, native]),
  );
}
