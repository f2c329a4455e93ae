// Real parts for the end-to-end tests: an issuer, an upstream and an Envoy with one listener per plugin configuration.

import { connect } from "node:net";
import { after } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { envoyConfig, readEnvoyConfig } from "../../../scripts/envoy-config.js";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import type { Registrations } from "../../../scripts/issuer/registrations.js";
import { startIssuer } from "../../seeded/issuer.js";
import { PATIENCE } from "./eventually.js";
import { startUpstream, type Upstream } from "../../../scripts/upstream.js";

export interface Setup {
  issuer: Issuer;
  upstream: Upstream;
  envoy: RunningEnvoy;
  /** Sends a request to a listener. */
  send: (listener: string, request?: TestRequest) => Promise<TestAnswer>;
  stop(): Promise<void>;
}

export interface TestRequest {
  token?: string;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  body: string;
  headers: Headers;
}

/** The parts of Envoy's configuration that tests change. */
export interface EnvoyBootstrap {
  static_resources: { listeners: EnvoyListener[]; clusters: object[] };
  dynamic_resources?: object;
  node?: { id: string; cluster: string };
}

export interface EnvoyListener {
  name: string;
  filter_chains: [{ filters: [{ typed_config: ConnectionManager }] }];
}

export interface ConnectionManager {
  http_filters: [{ typed_config: { config: Record<string, unknown> } }, ...object[]];
  [field: string]: unknown;
}

/** The connection manager of a listener. */
export function connectionManager(listener: EnvoyListener): ConnectionManager {
  return listener.filter_chains[0].filters[0].typed_config;
}

/** Sets fields of every listener's connection manager. */
export function everyListener(fields: Record<string, unknown>): (config: EnvoyBootstrap) => void {
  return (config) => {
    for (const listener of config.static_resources.listeners)
      Object.assign(connectionManager(listener), fields);
  };
}

type MaybePromise<T> = T | Promise<T>;

export interface SetupOptions {
  /** Plugin configurations by listener name, made from the issuer that has just been started. */
  listeners: (issuer: Issuer) => MaybePromise<Record<string, object | string | undefined>>;
  /** What the issuer knows of clients and resources. */
  registrations?: Registrations;
  /** Before Envoy starts, which may fetch the keys at once. */
  prepare?: (issuer: Issuer) => void;
  /** Changes Envoy's configuration before it starts. */
  edit?: (config: EnvoyBootstrap) => MaybePromise<void>;
  concurrency?: number;
  wasmLogLevel?: "debug" | "info" | "warning";
  /** See EnvoyOptions. */
  keepAccessLog?: boolean;
  /** How long Envoy may take to be ready, in milliseconds. */
  deadline?: number;
}

/** Starts the three on free ports. What has started is stopped when another does not start. */
export async function setUp(options: SetupOptions): Promise<Setup> {
  const binary = await locateEnvoy();
  const issuer = await startIssuer(
    options.registrations === undefined ? {} : { registrations: options.registrations },
  );
  const upstream = await startUpstream();
  const stopServers = () => Promise.all([issuer.stop(), upstream.stop()]);
  try {
    options.prepare?.(issuer);
    const listeners = Object.entries(await options.listeners(issuer));
    const bare = envoyConfig(await readEnvoyConfig(), {
      listeners: listeners.map(([name, pluginConfig]) => ({ name, port: 0, pluginConfig })),
      adminPort: 0,
      upstreamPort: upstream.port,
      idpPorts: { idp: issuer.port },
    });
    const config = await edited(bare, options.edit);
    const envoy = await startEnvoy({
      path: binary.path,
      config,
      concurrency: options.concurrency ?? 1,
      wasmLogLevel: options.wasmLogLevel ?? "debug",
      keepAccessLog: options.keepAccessLog ?? false,
      deadline: options.deadline ?? PATIENCE,
    });
    return {
      issuer,
      upstream,
      envoy,
      send: (listener, request) => send(envoy.port(listener), request),
      stop: async () => {
        await envoy.stop();
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

async function edited(config: string, edit: SetupOptions["edit"]): Promise<string> {
  if (edit === undefined) return config;
  const bootstrap = JSON.parse(config) as EnvoyBootstrap;
  await edit(bootstrap);
  return JSON.stringify(bootstrap);
}

/** A setup that starts when a test first asks for it, and is stopped after the suite or file that it is declared in. */
export function setupFor(options: SetupOptions): () => Promise<Setup> {
  let setup: Promise<Setup> | undefined;
  after(async () => {
    // One that did not start has failed its test already.
    const started = await setup?.catch(() => undefined);
    await started?.stop();
  });
  return () => (setup ??= setUp(options));
}

async function send(port: number, request: TestRequest = {}): Promise<TestAnswer> {
  const headers: Record<string, string> = { ...request.headers };
  if (request.token !== undefined) headers.authorization = `Bearer ${request.token}`;
  const url = `http://127.0.0.1:${port}${request.path ?? "/headers"}`;
  const response = await fetch(url, { method: request.method ?? "GET", headers });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** A plugin configuration with one jwtRule that trusts the issuer; `rule` and `rest` add to it or replace parts. */
export function trusting(issuer: Issuer, rule: object = {}, rest: object = {}): object {
  const jwtRule = {
    issuer: issuer.issuer,
    jwksUri: issuer.jwksUri,
    // Where a fetch is held up, or the machine busy, no test means the timeout of it unless it says so.
    timeout: "60s",
    outputPayloadToHeader: "x-jwt-payload",
    forwardOriginalToken: true,
    ...rule,
  };
  return {
    requestAuthentications: [{ name: "test", namespace: "foo", jwtRules: [jwtRule] }],
    clusters: { [issuer.origin]: "idp" },
    ...rest,
  };
}

/** The same with the issuer's keys in the configuration itself, so that nothing is fetched. */
export function trustingInline(issuer: Issuer, rule: object = {}, rest: object = {}): object {
  const jwtRule = {
    issuer: issuer.issuer,
    jwks: JSON.stringify(issuer.jwks),
    outputPayloadToHeader: "x-jwt-payload",
    forwardOriginalToken: true,
    ...rule,
  };
  return { requestAuthentications: [{ name: "test", namespace: "foo", jwtRules: [jwtRule] }], ...rest };
}

/** One ALLOW policy of these rules, as the part of a plugin configuration. */
export function allow(...rules: object[]): object {
  return { authorizationPolicies: [{ name: "test", namespace: "foo", action: "ALLOW", rules }] };
}

/** A token of the issuer that expires in the year 2096: the same whenever it is made. */
export function goodToken(issuer: Issuer, claims: Record<string, unknown> = {}): Promise<string> {
  return issuer.sign({
    iss: issuer.issuer,
    sub: "billing@clients",
    aud: "istio-jwt-test",
    exp: 4_000_000_000,
    ...claims,
  });
}

/** Sends a request over a connection of its own, and gives the means to break that off before an answer comes. */
export async function sendAndLeave(port: number, token: string): Promise<{ leave: () => void }> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", resolve);
  });
  socket.write(`GET /headers HTTP/1.1\r\nHost: httpbin\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return { leave: () => socket.resetAndDestroy() };
}

/** A counter or gauge of Envoy's, 0 when it has none of that name. */
export async function stat(envoy: RunningEnvoy, name: string): Promise<number> {
  const page = await envoy.admin(`/stats?filter=^${name.replaceAll(".", "\\.")}$`);
  return Number(/: (\d+)/.exec(page)?.[1] ?? 0);
}
