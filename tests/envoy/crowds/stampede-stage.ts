// The stage of a stampede: a key server whose answers wait, issuers whose keys are there, and an Envoy with routes to all ends that a request can have.

import { crowdToken, startKeyServer, type KeyServer } from "./crowd.js";
import { connectionManager, setUp, stat, type EnvoyBootstrap, type Setup } from "../stage/harness.js";
import { waitFor } from "../../../cli/envoy/wait-for.js";

export const PARKED = "wasmcustom.jwt_policy_parked_requests";
/** The name of the key of all issuers. */
export const KEY = "k1";
/** For a crowd to arrive, and for all of it to be answered: several times what it takes on a busy machine. */
export const DEADLINE_MS = 60_000;
/** What no log may say. */
export const TRAP = /failed: Uncaught|RangeError/;

export interface Stage {
  readonly keys: KeyServer;
  readonly envoy: Setup["envoy"];
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly workers: number;
  /** Plugin configurations by listener, made for a key server. */
  readonly listeners: (keys: KeyServer) => Record<string, object>;
  /** Paths of the key server whose first answers wait. */
  readonly held: readonly string[];
  readonly edit?: (config: EnvoyBootstrap) => void | Promise<void>;
}

export async function startStage(options: StageOptions): Promise<Stage> {
  const keys = await startKeyServer(KEY);
  for (const path of options.held) keys.hold(path);
  try {
    const setup = await setUp({
      concurrency: options.workers,
      wasmLogLevel: "info",
      listeners: () => options.listeners(keys),
      edit: async (config) => {
        openRoutes(config, keys);
        await options.edit?.(config);
      },
    });
    const stop = async () => {
      await setup.stop();
      await keys.stop();
    };
    return { keys, envoy: setup.envoy, stop };
  } catch (error) {
    await keys.stop();
    throw error;
  }
}

/** The issuer whose keys are at this path. */
export const issuerOf = (path: string) => `https://issuer.example.com${path}`;

/** A token of that issuer; see `crowdToken`. */
export const tokenOf = (path: string, keyName?: string, claims?: object) =>
  crowdToken(issuerOf(path), keyName, claims);

/** A plugin that trusts the issuers of these paths, and denies a subject `denied`. @param timeout of a fetch */
export function trustingIssuers(keys: KeyServer, paths: readonly string[], timeout = "600s"): object {
  const principals = paths.map((path) => `${issuerOf(path)}/denied`);
  return {
    requestAuthentications: paths.map((path, index) => ({
      name: `issuer-${index}`,
      namespace: "foo",
      jwtRules: [{ issuer: issuerOf(path), jwksUri: keys.origin + path, timeout }],
    })),
    authorizationPolicies: [
      {
        name: "denied",
        namespace: "foo",
        action: "DENY",
        rules: [{ from: [{ source: { requestPrincipals: principals } }] }],
      },
    ],
    clusters: { [keys.origin]: "keys" },
  };
}

/** Waits until so many requests wait on all listeners. */
export const parked = ({ envoy }: Stage, count: number) =>
  waitFor(`${count} waiting requests`, DEADLINE_MS, async () => (await stat(envoy, PARKED)) === count);

/** Routes to all kinds of ends, and limits that are no test's subject out of the way. */
function openRoutes(config: EnvoyBootstrap, keys: KeyServer): void {
  const route = (prefix: string, to: object) => ({ match: { prefix }, ...to });
  const routes = [
    route("/direct", { direct_response: { status: 204 } }),
    route("/nowhere", { route: { cluster: "nowhere" } }),
    // The key server answers everything that is not held.
    route("/", { route: { cluster: "upstream", timeout: "60s" } }),
  ];
  const virtualHosts = [{ name: "all", domains: ["*"], routes }];
  for (const listener of config.static_resources.listeners)
    Object.assign(connectionManager(listener), { route_config: { virtual_hosts: virtualHosts } });
  config.static_resources.clusters.push(
    cluster("keys", keys.port),
    cluster("nowhere"),
    cluster("upstream", keys.port),
  );
}

function cluster(name: string, port?: number): object {
  const endpoint = { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
  const limits = {
    max_connections: 50,
    max_pending_requests: 100_000,
    max_requests: 100_000,
    max_retries: 3,
  };
  return {
    name,
    type: "STATIC",
    connect_timeout: "10s",
    circuit_breakers: { thresholds: [limits] },
    load_assignment: {
      cluster_name: name,
      endpoints: port === undefined ? [] : [{ lb_endpoints: [{ endpoint }] }],
    },
  };
}
