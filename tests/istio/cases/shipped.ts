// What a newcomer copies, applied as it stands: envoy/istio. What the pages print is in pages.ts.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { pluginsOf, resourcesOf } from "../stage/resource.js";
import { answersThree } from "./answers-three.js";
import type { IstioCase } from "./istio-case.js";
import { clear, hasKeys, type Scene } from "./scene.js";

const shipped = (name: string) => readFile(join(repositoryRoot, "envoy", "istio", name), "utf8");

/** Applies files as they are, and waits until the pod of the README enforces them and has its keys. */
async function applied(scene: Scene, ...files: readonly string[]): Promise<void> {
  const pod = await scene.pod("httpbin");
  await clear(scene);
  await scene.stage.apply(files.join("\n---\n"));
  await pod.proxy.hasPlugins(pluginsOf(files.flatMap(resourcesOf)));
  await hasKeys(scene, pod);
}

export const shippedCases: readonly IstioCase[] = [
  {
    name: "envoy/istio/wasmplugin.yaml with issuer.yaml",
    run: async (scene) => {
      await applied(scene, await shipped("wasmplugin.yaml"), await shipped("issuer.yaml"));
      await answersThree(scene, await scene.pod("httpbin"), "read:database write:database");
    },
  },
  {
    name: "envoy/istio/trafficextension.yaml with issuer.yaml",
    run: async (scene) => {
      await applied(scene, await shipped("trafficextension.yaml"), await shipped("issuer.yaml"));
      await answersThree(scene, await scene.pod("httpbin"), "read:database write:database");
    },
  },
];
