// Several workloads of one namespace, each rendered by a run of its own.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parse } from "yaml";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import { runCommand } from "../comparison/command.js";
import { applyNative } from "../comparison/compare.js";
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

/** JP225, and the native policy that it names: it closes the port, and leaves HTTP alone. */
async function tcpPort(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin with TCP");
  const service = {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "httpbin-tcp", namespace: "foo" } },
    spec: {
      selector: { app: "httpbin" },
      ports: [
        { name: "http", port: 80 },
        { name: "tcp-web", port: 90, targetPort: 9000 },
      ],
    },
  };
  const policies = httpbinPolicies({ namespace: "foo" });
  const input = `${policies}---\n${yamlOf([service])}`;
  const args = [
    "render",
    "-",
    "--for",
    "foo/app=httpbin",
    "--as",
    "wasmplugin",
    "--image",
    "oci://stage/jwt-policy:v1",
  ];
  const { code, stderr, stdout } = await runCommand(args, input);
  strictEqual(code, 1, `render says nothing of a port that Istio takes for TCP:\n${stdout}${stderr}`);
  const [, rules] = /action: DENY and rules: (.*), then render with --tcp-port 90\b/.exec(stderr) ?? [];
  strictEqual(typeof rules, "string", stderr);

  const rendered = await render(scene, input, "foo/app=httpbin", "--tcp-port", "90");
  await stage.apply(rendered);
  await pod.proxy.hasPlugins(pluginsOf(resourcesOf(rendered)));
  await hasKeys(scene, pod);
  const tcp = async () => (await stage.world.request({ address: pod.address, port: 9000 })).status;
  strictEqual(await tcp(), 200, "the filter sees nothing of a TCP port");
  const closing = {
    ...{ apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy" },
    metadata: { name: "closing", namespace: "foo" },
    spec: { selector: { matchLabels: { app: "httpbin" } }, action: "DENY", rules: parse(rules!) as object[] },
  };
  await applyNative(stage, [closing], [pod]);
  strictEqual(await tcp(), 0, "the connection is closed");
  const token = await stage.world.sign({ scope: "read:headers" });
  strictEqual((await stage.world.request({ address: pod.address, token })).status, 200);
  strictEqual((await stage.world.request({ address: pod.address })).status, 403);
  // As native alone does: none of its rules on requests can be met.
  await stage.kubectl(["delete", "wasmplugins,authorizationpolicies", "--all", "-n", "foo"]);
  await pod.proxy.hasPlugins({});
  await applyNative(stage, resourcesOf(policies), [pod]);
  strictEqual(await tcp(), 0, "native closes it too");
}

export const workloadCases: readonly IstioCase[] = [
  { name: "workloads: two of one namespace are both closed after two renders", run: twoWorkloads },
  { name: "workloads: two plugins for one pod refuse every token", run: twoPlugins },
  {
    name: "workloads: a port that Istio takes for TCP is an error of render, which names the policy that closes it",
    run: tcpPort,
  },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
