// What an operator changes while requests come in: policies, the module, the native filters for this one and back. No answer may be wrong.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { layoutFiles, writeLayout } from "../../../scripts/image/image-layout.js";
import { ociImage } from "../../../scripts/image/oci-image.js";
import { applyNative } from "../comparison/compare.js";
import type { Pod } from "../stage/pod.js";
import { pluginsOf, resourcesOf, yamlOf, type Resource } from "../stage/resource.js";
import { IMAGE } from "../stage/stage.js";
import type { IstioCase } from "./istio-case.js";
import { underLoad, type LoadRequest } from "./load.js";
import { httpbinPolicies } from "./policies.js";
import { clear, hasKeys, render, type Scene } from "./scene.js";

const WORKLOAD = "foo/app=httpbin";

/** Applies what `render` has written, and waits until the pod has it. */
async function applyRendered({ stage }: Scene, pod: Pod, yaml: string): Promise<void> {
  await stage.apply(yaml);
  await pod.proxy.hasPlugins(pluginsOf(resourcesOf(yaml)));
}

/** A token of the scope is let on, one without it and none are 403, something that is no token 401. */
async function requestsTo({ stage }: Scene, { address }: Pod): Promise<LoadRequest[]> {
  const good = await stage.world.sign({ scope: "read:headers" });
  const other = await stage.world.sign({ scope: "other" });
  return [
    { name: "good", request: { address, token: good }, status: 200 },
    { name: "other scope", request: { address, token: other }, status: 403 },
    { name: "no token", request: { address }, status: 403 },
    { name: "bad", request: { address, token: "bad" }, status: 401 },
  ];
}

/** The filter with a section of its own name behind it (WebAssembly core §5.5.3): other bytes that do the same. */
function anotherBuild(wasm: Buffer): Buffer {
  const name = "stage-upgrade";
  return Buffer.concat([wasm, Buffer.from([0, name.length + 1, name.length]), Buffer.from(name)]);
}

async function upgrade(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  const created = new Date(0);
  const wasm = anotherBuild(await readFile(stage.image.wasm));
  const about = { version: "0.1.1", description: "the stage's upgrade", license: "Apache-2.0", created };
  const tag = "v0.1.1";
  const layout = join(stage.directory, "upgrade");
  await writeLayout(layoutFiles(await ociImage(wasm, about), tag), layout);
  await stage.push(layout, tag);
  const now = await render(scene, httpbinPolicies({ namespace: "foo" }), WORKLOAD);
  await applyRendered(scene, pod, now);
  await hasKeys(scene, pod);
  const moduleOf = async () => {
    const [plugin] = [...(await pod.proxy.plugins()).values()];
    return /"filename":"([^"]+)"/.exec(plugin?.text ?? "")?.[1];
  };
  const before = await moduleOf();
  await underLoad(scene, await requestsTo(scene, pod), async () => {
    await stage.apply(now.replaceAll(`${IMAGE}:${stage.image.tag}`, `${IMAGE}:${tag}`));
    await pod.proxy.becomes("the other module", async () => {
      const module = await moduleOf();
      return module !== undefined && module !== before;
    });
    // The new VMs have served for a while.
    await scene.requests(pod, 50);
  });
}

async function policyUpdates(scene: Scene): Promise<void> {
  const pod = await scene.pod("httpbin");
  const rendered = (scope: string) => render(scene, httpbinPolicies({ namespace: "foo", scope }), WORKLOAD);
  // Both let `read:headers` on, and neither `other`.
  const updates = [
    await rendered("read:headers"),
    (await rendered("read:headers")).replaceAll("read:headers", "read:*"),
  ];
  await applyRendered(scene, pod, updates[0]!);
  await hasKeys(scene, pod);
  await underLoad(scene, await requestsTo(scene, pod), async () => {
    for (let i = 1; i <= 8; i++) await applyRendered(scene, pod, updates[i % 2]!);
  });
}

/** docs/migration.md, and back, with its own arguments. */
async function migration(scene: Scene): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  const policies = httpbinPolicies({ namespace: "foo" });
  const [authentication, authorization] = resourcesOf(policies) as [Resource, Resource];
  const shadow = await render(scene, policies, WORKLOAD, "--dry-run", "--forward-token");
  const both = await render(scene, policies, WORKLOAD, "--forward-token");
  const alone = await render(scene, policies, WORKLOAD);
  await applyNative(stage, [authentication, authorization], [pod]);
  const native = { policies: ["foo/httpbin-policy"], issuers: ["https://idp.example.com/"] };
  const removed = async (resource: Resource, left: typeof native) => {
    await stage.kubectl(["delete", resource.kind, resource.metadata.name, "-n", "foo"]);
    await pod.proxy.hasNative(left);
  };
  await underLoad(
    scene,
    (await requestsTo(scene, pod)).filter(
      ({ request }) => request.token === undefined || request.token === "bad",
    ),
    async () => {
      // Until the keys are there tokens are refused, as the page says: that is what the canary is for.
      await applyRendered(scene, pod, shadow);
      await hasKeys(scene, pod);
    },
  );
  await underLoad(scene, await requestsTo(scene, pod), async () => {
    await applyRendered(scene, pod, both);
    await removed(authorization, { ...native, policies: [] });
    await removed(authentication, { policies: [], issuers: [] });
    await applyRendered(scene, pod, alone);
    await scene.requests(pod, 20);
    // Back.
    await applyRendered(scene, pod, both);
    await stage.apply(yamlOf([authentication]));
    await pod.proxy.hasNative({ ...native, policies: [] });
    await stage.apply(yamlOf([authorization]));
    await pod.proxy.hasNative(native);
    const [plugin] = resourcesOf(alone).filter(({ kind }) => kind === "WasmPlugin");
    await stage.kubectl(["delete", "wasmplugin", "-n", "foo", plugin!.metadata.name]);
    await pod.proxy.hasPlugins({});
  });
}

export const changeCases: readonly IstioCase[] = [
  { name: "under load: eight updates of the policies", run: policyUpdates },
  { name: "under load: the module is upgraded", run: upgrade },
  { name: "under load: migration step by step, and back", run: migration },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
