// Where the keys come from, and that they change: this filter beside the native ones in a twin of the workload.

import { strictEqual } from "node:assert/strict";
import { applyNative } from "../comparison/compare.js";
import { pluginsOf, resourcesOf } from "../stage/resource.js";
import { TAKES_EFFECT } from "../stage/proxy.js";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, hasKeys, render, type Scene } from "./scene.js";

async function rotation(scene: Scene): Promise<void> {
  const { stage } = scene;
  const [ours, native] = [await scene.pod("httpbin"), await scene.pod("native httpbin")];
  const yaml = await render(scene, httpbinPolicies({ namespace: "foo" }), "foo/app=httpbin");
  await stage.apply(yaml);
  await ours.proxy.hasPlugins(pluginsOf(resourcesOf(yaml)));
  await hasKeys(scene, ours);
  await applyNative(stage, resourcesOf(httpbinPolicies({ namespace: "bar" })), [native]);
  const ask = async (pod: typeof ours, token: string) =>
    (await stage.world.request({ address: pod.address, token })).status;
  const old = await stage.world.sign({ scope: "read:headers" });
  strictEqual(await ask(ours, old), 200);
  strictEqual(await ask(native, old), 200);
  await stage.world.publish(["next"]);
  try {
    const next = await stage.world.sign({ scope: "read:headers" }, "next");
    strictEqual(await ask(ours, next), 200, "the first request with the new key");
    // A worker takes what another has fetched at its next tick.
    await waitFor(
      "the withdrawn key to be refused",
      TAKES_EFFECT,
      async () => (await ask(ours, old)) === 401,
    );
    // istiod asks again every twenty minutes (PILOT_JWT_PUB_KEY_REFRESH_INTERVAL).
    strictEqual(await ask(native, next), 401, "native, which has not seen the new key yet");
  } finally {
    await stage.world.publish(["trusted"]);
  }
  // Later cases sign with the first key, and would have to wait for the cooldown.
  await ours.restartProxy();
}

async function strictIssuer(scene: Scene): Promise<void> {
  const { stage } = scene;
  const [ours, native] = [await scene.pod("httpbin"), await scene.pod("native httpbin")];
  const issuer = await scene.pod("issuer");
  await issuer.serveJwks(8080, await stage.world.jwks());
  await stage.apply(
    JSON.stringify({
      ...{ apiVersion: "security.istio.io/v1", kind: "PeerAuthentication" },
      metadata: { name: "strict", namespace: "auth" },
      spec: { mtls: { mode: "STRICT" } },
    }),
  );
  const jwksUri = "http://issuer.auth.svc.cluster.local:8080/certs";
  const yaml = await render(scene, httpbinPolicies({ namespace: "foo", jwksUri }), "foo/app=httpbin");
  await stage.apply(yaml);
  await ours.proxy.hasPlugins(pluginsOf(resourcesOf(yaml)));
  const outside = { address: issuer.address, port: 8080, path: "/certs" };
  await waitFor("the issuer to refuse what is not mTLS", TAKES_EFFECT, async () => {
    return (await stage.world.request(outside)).status === 0;
  });
  await hasKeys(scene, ours);
  await applyNative(stage, resourcesOf(httpbinPolicies({ namespace: "bar", jwksUri })), [native]);
  const token = await stage.world.sign({ scope: "read:headers" });
  const answers = await Promise.all(
    [ours, native].map(async ({ address }) => (await stage.world.request({ address, token })).status),
  );
  // istiod, which fetches for the native filter, is no peer of the mesh.
  strictEqual(answers.join(), "200,401");
}

export const keyCases: readonly IstioCase[] = [
  { name: "keys: a rotated key is accepted in the first request that needs it", run: rotation },
  { name: "keys: an issuer behind a sidecar that wants mTLS", run: strictIssuer },
].map(({ name, run }) => ({
  name,
  run: async (scene) => {
    await clear(scene);
    await run(scene);
  },
}));
