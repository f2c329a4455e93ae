// The stage with the pods that cases share, and how policies come into effect on it.

import { waitFor } from "../../../cli/envoy/wait-for.js";
import type { Pod, PodOptions } from "../stage/pod.js";
import { TAKES_EFFECT } from "../stage/proxy.js";
import { pluginsOf, selects, type Resource } from "../stage/resource.js";
import { IMAGE, type Stage } from "../stage/stage.js";
import { STAGE_LABEL } from "../stage/waypoint.js";
import { commandOutput } from "../comparison/command.js";

export interface Scene {
  readonly stage: Stage;
  /** A pod that cases share; the first that asks starts it. */
  readonly pod: (name: PodName) => Promise<Pod>;
  /** The shared pod of that namespace and name; if there is none, one that is started for it. */
  readonly podOf: (options: PodOptions) => Promise<Pod>;
  /** Sends requests without a token, one after the other: what a pod has been given has served them. */
  readonly requests: (pod: Pod, count: number) => Promise<void>;
  /** Has something done when all cases have run. */
  readonly atEnd: (last: () => Promise<void>) => void;
  readonly end: () => Promise<void>;
}

const pods = {
  /** The workload of the README: `foo` for this filter, `bar` for the native ones. */
  httpbin: { name: "httpbin", namespace: "foo", labels: { app: "httpbin", version: "v1" } },
  "native httpbin": { name: "httpbin", namespace: "bar", labels: { app: "httpbin", version: "v1" } },
  /** Clients with identities of their own. */
  sleep: { name: "sleep", namespace: "foo" },
  "sleep of bar": { name: "sleep", namespace: "bar" },
  /** A gateway of the Gateway API. */
  gateway: {
    ...{ name: "gw", namespace: "edge", kind: "gateway" },
    labels: {
      "gateway.networking.k8s.io/gateway-name": "gw",
      "gateway.networking.k8s.io/gateway-class-name": "istio",
    },
  },
  /** An issuer that is a workload of the mesh. */
  issuer: { name: "issuer", namespace: "auth", ports: [{ name: "http", port: 8080 }], serves: false },
  /** What docs/migration.md begins with. */
  canary: { name: "httpbin-canary", namespace: "foo", labels: { app: "httpbin", track: "canary" } },
  /** The workload of the README, with a port that Istio takes for TCP. */
  "httpbin with TCP": {
    ...{ name: "httpbin-tcp", namespace: "foo", labels: { app: "httpbin", version: "tcp" } },
    ports: [
      { name: "http", port: 80 },
      { name: "tcp-web", port: 9000 },
    ],
  },
} satisfies Record<string, PodOptions>;

export type PodName = keyof typeof pods;

export function sceneOn(stage: Stage): Scene {
  const started = new Map<string, Promise<Pod>>();
  let last: Promise<unknown> = Promise.resolve();
  const podOf = (options: PodOptions) => {
    const name = `${options.namespace}/${options.name}`;
    let pod = started.get(name);
    if (pod === undefined) {
      // One after the other: two that start at once take longer than two in a row.
      const before = last.then(
        () => undefined,
        () => undefined,
      );
      last = pod = before.then(() => stage.pod(options));
      started.set(name, pod);
    }
    return pod;
  };
  const ends: (() => Promise<void>)[] = [];
  return {
    stage,
    atEnd: (one) => void ends.push(one),
    end: async () => {
      for (const one of ends) await one();
    },
    requests: async ({ address }, count) => {
      for (let i = 0; i < count; i++) await stage.world.request({ address });
    },
    podOf,
    pod: (name) => podOf(pods[name]),
  };
}

/** Deletes what cases apply. */
export async function clear({ stage }: Scene): Promise<void> {
  const kinds =
    "wasmplugins,trafficextensions,serviceentries,destinationrules,envoyfilters,requestauthentications,authorizationpolicies";
  await stage.kubectl(["delete", kinds, "--all-namespaces", "--selector", `!${STAGE_LABEL}`]);
}

/** Waits until a pod has the plugins that the cluster has for it. */
export async function hasWhatIsThere({ stage }: Scene, pod: Pod): Promise<void> {
  const listed = await stage.kubectl([
    "get",
    "wasmplugins,trafficextensions",
    "-n",
    pod.namespace,
    "-o",
    "json",
  ]);
  const { items } = JSON.parse(listed) as { readonly items: readonly Resource[] };
  await pod.proxy.hasPlugins(pluginsOf(items.filter((one) => selects(one, pod.labels))));
}

/** Waits until the filter of a pod has the issuer's keys: until then a good token is refused for want of them. */
export async function hasKeys({ stage }: Scene, pod: Pod): Promise<void> {
  const token = await stage.world.sign({ sub: "probe@clients" });
  let last = "";
  await waitFor(`the issuer's keys in ${pod.namespace}/${pod.name}`, TAKES_EFFECT, async () => {
    const { status, body } = await stage.world.request({ address: pod.address, token });
    last = `${status} ${body}`;
    return status !== 0 && status !== 503 && !body.startsWith("Jwks");
  }).catch((error: unknown) => {
    throw new Error(`${String(error)} The last answer: ${last}`);
  });
}

/** `jwt-policy render --as wasmplugin` (or `trafficextension`) of policies for a workload, with the image of the stage. */
export async function render(
  { stage }: Scene,
  policies: string,
  workload: string,
  ...more: readonly string[]
): Promise<string> {
  const as = more.includes("--as") ? [] : ["--as", "wasmplugin"];
  const image = ["--image", `oci://${IMAGE}:${stage.image.tag}`];
  return commandOutput(["render", "-", "--for", workload, ...as, ...image, ...more], policies);
}
