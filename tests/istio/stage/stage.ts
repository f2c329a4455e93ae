// A real Istio without a cluster: control plane, registry and issuer in one network namespace, a pod with its sidecar in each other one.
//
//   const stage = await startStage({ print: console.log });
//   try {
//     const pod = await stage.pod({ name: "httpbin", namespace: "foo" });
//     await stage.apply(await readFile("envoy/istio/wasmplugin.yaml", "utf8"));
//     await pod.proxy.hasPlugins({ "foo.httpbin-jwt-policy": configuration });
//     const answer = await stage.world.request({ address: pod.address, token });
//   } finally {
//     await stage.stop();
//   }

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { sourceDate, writeReleaseFiles, type ReleaseFiles } from "../../../scripts/image/release-files.js";
import { builtBinaries } from "./binaries.js";
import { callsOf, type Calls } from "./calls.js";
import { startControlPlane, type ControlPlane } from "./control-plane.js";
import { issuerPlaces } from "./issuer-places.js";
import { runProgram, startInNamespace, WORLD, WORLD_ADDRESS } from "./namespace.js";
import { addNode } from "./node.js";
import { giveStageBack, takeStage } from "./owner.js";
import { startPod, type Ground, type Pod, type PodOptions } from "./pod.js";
import { yamlOf } from "./resource.js";
import type { WorldFunctions } from "./world-process.js";

/** The registry's, on the world's loopback. */
export const REGISTRY_PORT = 5000;

/** Where the shipped files and pages say that the image is. */
export const IMAGE = "registry.example.com/jwt-policy";

export interface StageOptions {
  /** Gets a line for each part that is ready. */
  readonly print?: (line: string) => void;
  /** Settings of istiod besides those that an upstream Envoy needs. */
  readonly istiod?: Readonly<Record<string, string>>;
}

export interface Stage extends ControlPlane {
  /** The client, the issuer and the registry, outside the mesh. */
  readonly world: Calls<WorldFunctions>;
  /** What `npm run image` writes, pushed as `IMAGE:<tag>`. */
  readonly image: ReleaseFiles;
  /** Serves the trusted issuer's keys where a `jwksUri` says, or the provider configuration of an issuer names it. */
  servePlace(uri: string, issuer: string | undefined): Promise<void>;
  /** Starts a pod, with its Service, and waits until its proxy is ready. */
  pod(options: PodOptions): Promise<Pod>;
  /** `kubectl apply -f -` */
  apply(yaml: string): Promise<string>;
  /** Creates a namespace unless it is there. */
  namespace(name: string): Promise<void>;
  /** Deletes everything of some kinds in a namespace: `wasmplugins,envoyfilters`. */
  deleteAll(kinds: string, namespace: string): Promise<void>;
  /** Pushes another image layout to the registry, under a tag of `IMAGE`. */
  push(layout: string, tag: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything but the pods; what has started is stopped when a part does not. Ctrl-C stops it too. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const print = options.print ?? (() => undefined);
  const envoy = await locateEnvoy();
  const binaries = await builtBinaries(print);
  const started = Date.now();
  const ready = (what: string) => print(`[${((Date.now() - started) / 1000).toFixed(1)} s] ${what}`);
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-istio-"));
  await chmod(directory, 0o755);
  await takeStage(directory).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      await giveStageBack();
      await rm(directory, { recursive: true, force: true });
    })();
    return stopped;
  };
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => void stop().finally(() => process.exit(1));
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  try {
    // Waypoints are a part of ambient mode; sidecars do not notice.
    const ambient = { PILOT_ENABLE_AMBIENT: "true" };
    const controlPlane = await startControlPlane({ directory, binaries }, { ...ambient, ...options.istiod });
    ready("etcd, kube-apiserver, istiod");
    const world = startWorld(controlPlane);
    const { key, certificate } = controlPlane.certificates;
    await world.start(key, certificate, REGISTRY_PORT, WORLD_ADDRESS, join(directory, "pods"));
    await addNode(controlPlane.kubectl, WORLD_ADDRESS);
    const push = await startRegistry(controlPlane);
    const image = await writeReleaseFiles(join(directory, "image"), sourceDate(process.env));
    await push(image.layout, image.tag);
    ready(`registry with ${IMAGE}:${image.tag}, issuer`);
    const ground: Ground = { controlPlane, envoy: envoy.path };
    let pods = 0;
    return {
      ...controlPlane,
      ...{ world, image, push, stop, servePlace: issuerPlaces(controlPlane, world) },
      pod: async (podOptions) => {
        const pod = await startPod(ground, podOptions, `10.66.0.${10 + pods++}`);
        ready(`pod ${pod.namespace}/${pod.name}, Envoy ${(podOptions.envoy ?? envoy).version}`);
        return pod;
      },
      apply: (yaml) => controlPlane.kubectl(["apply", "-f", "-"], yaml),
      namespace: async (name) => {
        const object = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
        await controlPlane.kubectl(["apply", "-f", "-"], yamlOf([object]));
      },
      deleteAll: async (kinds, namespace) => {
        await controlPlane.kubectl(["delete", kinds, "--all", "-n", namespace]);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startWorld({ directory, mounts }: ControlPlane): Calls<WorldFunctions> {
  const program = fileURLToPath(new URL("world-process.js", import.meta.url));
  const log = join(directory, "world.log");
  const inWorld = { cwd: directory, mounts, log, ipc: true, env: { NODE_NO_WARNINGS: "1" } };
  return callsOf(startInNamespace(WORLD, [process.execPath, program], inWorld), "the world");
}

/** @returns what pushes an image layout to it */
async function startRegistry({ directory, binaries, mounts }: ControlPlane): Promise<Stage["push"]> {
  const inWorld = { cwd: directory, mounts, log: join(directory, "registry.log") };
  startInNamespace(WORLD, [join(binaries, "registry"), "-port", String(REGISTRY_PORT)], inWorld);
  const crane = (...args: string[]) =>
    runProgram("ip", ["netns", "exec", WORLD, "env", `HOME=${directory}`, join(binaries, "crane"), ...args]);
  const repository = `127.0.0.1:${REGISTRY_PORT}/jwt-policy`;
  await waitFor("the registry", 30_000, () =>
    crane("catalog", `127.0.0.1:${REGISTRY_PORT}`).then(
      () => true,
      () => false,
    ),
  );
  return async (layout, tag) => {
    await crane("push", layout, `${repository}:${tag}`);
  };
}
