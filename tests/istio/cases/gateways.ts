// A gateway of an istiod that gives gateways the clusters of their routes alone: no route names an issuer.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { policySetOf } from "../comparison/policy-set.js";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import { compareSet } from "./compared.js";
import type { IstioCase } from "./istio-case.js";
import { clear, render, type Scene } from "./scene.js";

const CLUSTER = "outbound|443|jwks|idp.example.com";

/** Needs the EnvoyFilter that `render` writes: without it the cluster is not there and every token is refused, with it all is as native. */
async function filteredClusters(scene: Scene): Promise<void> {
  const { stage } = scene;
  const file = join(repositoryRoot, "tests", "istio", "policies", "gateway.yaml");
  const set = policySetOf("gateway", await readFile(file, "utf8"));
  for (const workload of set.workloads) await scene.podOf(workload);
  const gateway = await scene.pod("gateway");
  await stage.restartIstiod({ PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: "true" });
  try {
    await gateway.restartProxy();
    const labels = Object.entries(gateway.labels).map(([label, value]) => `${label}=${value}`);
    const rendered = resourcesOf(await render(scene, yamlOf(set.policies), `edge/${labels.join(",")}`));
    const without = rendered.filter(({ kind }) => kind !== "EnvoyFilter");
    deepStrictEqual(
      rendered.filter((one) => !without.includes(one)).map(({ metadata }) => metadata.annotations),
      [{ "envoyfilter.istio.io/referenced-services": "edge/idp.example.com" }],
    );
    strictEqual(JSON.stringify(pluginsOf(rendered)).includes(CLUSTER), true);
    await stage.apply(yamlOf([...set.surroundings, ...without]));
    await gateway.proxy.hasPlugins(pluginsOf(without));
    const token = await stage.world.sign();
    const refused = await stage.world.request({
      address: gateway.address,
      host: "httpbin.example.com",
      token,
    });
    deepStrictEqual([refused.status, refused.body], [401, "Jwks remote fetch is failed"]);
    strictEqual((await gateway.proxy.admin("/clusters")).includes(CLUSTER), false);
    await clear(scene);
    await stage.kubectl(["delete", "-f", "-"], yamlOf(set.surroundings));
    await gateway.proxy.hasPlugins({});

    await compareSet(scene, set);
  } finally {
    await stage.restartIstiod({});
    await gateway.restartProxy();
  }
}

export const gatewayCases: readonly IstioCase[] = [
  {
    name: "gateway: with PILOT_FILTER_GATEWAY_CLUSTER_CONFIG keys come by the EnvoyFilter that render writes",
    run: async (scene) => {
      await clear(scene);
      await filteredClusters(scene);
    },
  },
];
