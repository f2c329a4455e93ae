// Several workloads of one namespace, each rendered by a run of its own.

import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import { runCommand } from "../comparison/command.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, hasKeys, render, type Scene } from "./scene.js";

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

/** What JP011 and JP227 are for: both plugins run, one behind the other, and every good token is refused. */
async function twoPlugins(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  const policies = httpbinPolicies({ namespace: "foo" });
  const both = [
    await render(scene, policies, "foo/app=httpbin"),
    await render(scene, policies, "foo/app=httpbin,version=v1"),
  ];
  await stage.apply(both.join("---\n"));
  await pod.proxy.hasPlugins(pluginsOf(both.flatMap(resourcesOf)));
  await hasKeys(scene, pod);
  const token = await stage.world.sign({ scope: "read:headers" });
  const answers = async (sent: string | undefined) => {
    const { status, body } = await stage.world.request({
      address: pod.address,
      ...(sent && { token: sent }),
    });
    return [status, body];
  };
  // The first has taken the token out.
  deepStrictEqual(await answers(token), [403, "RBAC: access denied"]);
  deepStrictEqual(await answers(undefined), [403, "RBAC: access denied"]);
  const name = pluginNameOf(both[1]!);
  await stage.kubectl(["delete", "wasmplugin", "-n", "foo", name]);
  await pod.proxy.hasPlugins(pluginsOf(resourcesOf(both[0]!)));
  strictEqual((await answers(token))[0], 200);
}

function pluginNameOf(yaml: string): string {
  return resourcesOf(yaml).find(({ kind }) => kind === "WasmPlugin")!.metadata.name;
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
  { name: "workloads: two plugins for one pod refuse every token", run: twoPlugins },
  { name: "workloads: a port that Istio takes for TCP is an error of render", run: tcpPort },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
