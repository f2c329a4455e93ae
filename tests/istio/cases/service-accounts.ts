// docs/key-sources.md, tokens of service accounts: an API server of its own beside an Envoy without a mesh. That of the stage allows everybody everything;
// this one has Kubernetes' own roles, so that it shows its keys to nobody before the page's binding is applied.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { openSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { freePort } from "../../envoy/stage/free-port.js";
import { setUp } from "../../envoy/stage/harness.js";
import { commandOutput } from "../comparison/command.js";
import { certificateFor } from "../stage/certificates.js";
import { runProgram } from "../stage/namespace.js";
import type { Stage } from "../stage/stage.js";
import type { Reader } from "./reader.js";
import type { Scene } from "./scene.js";

const NAME = "kubernetes.default.svc";
const ISSUER = `https://${NAME}`;
/** API servers take 3 to 20 s to be ready, and keys are asked for again after 10 s at most. */
const DEADLINE = 120_000;

interface ApiServer {
  readonly port: number;
  /** Runs kubectl as an administrator. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

async function startApiServer({ directory, binaries, certificates }: Stage): Promise<ApiServer> {
  const own = join(directory, "api-server");
  const at = (name: string) => join(own, name);
  await mkdir(own, { recursive: true });
  const { key, certificate } = await certificateFor(NAME, join(directory, "pki"));
  await writeFile(at("api.key"), key);
  await writeFile(at("api.pem"), certificate);
  await writeFile(at("tokens.csv"), "stage,admin,1,system:masters\n");
  const running: ChildProcess[] = [];
  const start = (name: string, args: readonly string[]) => {
    const log = openSync(at(`${name}.log`), "w");
    running.push(spawn(join(binaries, name), [...args], { cwd: own, stdio: ["ignore", log, log] }));
  };
  const stop = async () => {
    for (const one of running) {
      const ended = new Promise((resolve) => one.once("exit", resolve));
      if (one.exitCode === null && one.signalCode === null && one.kill("SIGKILL")) await ended;
    }
  };
  try {
    const etcd = `http://127.0.0.1:${await freePort()}`;
    start("etcd", [
      ...["--data-dir", at("etcd"), "--unsafe-no-fsync", "--listen-peer-urls", "unix://peer:1"],
      ...["--listen-client-urls", etcd, "--advertise-client-urls", etcd],
    ]);
    await waitFor(`etcd (${at("etcd.log")})`, DEADLINE, () =>
      fetch(`${etcd}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const port = await freePort();
    start("kube-apiserver", [
      ...[`--etcd-servers=${etcd}`, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"],
      ...[`--secure-port=${port}`, `--cert-dir=${at("certificates")}`, "--authorization-mode=RBAC"],
      ...[`--tls-cert-file=${at("api.pem")}`, `--tls-private-key-file=${at("api.key")}`],
      ...[`--token-auth-file=${at("tokens.csv")}`, `--service-account-issuer=${ISSUER}`],
      `--service-account-key-file=${certificates.tokenPublicKey}`,
      `--service-account-signing-key-file=${certificates.tokenKey}`,
      ...["--service-cluster-ip-range=10.97.0.0/16", "--disable-admission-plugins=ServiceAccount"],
    ]);
    const options = ["--server", `https://127.0.0.1:${port}`, "--insecure-skip-tls-verify", "--token=stage"];
    const kubectl = (args: readonly string[], input?: string) =>
      runProgram(join(binaries, "kubectl"), [...options, ...args], input);
    await waitFor(`kube-apiserver (${at("kube-apiserver.log")})`, DEADLINE, () =>
      // Roles are written behind readyz.
      kubectl(["get", "clusterrole", "system:service-account-issuer-discovery"]).then(
        () => true,
        () => false,
      ),
    );
    return { port, kubectl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const serviceAccounts = {
  blocks: ["key-sources: cluster", "key-sources: binding"] as const,
  run: async ({ stage }: Scene, reader: Reader): Promise<void> => {
    const server = await startApiServer(stage);
    try {
      await speaks(stage, reader, server);
    } finally {
      await server.stop();
    }
  },
};

async function speaks(stage: Stage, reader: Reader, { port, kubectl }: ApiServer): Promise<void> {
  await kubectl(["create", "namespace", "foo"]);
  for (const name of ["billing", "shop"]) await kubectl(["create", "serviceaccount", name, "-n", "foo"]);
  const tokenOf = async (name: string, ...more: readonly string[]) =>
    (await kubectl(["create", "token", name, "-n", "foo", ...more])).trim();
  const billing = await tokenOf("billing", "--audience", "reports");

  const cluster = parse(
    await reader.text("key-sources: cluster", {
      "address: kubernetes.default.svc": "address: 127.0.0.1",
      "port_value: 443": `port_value: ${port}`,
      "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt": join(stage.directory, "pki", "ca.pem"),
    }),
  ) as object;
  const args = ["render", join(repositoryRoot, "examples", "kubernetes"), "--for", "foo/app=reports"];
  const named = JSON.parse(await commandOutput([...args, "--cluster", `${ISSUER}=kubernetes`], "")) as {
    readonly requestAuthentications: readonly [
      { readonly jwtRules: readonly [{ readonly jwksUri: string }] },
    ];
    readonly clusters: object;
  };
  const [{ jwtRules }] = named.requestAuthentications;
  const { jwksUri, ...discovering } = jwtRules[0];
  strictEqual(jwksUri, `${ISSUER}/openid/v1/jwks`);
  const discovered = { ...named, requestAuthentications: [{ name: "d", jwtRules: [discovering] }] };
  const setup = await setUp({
    listeners: () => ({
      named,
      discovered,
      followed: {
        ...discovered,
        clusters: { ...named.clusters, [`https://127.0.0.1:${port}`]: "kubernetes" },
      },
    }),
    edit: (config) => void config.static_resources.clusters.push(cluster),
  });
  try {
    const ask = async (listener: string, token: string) => {
      const { status, body } = await setup.send(listener, { token });
      return status === 200 ? "passes" : `${status} ${body}`;
    };
    strictEqual(await ask("named", billing), "401 Jwks remote fetch is failed");
    match(setup.envoy.log(), /openid\/v1\/jwks" outcome="bad_http_status".* found="403"/);

    await kubectl(["apply", "-f", "-"], await reader.text("key-sources: binding"));
    for (const listener of ["named", "followed"]) {
      await waitFor(
        `the keys of ${listener}`,
        DEADLINE,
        async () => (await ask(listener, billing)) === "passes",
      );
      deepStrictEqual(
        [
          await ask(listener, await tokenOf("shop", "--audience", "reports")),
          await ask(listener, await tokenOf("billing")),
          await ask(listener, `${billing.slice(0, -8)}AAAAAAAA`),
        ],
        ["403 RBAC: access denied", "403 Audiences in Jwt are not allowed", "401 Jwt verification fails"],
      );
    }
    // The provider configuration names the address that the API server advertises.
    await waitFor("the other origin", DEADLINE, async () => {
      strictEqual(await ask("discovered", billing), "401 Jwks remote fetch is failed");
      return setup.envoy.log().includes(`outcome="other_origin"`);
    });
  } finally {
    await setup.stop();
  }
}
