// A pod without kubelet: its objects with the status that kubelet would write, and what the injector and the runtime would make of it.

import type { ChildProcess } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import type { EnvoyBinary } from "../../../scripts/envoy-binary.js";
import { callsOf, type Calls } from "./calls.js";
import { ISTIOD, tail, type ControlPlane } from "./control-plane.js";
import {
  addPodNamespace,
  removeNamespace,
  runProgram,
  STAGE_PREFIX,
  startInNamespace,
  WORLD_ADDRESS,
} from "./namespace.js";
import { NODE } from "./node.js";
import type { PodFunctions } from "./pod-process.js";
import { proxyOf, TAKES_EFFECT, type Proxy } from "./proxy.js";
import type { StageAnswer, StageRequest } from "./request.js";
import { yamlOf } from "./resource.js";
import { waypointFilter } from "./waypoint.js";

/** The user of Istio's proxies. */
const PROXY_USER = 1337;

export type PodKind = "sidecar" | "gateway" | "waypoint";

export interface PodPort {
  /** The name of the Service's port, by which Istio chooses the protocol. */
  readonly name: string;
  readonly port: number;
  /** Where the pod listens; `port` if undefined. */
  readonly targetPort?: number;
}

export interface PodOptions {
  /** Also the name of its Service and of its ServiceAccount. */
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `sidecar` if undefined. */
  readonly kind?: PodKind;
  /** `http`, 80 if undefined. */
  readonly ports?: readonly PodPort[];
  /** Whether the application serves httpbin there; true if undefined. */
  readonly serves?: boolean;
  /** Labels of the Service; those of the pod if undefined. */
  readonly serviceLabels?: Readonly<Record<string, string>>;
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /** Settings of pilot-agent: `ISTIO_META_…` and the like. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another Envoy than the stage's. */
  readonly envoy?: Pick<EnvoyBinary, "path" | "version">;
}

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: PodKind;
  /** Its own address, and that of its Service. */
  readonly address: string;
  readonly serviceAddress: string;
  /** Where requests to its own address go unless they name a port: the first that its application serves, 80 of a gateway. */
  readonly port: number;
  readonly proxy: Proxy;
  /** Sends a request from within the pod, through its proxy. */
  readonly request: (request: StageRequest) => Promise<StageAnswer>;
  /** Answers every request to a port with a key set. */
  readonly serveJwks: (port: number, jwks: string) => Promise<void>;
  /** What its proxy and its agent have written. */
  log(): Promise<string>;
  /** Ends the agent and Envoy, and starts both anew. */
  restartProxy(): Promise<void>;
  /** Takes the pod and its Service away. */
  stop(): Promise<void>;
}

/** What all pods are made with. */
export interface Ground {
  readonly controlPlane: ControlPlane;
  /** The path of an Envoy. */
  readonly envoy: string;
}

/** @param address the pod's */
export async function startPod(
  { controlPlane, ...ground }: Ground,
  options: PodOptions,
  address: string,
): Promise<Pod> {
  const envoy = options.envoy?.path ?? ground.envoy;
  const { name, namespace, kind = "sidecar", ports = [{ name: "http", port: 80 }] } = options;
  const labels = options.labels ?? { app: name };
  const gateway = labels["gateway.networking.k8s.io/gateway-name"];
  const netns = `${STAGE_PREFIX}${namespace}-${name}`;
  const directory = join(controlPlane.directory, "pods", netns);
  await mkdir(directory, { recursive: true });
  const serviceAddress = await createObjects(controlPlane, { ...options, kind, ports, labels }, address);
  if (kind === "waypoint") {
    await controlPlane.kubectl(["apply", "-f", "-"], waypointFilter(gateway ?? name, namespace));
  }
  await addPodNamespace(netns, address);
  const inPod = { cwd: directory, mounts: controlPlane.mounts };
  if (kind === "sidecar") await redirectToProxy(controlPlane, netns);

  const program = fileURLToPath(new URL("pod-process.js", import.meta.url));
  const application = startInNamespace(netns, [process.execPath, program], {
    ...inPod,
    log: join(directory, "application.log"),
    ipc: true,
    env: { NODE_NO_WARNINGS: "1" },
  });
  const calls: Calls<PodFunctions> = callsOf(application, `${netns}'s application`);
  if (kind === "sidecar" && options.serves !== false)
    await Promise.all([...new Set(ports.map(targetOf))].map((port) => calls.serve(port)));

  const log = join(directory, "agent.log");
  const proxy = proxyOf(netns, (method, path) =>
    calls.request({ address: "127.0.0.1", port: 15000, method, path }),
  );
  let agent: ChildProcess | undefined;
  const startProxy = async () => {
    agent = await startAgent(
      { controlPlane, envoy },
      { ...options, kind, labels },
      { address, directory, log, netns },
    );
    await waitFor(`${netns}'s proxy (${log})`, TAKES_EFFECT, async () => {
      if (agent?.exitCode !== null) throw new Error(`${netns}: pilot-agent has ended:\n${await tail(log)}`);
      return (
        (await calls.request({ address: "127.0.0.1", port: 15021, path: "/healthz/ready" })).status === 200
      );
    });
  };
  await startProxy();
  return {
    ...{ name, namespace, labels, kind, address, serviceAddress, proxy },
    port: kind === "sidecar" && ports[0] !== undefined ? targetOf(ports[0]) : 80,
    request: (request) => calls.request(request),
    serveJwks: (port, jwks) => calls.serveJwks(port, jwks),
    log: () => readFile(log, "utf8"),
    restartProxy: async () => {
      const ended = new Promise((resolve) => agent?.once("exit", resolve));
      const envoys = await runProgram("ip", ["netns", "pids", netns]);
      for (const pid of envoys.split("\n").filter(Boolean).map(Number)) {
        if (pid !== application.pid) process.kill(pid, "SIGKILL");
      }
      await ended;
      await startProxy();
    },
    stop: async () => {
      const objects = ["pod", "service", "endpointslice"].map((type) => `${type}/${name}`);
      const now = ["--force", "--grace-period=0", "--ignore-not-found"];
      await controlPlane.kubectl(["delete", ...objects, "-n", namespace, ...now]);
      await removeNamespace(netns);
    },
  };
}

const targetOf = ({ port, targetPort }: PodPort) => targetPort ?? port;

type FullOptions = PodOptions & Required<Pick<PodOptions, "kind" | "labels">>;

/** Pod, Service, EndpointSlice and ServiceAccount. @returns the Service's address */
async function createObjects(
  { kubectl }: ControlPlane,
  options: FullOptions & Required<Pick<PodOptions, "ports">>,
  address: string,
): Promise<string> {
  const { name, namespace, labels, ports } = options;
  const metadata = { name, namespace };
  const containers = [
    {
      ...{ name: "app", image: "httpbin" },
      ports: ports.map((port) => ({ containerPort: targetOf(port) })),
    },
    { name: "istio-proxy", image: "proxyv2" },
  ];
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: {
        ...metadata,
        labels: {
          ...labels,
          "security.istio.io/tlsMode": "istio",
          "service.istio.io/canonical-name": name,
        },
      },
      spec: {
        ...{ nodeName: NODE, serviceAccountName: name, automountServiceAccountToken: false },
        containers,
      },
    },
    {
      ...{ apiVersion: "v1", kind: "Service" },
      metadata: {
        ...metadata,
        labels: options.serviceLabels ?? labels,
        annotations: options.serviceAnnotations ?? {},
      },
      spec: { selector: labels, ports: ports.map((port) => ({ ...port, targetPort: targetOf(port) })) },
    },
    {
      ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": name } },
      ...{ addressType: "IPv4", ports: ports.map((port) => ({ name: port.name, port: targetOf(port) })) },
      endpoints: [
        {
          ...{ addresses: [address], conditions: { ready: true }, nodeName: NODE },
          targetRef: { kind: "Pod", name, namespace },
        },
      ],
    },
  ];
  await kubectl(["apply", "-f", "-"], yamlOf(objects));
  const status = {
    ...{ phase: "Running", podIP: address, podIPs: [{ ip: address }], hostIP: WORLD_ADDRESS },
    conditions: [{ type: "Ready", status: "True" }],
  };
  const patch = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status })];
  await kubectl(["patch", "pod", name, "-n", namespace, ...patch]);
  return kubectl(["get", "service", name, "-n", namespace, "-o", "jsonpath={.spec.clusterIP}"]);
}

/** What the init container istio-init does. */
async function redirectToProxy({ binaries }: ControlPlane, netns: string): Promise<void> {
  const rules = ["-p", "15001", "-z", "15006", "-u", String(PROXY_USER), "-m", "REDIRECT"];
  const traffic = ["-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020,15000"];
  const agent = join(binaries, "pilot-agent");
  await runProgram("ip", ["netns", "exec", netns, agent, "istio-iptables", ...rules, ...traffic]);
}

interface AgentPlace {
  readonly address: string;
  readonly directory: string;
  readonly log: string;
  readonly netns: string;
}

/** Starts pilot-agent, which starts Envoy, with what would be mounted into its container. */
async function startAgent(
  { controlPlane, envoy }: Ground,
  { name, namespace, kind, labels, environment }: FullOptions,
  { address, directory, log, netns }: AgentPlace,
): Promise<ChildProcess> {
  const { kubectl, binaries, mounts } = controlPlane;
  // Its own copies of what lies in the tree: the proxy's user may not be allowed to look there.
  for (const old of ["var", "etc", "lib"]) await rm(join(directory, old), { recursive: true, force: true });
  const folders = ["var/lib/istio/envoy", "etc/istio/proxy", "etc/istio/pod", "lib/istio/data", "bin"];
  const secrets = ["var/run/secrets/istio", "var/run/secrets/tokens"];
  for (const folder of [...folders, ...secrets]) await mkdir(join(directory, folder), { recursive: true });
  const at = (path: string) => join(directory, path);
  const template = at("var/lib/istio/envoy/envoy_bootstrap_tmpl.json");
  await copyFile(join(binaries, "envoy_bootstrap.json"), template);
  if (kind === "waypoint") {
    // An extension that only Istio's Envoy has.
    const text = await readFile(template, "utf8");
    await writeFile(template, text.replace(/^.*if \.metadata_discovery[^]*?\{\{- end \}\}\n/m, ""));
  }
  const root = await waitFor("istio-ca-root-cert", TAKES_EFFECT, () =>
    kubectl([
      "get",
      "cm",
      "istio-ca-root-cert",
      "-n",
      namespace,
      "-o",
      "jsonpath={.data.root-cert\\.pem}",
    ]).catch(() => undefined),
  );
  await writeFile(at("var/run/secrets/istio/root-cert.pem"), root);
  const bound = ["--bound-object-kind", "Pod", "--bound-object-name", name];
  const token = ["create", "token", name, "-n", namespace, "--audience", "istio-ca", "--duration", "24h"];
  await writeFile(at("var/run/secrets/tokens/istio-token"), await kubectl([...token, ...bound]));
  const labelLines = Object.entries(labels).map(([label, value]) => `${label}="${value}"\n`);
  await writeFile(at("etc/istio/pod/labels"), labelLines.join(""));
  await writeFile(at("etc/istio/pod/annotations"), "");
  for (const file of ["bin/envoy", "bin/pilot-agent"]) await writeFile(at(file), "", { flag: "a" });
  // Envoy opens /dev/stdout, which is the log, by itself.
  await writeFile(log, "", { flag: "a" });
  await runProgram("chown", ["-R", `${PROXY_USER}:${PROXY_USER}`, directory]);
  const type = kind === "gateway" ? "router" : kind;
  const proxyConfig = {
    // The injector hands the mesh's defaults to each pod.
    ...controlPlane.proxyDefaults(),
    ...{
      discoveryAddress: `${ISTIOD}:15012`,
      binaryPath: at("bin/envoy"),
      concurrency: 2,
      statusPort: 15020,
    },
    // Pods are stopped when nothing is on its way any more.
    terminationDrainDuration: "1s",
    // A listener on its way out serves the connections that it has for so long: Istio's 45 s would be 45 s a case.
    drainDuration: "1s",
  };
  return startInNamespace(
    netns,
    [
      ...[at("bin/pilot-agent"), "proxy", type, "--domain", `${namespace}.svc.cluster.local`],
      ...["--proxyLogLevel=warning,wasm:info", "--concurrency", "2"],
    ],
    {
      ...{ cwd: directory, log, user: PROXY_USER },
      mounts: [
        ...mounts,
        [envoy, at("bin/envoy")],
        [join(binaries, "pilot-agent"), at("bin/pilot-agent")],
        // The agent keeps its Wasm modules in /var/lib/istio/data.
        [at("lib"), "/var/lib"],
      ],
      env: {
        ...{
          HOME: directory,
          POD_NAME: name,
          POD_NAMESPACE: namespace,
          INSTANCE_IP: address,
          SERVICE_ACCOUNT: name,
        },
        ...{ HOST_IP: WORLD_ADDRESS, PILOT_CERT_PROVIDER: "istiod", CA_ADDR: `${ISTIOD}:15012` },
        ...{
          TRUST_DOMAIN: "cluster.local",
          ISTIO_META_CLUSTER_ID: "Kubernetes",
          ISTIO_META_MESH_ID: "cluster.local",
        },
        ...{ ISTIO_META_INTERCEPTION_MODE: "REDIRECT", ISTIO_META_APP_CONTAINERS: "app" },
        ...{ ISTIO_META_NODE_NAME: NODE, ISTIO_META_WORKLOAD_NAME: name },
        PROXY_CONFIG: JSON.stringify(proxyConfig),
        ...environment,
      },
    },
  );
}
