// An image that is not to be had: the agent denies everybody, at once, and nothing is open.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { Pod } from "../stage/pod.js";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, hasKeys, render, type Scene } from "./scene.js";

/** Good token, none, bad: each is answered by the agent's filter, which is Envoy's RBAC. */
async function deniesEverybody({ stage }: Scene, { address, proxy }: Pod): Promise<void> {
  const token = await stage.world.sign({ scope: "read:headers" });
  await proxy.becomes("the agent's denial of everybody", async () => {
    const { status } = await stage.world.request({ address, token });
    return status === 403;
  });
  for (const request of [{ token }, {}, { token: "bad" }]) {
    const { status, body } = await stage.world.request({ address, ...request });
    deepStrictEqual([status, body], [403, "RBAC: access denied"]);
  }
}

/** What the agent counts (docs/operations.md). */
async function conversions({ request }: Pod, result: string): Promise<number> {
  const { status, body } = await request({ address: "127.0.0.1", port: 15020, path: "/stats/prometheus" });
  strictEqual(status, 200, body);
  const line = new RegExp(
    `istio_agent_wasm_config_conversion_count\\{[^}]*result="${result}"[^}]*\\} (\\d+)`,
  );
  return Number(line.exec(body)?.[1] ?? 0);
}

async function wrongDigest(scene: Scene): Promise<void> {
  const pod = await scene.pod("httpbin");
  const yaml = await render(
    scene,
    httpbinPolicies({ namespace: "foo" }),
    "foo/app=httpbin",
    "--sha256",
    "0".repeat(64),
  );
  match(yaml, /sha256: "?0{64}/);
  const before = await conversions(pod, "fetch_failure");
  await scene.stage.apply(yaml);
  await deniesEverybody(scene, pod);
  strictEqual((await conversions(pod, "fetch_failure")) > before, true, "no fetch_failure is counted");
}

async function registryDown(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  // A fresh pod: the agent has no module yet.
  await pod.restartProxy();
  const yaml = await render(scene, httpbinPolicies({ namespace: "foo" }), "foo/app=httpbin");
  await stage.world.setRegistry(false);
  try {
    await stage.apply(yaml);
    await deniesEverybody(scene, pod);
    strictEqual((await conversions(pod, "fetch_failure")) > 0, true, "no fetch_failure is counted");
  } finally {
    await stage.world.setRegistry(true);
  }
  // The agent does not try again by itself for a minute or more: anything new in the plugin makes it.
  const touched = resourcesOf(yaml).map((resource) =>
    resource.kind === "WasmPlugin"
      ? { ...resource, spec: { ...resource.spec, imagePullPolicy: "Always" } }
      : resource,
  );
  await stage.apply(yamlOf(touched));
  await pod.proxy.hasPlugins(pluginsOf(touched));
  await hasKeys(scene, pod);
  const token = await stage.world.sign({ scope: "read:headers" });
  const { status, body } = await stage.world.request({ address: pod.address, token });
  strictEqual(status, 200, body);
}

export const imageCases: readonly IstioCase[] = [
  { name: "image: another digest than the one that is asked for closes the workload", run: wrongDigest },
  { name: "image: a registry that is down closes the workload, until it is there", run: registryDown },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
