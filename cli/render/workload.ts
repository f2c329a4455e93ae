// From a user's objects to the text that `render` writes.

import { stringify } from "yaml";
import { Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings.js";
import type { Workload } from "../istio/workload.js";
import type { Resource } from "../resources/resource.js";
import { directAddressEnvoyFilter } from "./direct-address-filter.js";
import { envoyBootstrap, type BootstrapOptions } from "./envoy-bootstrap.js";
import { filterObjections } from "./filter-objections.js";
import { jwksEgress } from "./jwks-egress.js";
import { jwksOrigins } from "./jwks-origin.js";
import { pluginConfig, type Coexistence, type PluginConfig } from "./plugin-config.js";
import { pluginResource } from "./plugin-resource.js";
import { remarks } from "./remarks.js";
import { resolvePolicies, type Resolved, type WorkloadOptions } from "./resolve.js";
import { standaloneConfig } from "./standalone-config.js";

export const renderFormats = ["config", "wasmplugin", "trafficextension", "envoy"] as const;
export type RenderFormat = (typeof renderFormats)[number];

export interface RenderOptions
  extends WorkloadOptions, Pick<BootstrapOptions, "upstream" | "listener" | "admin" | "caFile" | "wasm"> {
  readonly format: RenderFormat;
  readonly json: boolean;
  /** Origin -> cluster, before those that the format gives. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly coexistence: Coexistence;
  readonly name: string;
  readonly image: string;
  readonly sha256: string | undefined;
}

export interface Rendered {
  /** Undefined if the policies are refused. */
  readonly text: string | undefined;
  readonly findings: readonly Finding[];
}

/** Resolves the policies of a workload and writes them in the wanted format, if the filter takes them. */
export async function renderWorkload(
  resources: readonly Resource[],
  options: RenderOptions,
): Promise<Rendered> {
  const { resolved, findings } = resolvePolicies(resources, options);
  if (resolved === undefined) return { text: undefined, findings };
  const refused = await filterObjections(
    await Filter.load(),
    pluginConfig(resolved.selection, options.clusters, options.trust, options.coexistence),
    resolved.selection,
  );
  if (refused.length > 0) return { text: undefined, findings: refused };
  return {
    text: write(resolved, servicesIn(resources), options),
    findings: remarks(resources, resolved, options),
  };
}

/** `namespace/name` */
function servicesIn(resources: readonly Resource[]): Set<string> {
  const services = resources.filter(({ group, kind }) => group === "" && kind === "Service");
  return new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
}

function write(resolved: Resolved, services: ReadonlySet<string>, options: RenderOptions): string {
  const { selection, workload, isGateway } = resolved;
  const configWith = (clusters: ReadonlyMap<string, string>) =>
    pluginConfig(selection, new Map([...clusters, ...options.clusters]), options.trust, options.coexistence);
  switch (options.format) {
    case "config":
      return json(configWith(new Map()));
    case "envoy": {
      const { config, origins } = standaloneConfig(resolved, options, options.clusters, options.coexistence);
      const filterName = `${workload.namespace}.${options.name}`;
      const bootstrap = envoyBootstrap(config, { ...options, origins, filterName, isGateway });
      return options.json ? json(bootstrap) : bootstrapHead(options) + yaml(bootstrap);
    }
    case "wasmplugin":
    case "trafficextension": {
      const origins = jwksOrigins(selection.requestAuthentications);
      const egress = jwksEgress(origins, workload.namespace, services);
      const config = configWith(egress.clusters);
      const kind = options.format === "wasmplugin" ? "WasmPlugin" : "TrafficExtension";
      const objects = [
        pluginResource(kind, config, { ...options, workload, isGateway }),
        ...egress.resources,
        ...directAddress(config, workload, isGateway, options.name),
      ];
      if (options.json) return json({ apiVersion: "v1", kind: "List", items: objects });
      return resourcesHead(isGateway, options.coexistence) + objects.map(yaml).join("---\n");
    }
  }
}

function directAddress(config: PluginConfig, workload: Workload, gateway: boolean, name: string): object[] {
  return config.directRemoteAddress === undefined ? [] : [directAddressEnvoyFilter(workload, gateway, name)];
}

function resourcesHead(isGateway: boolean, { dryRun, forwardToken }: Coexistence): string {
  const native = forwardToken
    ? "Tokens stay in the request for the native filters behind it: once those are gone, render without --forward-token."
    : "No RequestAuthentication or AuthorizationPolicy in the cluster may select this workload as well.";
  return `# Written by jwt-policy render for a ${isGateway ? "gateway" : "sidecar; for a gateway, give --gateway"}.
# ${native}
${dryRun ? "# Policies count and log, and decide nothing: --dry-run.\n" : ""}`;
}

function bootstrapHead({ listener, admin }: RenderOptions): string {
  return `# Written by jwt-policy render. To run it: envoy -c <this file>
# It listens on ${listener.host}:${listener.port}; its admin endpoint is ${admin.host}:${admin.port}.
`;
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
