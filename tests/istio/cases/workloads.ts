// Several workloads of one namespace, each rendered by a run of its own.

import { deepStrictEqual, notStrictEqual } from "node:assert/strict";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import { runCommand } from "../comparison/command.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, render, type Scene } from "./scene.js";

async function twoWorkloads(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pods = [await scene.pod("httpbin"), await scene.pod("sleep")];
  const statuses = () =>
    Promise.all(pods.map(async ({ address }) => (await stage.world.request({ address })).status));
  deepStrictEqual(await statuses(), [200, 200]);
  for (const app of ["httpbin", "sleep"]) {
    const policies = httpbinPolicies({ namespace: "foo", labels: { app } });
    await stage.apply(await render(scene, policies, `foo/app=${app}`));
  }
  for (const [i, app] of ["httpbin", "sleep"].entries()) {
    const policies = httpbinPolicies({ namespace: "foo", labels: { app } });
    await pods[i]!.proxy.hasPlugins(pluginsOf(resourcesOf(await render(scene, policies, `foo/app=${app}`))));
  }
  deepStrictEqual(await statuses(), [403, 403]);
}

async function tcpPort(scene: Scene): Promise<void> {
  const service = {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "httpbin", namespace: "foo" } },
    spec: { selector: { app: "httpbin" }, ports: [{ name: "tcp-web", port: 80 }] },
  };
  const input = `${httpbinPolicies({ namespace: "foo" })}---\n${yamlOf([service])}`;
  const image = `oci://registry.example.com/jwt-policy:${scene.stage.image.tag}`;
  const args = ["render", "-", "--for", "foo/app=httpbin", "--as", "wasmplugin", "--image", image];
  const { code, stderr, stdout } = await runCommand(args, input);
  notStrictEqual(code, 0, `render says nothing of a port that Istio takes for TCP:\n${stdout}${stderr}`);
}

export const workloadCases: readonly IstioCase[] = [
  { name: "workloads: two of one namespace are both closed after two renders", run: twoWorkloads },
  { name: "workloads: a port that Istio takes for TCP is an error of render", run: tcpPort },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
