// What runs the filter in Istio: the plugin of one workload, and what it needs around it.

import { gatewayNameLabel, type Workload } from "../istio/workload.js";
import type { Resource } from "../resources/resource.js";
import { directAddressEnvoyFilter } from "./direct-address-filter.js";
import { jwksEgress } from "./jwks-egress.js";
import { jwksOrigins, knownHosts } from "./jwks-origin.js";
import { jwksReferences } from "./jwks-references.js";
import { pluginConfig, type Coexistence } from "./plugin-config.js";
import { pluginResource } from "./plugin-resource.js";
import type { Resolved } from "./resolve.js";
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
  { selection, workload, isGateway, rootNamespace, trust }: Resolved,
  { kind, clusters, coexistence, image, sha256, ...options }: IstioOptions,
): KubernetesObject[] {
  const name = options.name ?? workloadName(workload);
  const origins = jwksOrigins(selection.requestAuthentications);
  const egress = jwksEgress(
    origins.filter(({ origin }) => !clusters.has(origin)),
    {
      namespace: workload.namespace,
      forAll: servesAllNamespaces(workload, rootNamespace),
      known: knownHosts(resources),
    },
  );
  const ways = new Map([...egress.clusters, ...clusters]);
  const config = pluginConfig(selection, ways, trust, coexistence);
  const given = origins.flatMap(({ origin }) => hostOfCluster(clusters.get(origin)) ?? []);
  const hosts = [...egress.hosts, ...given];
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

/** A selector in the root namespace reaches into all; targetRefs do not. */
export function servesAllNamespaces(workload: Workload, rootNamespace: string): boolean {
  return workload.namespace === rootNamespace && !workload.labels.has(gatewayNameLabel);
}

/** `idp.example.com` of `outbound|443|jwks|idp.example.com`; undefined for a cluster that Istio does not make from a service. */
function hostOfCluster(cluster: string | undefined): string | undefined {
  return /^outbound\|[0-9]+\|[^|]*\|(.+)$/.exec(cluster ?? "")?.[1];
}
