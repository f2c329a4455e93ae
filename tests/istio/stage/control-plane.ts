// etcd, kube-apiserver and istiod: all real, without a cluster around them. They run in the world's namespace.

import type { ChildProcess } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { makeCertificates, SYSTEM_AUTHORITIES, type StageCertificates } from "./certificates.js";
import { addWorld, runProgram, startInNamespace, WORLD, WORLD_ADDRESS } from "./namespace.js";

/** Where istiod answers, as the proxies know it. */
export const ISTIOD = "istiod.istio-system.svc";

/** How long a part may take to be ready, in milliseconds: they take 2 to 10 s on two cores. */
const DEADLINE = 120_000;

export interface Place {
  /** The directory of this run: logs, certificates, etcd's data. */
  readonly directory: string;
  /** Of binaries.ts. */
  readonly binaries: string;
}

export interface ControlPlane extends Place {
  readonly certificates: StageCertificates;
  /** What every program of the stage sees in the place of the machine's. */
  readonly mounts: readonly (readonly [string, string])[];
  /** Runs kubectl; rejects with what it complains of. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** A line for `sh` that runs kubectl, or another program of binaries.ts, in the world with the arguments that the shell has been given. */
  readonly lineFor: (program: string) => string;
  /** `meshConfig.defaultConfig` of the installation besides the stage's own: istiod reads it at once, proxies when they start. */
  readonly setProxyDefaults: (defaults: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly proxyDefaults: () => Readonly<Record<string, unknown>>;
  /** Stops istiod, and starts it with other settings beside the usual. */
  readonly restartIstiod: (environment: Readonly<Record<string, string>>) => Promise<void>;
}

/** What istiod must leave out, since it is in Istio's own Envoy alone. */
const UPSTREAM_ENVOY = { PILOT_ENABLE_ALPN_FILTER: "false", PILOT_ENABLE_METADATA_EXCHANGE: "false" };

export async function startControlPlane(
  place: Place,
  istiodEnvironment: Readonly<Record<string, string>>,
): Promise<ControlPlane> {
  const { directory, binaries } = place;
  const at = (name: string) => join(directory, name);
  await mkdir(at("pki"), { recursive: true });
  const certificates = await makeCertificates(at("pki"));
  await addWorld();
  const names = ["idp.example.com", "registry.example.com", ISTIOD, `${ISTIOD}.cluster.local`];
  await writeFile(at("hosts"), `127.0.0.1 localhost\n${WORLD_ADDRESS} ${names.join(" ")}\n`);
  // Nobody answers there: names are those of the file above.
  await writeFile(at("resolv.conf"), "nameserver 127.0.0.53\n");
  const mounts = [
    [at("hosts"), "/etc/hosts"],
    [at("resolv.conf"), "/etc/resolv.conf"],
    [certificates.authorities, SYSTEM_AUTHORITIES],
  ] as const;
  const start = (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    startInNamespace(WORLD, [join(binaries, name), ...args], {
      ...{ cwd: directory, mounts, log: at(`${name}.log`) },
      env: { HOME: directory, ...env },
    });

  start("etcd", ["--data-dir", at("etcd"), "--unsafe-no-fsync"]);
  await writeFile(at("pki/tokens.csv"), "stage,admin,1,system:masters\n");
  await writeFile(at("kubeconfig"), JSON.stringify(kubeconfig));
  start("kube-apiserver", [
    ...["--etcd-servers=http://127.0.0.1:2379", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"],
    ...["--secure-port=6443", `--cert-dir=${at("pki/api")}`, `--token-auth-file=${at("pki/tokens.csv")}`],
    ...["--authorization-mode=AlwaysAllow", "--service-account-issuer=https://kubernetes.default.svc"],
    `--service-account-key-file=${certificates.tokenPublicKey}`,
    `--service-account-signing-key-file=${certificates.tokenKey}`,
    ...["--service-cluster-ip-range=10.96.0.0/16", "--disable-admission-plugins=ServiceAccount"],
    "--allow-privileged",
  ]);
  const inWorld = (program: string) => {
    const env = [`KUBECONFIG=${at("kubeconfig")}`, `HOME=${directory}`];
    return ["netns", "exec", WORLD, "env", ...env, join(binaries, program)];
  };
  const kubectl = async (args: readonly string[], input?: string) =>
    runProgram("ip", [...inWorld("kubectl"), ...args], input);
  const isReady = () =>
    kubectl(["get", "--raw", "/readyz"]).then(
      () => true,
      () => false,
    );
  await waitFor(`kube-apiserver (${at("kube-apiserver.log")})`, DEADLINE, isReady);
  await kubectl(["create", "-f", join(binaries, "istio-crds.yaml")]);
  await kubectl(["create", "-f", join(binaries, "gateway-crds.yaml")]);
  await kubectl(["create", "namespace", "istio-system"]);

  let proxyDefaults: Readonly<Record<string, unknown>> = {};
  const setProxyDefaults = async (defaults: typeof proxyDefaults) => {
    proxyDefaults = defaults;
    const defaultConfig = { ...defaults, ...meshConfig.defaultConfig };
    await writeFile(at("mesh.yaml"), JSON.stringify({ ...meshConfig, defaultConfig }));
  };
  await setProxyDefaults({});
  const args = [
    ...["discovery", `--kubeconfig=${at("kubeconfig")}`, `--meshConfig=${at("mesh.yaml")}`],
    "--domain=cluster.local",
  ];
  let istiod: ChildProcess | undefined;
  const startIstiod = async (environment: Readonly<Record<string, string>>) => {
    istiod = start("pilot-discovery", args, {
      ...{ POD_NAMESPACE: "istio-system", POD_NAME: "istiod-0", CLUSTER_ID: "Kubernetes" },
      ...UPSTREAM_ENVOY,
      ...environment,
    });
    await waitFor(`istiod (${at("pilot-discovery.log")})`, DEADLINE, async () => {
      if (istiod?.exitCode !== null)
        throw new Error(`istiod has ended:\n${await tail(at("pilot-discovery.log"))}`);
      const page = ["netns", "exec", WORLD, process.execPath, "-e", isReadyProgram];
      return runProgram("ip", page).then(
        () => true,
        () => false,
      );
    });
  };
  await startIstiod(istiodEnvironment);
  await chmod(directory, 0o755);
  return {
    ...place,
    ...{ certificates, mounts, kubectl, setProxyDefaults },
    proxyDefaults: () => proxyDefaults,
    lineFor: (program) => `exec ip ${inWorld(program).join(" ")} "$@"`,
    restartIstiod: async (environment) => {
      const ended = new Promise((resolve) => istiod?.once("exit", resolve));
      istiod?.kill("SIGKILL");
      await ended;
      await startIstiod({ ...istiodEnvironment, ...environment });
    },
  };
}

const isReadyProgram = `fetch("http://127.0.0.1:8080/ready").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:6443", "insecure-skip-tls-verify": true } }],
  users: [{ name: "u", user: { token: "stage" } }],
  contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
  "current-context": "x",
};

const meshConfig = {
  defaultConfig: { discoveryAddress: `${ISTIOD}:15012` },
  enablePrometheusMerge: false,
  accessLogFile: "/dev/stdout",
};

/** The last lines of a log. */
export async function tail(log: string, lines = 15): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text.split("\n").slice(-lines).join("\n");
}
