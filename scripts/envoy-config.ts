// envoy/jwt-policy.yaml, read and set to other addresses and policies: the file that users copy is the one that runs.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, parseDocument, type Document, type Node, type YAMLMap } from "yaml";
import { repositoryRoot } from "./repository-root.js";

/** One listener with the filter in front of the upstream. */
export interface FilteredListener {
  /** Also the name of the plugin, by which Envoy's log lines tell whose they are. */
  name: string;
  /** 0 lets the kernel choose; RunningEnvoy says which. */
  port: number;
  /**
   * The plugin configuration: an object is written as JSON, a string is handed over as it is (also when it is no
   * JSON), undefined leaves `configuration` out altogether, as Istio does for an empty pluginConfig.
   */
  pluginConfig: object | string | undefined;
}

export interface EnvoyConfigOptions {
  listeners: readonly FilteredListener[];
  adminPort: number;
  upstreamPort: number;
  /** Ports on 127.0.0.1 of the clusters that the filter calls, by cluster name. */
  idpPorts: Readonly<Record<string, number>>;
  /** Defaults to build/jwt-policy.wasm. */
  wasmPath?: string;
}

const LISTENERS = ["static_resources", "listeners"];
const CLUSTERS = ["static_resources", "clusters"];
const HCM = ["filter_chains", 0, "filters", 0, "typed_config"];
const PLUGIN = [...HCM, "http_filters", 0, "typed_config", "config"];
const ENDPOINT = ["load_assignment", "endpoints", 0, "lb_endpoints", 0, "endpoint"];

/** The configuration in envoy/jwt-policy.yaml as it is. */
export async function readEnvoyConfig(): Promise<Document> {
  const path = join(repositoryRoot, "envoy", "jwt-policy.yaml");
  const document = parseDocument(await readFile(path, "utf8"));
  if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]!.message}`);
  return document;
}

/** The plugin configuration in that file, parsed. */
export function pluginConfigOf(document: Document): PluginConfig {
  const listener = mapAt(document, [...LISTENERS, 0]);
  return JSON.parse(listener.getIn([...PLUGIN, "configuration", "value"]) as string) as PluginConfig;
}

/** The fields of a plugin configuration that the scripts touch. */
export interface PluginConfig {
  requestAuthentications: { name: string; namespace: string; jwtRules: Record<string, unknown>[] }[];
  authorizationPolicies?: AuthorizationPolicy[];
  clusters: Record<string, string>;
}

export interface AuthorizationPolicy {
  name: string;
  namespace: string;
  action: "ALLOW" | "DENY";
  rules?: object[];
}

/** Envoy's configuration, as JSON that `envoy -c` takes, with the listeners, policies and addresses of `options`. */
export function envoyConfig(document: Document, options: EnvoyConfigOptions): string {
  const edited = document.clone();
  setPort(edited.getIn(["admin"], true) as YAMLMap, options.adminPort);

  const template = mapAt(edited, [...LISTENERS, 0]);
  const listeners = options.listeners.map((listener) => filtered(template, listener, options.wasmPath));
  edited.setIn(LISTENERS, edited.createNode(listeners));

  const upstream = mapAt(edited, [...CLUSTERS, 0]);
  setPort(upstream.getIn(ENDPOINT, true) as YAMLMap, options.upstreamPort);
  const idp = mapAt(edited, [...CLUSTERS, 1]);
  const idps = Object.entries(options.idpPorts).map(([name, port]) => {
    const cluster = cloned(idp);
    cluster.set("name", name);
    cluster.setIn(["load_assignment", "cluster_name"], name);
    setPort(cluster.getIn(ENDPOINT, true) as YAMLMap, port);
    return cluster;
  });
  edited.setIn(CLUSTERS, edited.createNode([upstream, ...idps]));
  return JSON.stringify(edited.toJS(), null, 2);
}

function filtered(template: YAMLMap, options: FilteredListener, wasmPath?: string): YAMLMap {
  const listener = cloned(template);
  listener.set("name", options.name);
  setPort(listener, options.port);
  listener.setIn([...HCM, "stat_prefix"], options.name);
  listener.setIn([...PLUGIN, "name"], options.name);
  // Envoy gives every plugin of a VM that differs in configuration a root context of its own.
  const wasm = ["vm_config", "code", "local", "filename"];
  const relative = listener.getIn([...PLUGIN, ...wasm]) as string;
  listener.setIn([...PLUGIN, ...wasm], wasmPath ?? join(repositoryRoot, relative));
  const value = options.pluginConfig;
  if (value === undefined) listener.deleteIn([...PLUGIN, "configuration"]);
  else {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    listener.setIn([...PLUGIN, "configuration", "value"], text);
  }
  return listener;
}

function cloned(map: YAMLMap): YAMLMap {
  const copy: unknown = map.clone();
  if (!isMap(copy)) throw new TypeError("the clone of a mapping is a mapping");
  return copy;
}

function setPort(holder: YAMLMap, port: number): void {
  holder.setIn(["address", "socket_address", "port_value"], port);
}

function mapAt(document: Document, path: (string | number)[]): YAMLMap {
  const node = document.getIn(path, true) as Node | undefined;
  if (!isMap(node)) throw new Error(`envoy/jwt-policy.yaml has no mapping at ${path.join(".")}`);
  return node;
}
