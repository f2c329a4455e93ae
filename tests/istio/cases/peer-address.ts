// A running workload gets its first policy on the TCP peer. Envoy hands a plugin's new configuration to every listener that has the plugin, those
// on their way out among them, and these have no filter that notes the address (docs/configuration.md#directremoteaddress).

import { deepStrictEqual, notDeepStrictEqual } from "node:assert/strict";
import type { Pod } from "../stage/pod.js";
import { pluginsOf, resourcesOf, yamlOf, type Resource } from "../stage/resource.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, hasKeys, render, type Scene } from "./scene.js";

const apiVersion = "security.istio.io/v1";

/** Nobody comes from there. */
const onPeers: Resource = {
  ...{ apiVersion, kind: "AuthorizationPolicy", metadata: { name: "peers", namespace: "foo" } },
  spec: {
    selector: { matchLabels: { app: "httpbin" } },
    action: "DENY",
    rules: [{ from: [{ source: { ipBlocks: ["192.0.2.1"] } }] }],
  },
};

/** Requests that go on, on connections that the sender's proxy keeps, while something is done. @returns the answers that came */
async function answersWhile(
  from: Pod,
  to: Pod,
  token: string | undefined,
  change: () => Promise<void>,
): Promise<Set<string>> {
  const answers = new Set<string>();
  let isDone = false;
  const ask = async () => {
    while (!isDone) {
      const host = `${to.name}.${to.namespace}`;
      const sent = { address: to.serviceAddress, host, ...(token !== undefined && { token }) };
      const { status, body } = await from.request(sent);
      answers.add(status === 200 ? "200" : `${status} ${body}`);
    }
  };
  const asking = [ask(), ask(), ask(), ask()];
  try {
    await change();
  } finally {
    isDone = true;
    await Promise.all(asking);
  }
  return answers;
}

async function firstPolicyOnPeers(scene: Scene): Promise<void> {
  const { stage } = scene;
  const [pod, client] = [await scene.pod("httpbin"), await scene.pod("sleep of bar")];
  const policies = httpbinPolicies({ namespace: "foo" });
  const before = await render(scene, policies, "foo/app=httpbin");
  const after = resourcesOf(await render(scene, `${policies}---\n${yamlOf([onPeers])}`, "foo/app=httpbin"));
  const filters = after.filter(({ kind }) => kind === "EnvoyFilter");
  notDeepStrictEqual(filters, []);
  const begin = async () => {
    await clear(scene);
    await stage.apply(before);
    await pod.proxy.hasPlugins(pluginsOf(resourcesOf(before)));
    await pod.proxy.hasDrained();
    await hasKeys(scene, pod);
  };
  const whole = async () => {
    await stage.apply(yamlOf(after));
    await pod.proxy.hasPlugins(pluginsOf(after));
    await pod.proxy.hasDrained();
  };
  const token = await stage.world.sign({ scope: "read:headers" });

  // As the page says.
  await begin();
  const inOrder = await answersWhile(client, pod, token, async () => {
    await stage.apply(yamlOf(filters));
    await pod.proxy.hasListeners("the filter that notes the address", (text) =>
      text.includes("DOWNSTREAM_DIRECT_REMOTE_ADDRESS"),
    );
    await pod.proxy.hasDrained();
    await whole();
  });
  deepStrictEqual([...inOrder], ["200"]);

  // All at once: some may meet a listener without that filter, and none is let on.
  await begin();
  const atOnce = await answersWhile(client, pod, undefined, whole);
  atOnce.delete("500 Jwt policy filter failed");
  deepStrictEqual([...atOnce], ["403 RBAC: access denied"]);
}

export const peerAddressCases: readonly IstioCase[] = [
  { name: "under load: a first policy on the TCP peer", run: firstPolicyOnPeers },
];
