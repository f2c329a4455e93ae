// Everything the walk needs, started together and stopped together: issuers, upstream, Envoy with the filter.

import type { EnvoyBinary } from "../envoy-binary.js";
import { envoyConfig, pluginConfigOf, readEnvoyConfig } from "../envoy-config.js";
import { startEnvoy, type RunningEnvoy } from "../../cli/envoy/envoy-process.js";
import { startIssuerProcess, type IssuerProcess } from "../issuer/issuer-process.js";
import { startUpstream, type Upstream } from "../upstream.js";
import { demoListeners, demoPolicies } from "./policies.js";
import { portIsFree } from "./port-is-free.js";
import { fetchTokens, type TokenName } from "./tokens.js";

export interface Stage {
  envoy: RunningEnvoy;
  issuers: IssuerProcess;
  upstream: Upstream;
  tokens: Map<TokenName, string>;
  /** Resolves with the name of a part that ended by itself. */
  fallen: Promise<string>;
  stop(): Promise<void>;
}

/** The ports that envoy/jwt-policy.yaml names. */
const FILE_PORTS = { listeners: 10000, admin: 9901, issuer: 9000, upstream: 8000 };

/**
 * Starts the parts and fetches the tokens. What has started is stopped when another part fails.
 *
 * @param ports "file": those of envoy/jwt-policy.yaml where they are free, so that the printed lines stay the same from
 *   one start to the next; "free": whatever the kernel gives, for tests that run side by side
 */
export async function setStage(binary: EnvoyBinary, ports: "file" | "free"): Promise<Stage> {
  const wish = async (first: number, count = 1) =>
    ports === "file" && (await areFree(first, count)) ? first : 0;
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  let stopping: Promise<void> | undefined;
  // The last started first: Envoy goes before what it talks to.
  const stop = () =>
    (stopping ??= started.reduceRight((before, part) => before.then(() => part.stop()), Promise.resolve()));
  try {
    const issuers = keep(await startIssuerProcess(await wish(FILE_PORTS.issuer)));
    const upstream = keep(await startUpstream(await wish(FILE_PORTS.upstream)));
    const document = await readEnvoyConfig();
    const firstPort = await wish(FILE_PORTS.listeners, demoPolicies.length);
    const config = envoyConfig(document, {
      listeners: demoListeners(pluginConfigOf(document), issuers.trusted, firstPort),
      adminPort: await wish(FILE_PORTS.admin),
      upstreamPort: upstream.port,
      idpPorts: { idp: issuers.trusted.port },
    });
    const envoy = keep(await startEnvoy({ path: binary.path, config, wasmLogLevel: "debug" }));
    const fallen = new Promise<string>((resolve) => {
      envoy.process.once("exit", () => resolve("Envoy"));
      issuers.child.once("exit", () => resolve("the issuer"));
    });
    return { envoy, issuers, upstream, tokens: await fetchTokens(issuers), fallen, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether `count` ports from `first` on can be listened on. */
async function areFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port++) if (!(await portIsFree(port))) return false;
  return true;
}
