// What runs the filter in Istio: the plugin of one workload, and what it needs around it.

import { outboundCluster } from "../../istio/destination-rules.js";
import { servesAllNamespaces } from "../../istio/workload.js";
import type { Resource } from "../../resources/resource.js";
import { directAddressEnvoyFilter } from "./direct-address-filter.js";
import { jwksEgress, type JwksEgress } from "./jwks-egress.js";
import { jwksOrigins, knownHosts } from "../../key-sources/jwks-origin.js";
import { jwksReferences } from "./jwks-references.js";
import { pluginConfig, type Coexistence } from "../../plugin-config/plugin-config.js";
import { pluginResource } from "./plugin-resource.js";
import type { Resolved } from "../../resolution/resolve.js";
import { workloadName } from "./workload-name.js";
import type { KubernetesObject } from "./written-once.js";

export interface IstioOptions {
  readonly kind: "WasmPlugin" | "TrafficExtension";
  /** Origin -> cluster, for issuers to which the user has a way already. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly coexistence: Coexistence;
  /** Undefined: one that only this workload has. */
  readonly name: string | undefined;
  readonly image: string;
  readonly sha256: string | undefined;
}

/** The plugin, the way to its issuers' keys, and EnvoyFilters where it needs them. */
export function istioResources(
  resources: readonly Resource[],
  resolved: Resolved,
  { kind, clusters, coexistence, image, sha256, ...options }: IstioOptions,
): KubernetesObject[] {
  const { selection, workload, isGateway, trust } = resolved;
  const name = options.name ?? workloadName(workload);
  const { egress, ways } = wayToKeys(resources, resolved, clusters);
  const config = pluginConfig(selection, ways, trust, coexistence);
  const hosts = [
    ...egress.hosts,
    ...[...clusters.values()].flatMap((one) => outboundCluster(one)?.host ?? []),
  ];
  return [
    pluginResource(kind, config, { name, image, sha256, workload, isGateway }),
    ...egress.resources,
    ...((isGateway || workload.isWaypoint) && hosts.length > 0
      ? [jwksReferences(workload, hosts, name)]
      : []),
    ...(config.directRemoteAddress === undefined
      ? []
      : [directAddressEnvoyFilter(workload, isGateway, name)]),
  ];
}

/**
 * How a workload's proxies reach the keys.
 * @param clusters origin -> cluster, for issuers to which the user has a way already
 * @returns what has to be made, and the cluster of every origin
 */
export function wayToKeys(
  resources: readonly Resource[],
  { selection, workload, rootNamespace }: Resolved,
  clusters: ReadonlyMap<string, string>,
): { readonly egress: JwksEgress; readonly ways: ReadonlyMap<string, string> } {
  const origins = jwksOrigins(selection.requestAuthentications, selection.extensions);
  const egress = jwksEgress(
    origins.filter(({ origin }) => !clusters.has(origin)),
    {
      namespace: workload.namespace,
      forAll: servesAllNamespaces(workload, rootNamespace),
      known: knownHosts(resources),
    },
  );
  return { egress, ways: new Map([...egress.clusters, ...clusters]) };
}
