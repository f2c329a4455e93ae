// What a newcomer copies, applied as it stands: envoy/istio and the README's block.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { upstreamHeaders } from "../stage/request.js";
import { pluginsOf, resourcesOf } from "../stage/resource.js";
import type { IstioCase } from "./istio-case.js";
import { readmeBlock } from "./readme-block.js";
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

/** A good token is let on with its claims, no token and a bad one are not. */
async function answersThree({ stage, pod }: Scene, scope: string): Promise<void> {
  const { address } = await pod("httpbin");
  const token = await stage.world.sign({ scope });
  const good = await stage.world.request({ address, token });
  strictEqual(good.status, 200, good.body);
  deepStrictEqual(upstreamHeaders(good)?.["x-jwt-payload"], token.split(".")[1]);
  const none = await stage.world.request({ address });
  deepStrictEqual([none.status, none.body], [403, "RBAC: access denied"]);
  const bad = await stage.world.request({ address, token: "bad" });
  deepStrictEqual(
    [bad.status, bad.body],
    [401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  );
}

export const shippedCases: readonly IstioCase[] = [
  {
    name: "envoy/istio/wasmplugin.yaml with issuer.yaml",
    run: async (scene) => {
      await applied(scene, await shipped("wasmplugin.yaml"), await shipped("issuer.yaml"));
      await answersThree(scene, "read:database write:database");
    },
  },
  {
    name: "envoy/istio/trafficextension.yaml with issuer.yaml",
    run: async (scene) => {
      await applied(scene, await shipped("trafficextension.yaml"), await shipped("issuer.yaml"));
      await answersThree(scene, "read:database write:database");
    },
  },
  {
    name: "the README's block with issuer.yaml",
    run: async (scene) => {
      await applied(scene, await readmeBlock(), await shipped("issuer.yaml"));
      await answersThree(scene, "read:headers");
    },
  },
];
