// The configuration for an Envoy without Istio, whose bootstrap holds the clusters of the issuers.

import { jwksClusterName } from "./envoy-cluster.js";
import { jwksOrigins, type JwksOrigin } from "../../key-sources/jwks-origin.js";
import { needsPeerNames, peerNameKeys } from "./peer-names-filter.js";
import { pluginConfig, type Coexistence, type PluginConfig } from "../../plugin-config/plugin-config.js";
import type { Resolved, WorkloadOptions } from "../../resolution/resolve.js";

export interface StandaloneConfig {
  readonly config: PluginConfig;
  /** Each needs a cluster in the bootstrap. */
  readonly origins: readonly JwksOrigin[];
}

/** @param clusters origin -> cluster, before those that the bootstrap holds */
export function standaloneConfig(
  { selection }: Resolved,
  { trust }: Pick<WorkloadOptions, "trust">,
  clusters: ReadonlyMap<string, string> = new Map(),
  coexistence?: Coexistence,
): StandaloneConfig {
  const origins = jwksOrigins(selection.requestAuthentications);
  const own = origins.map((one) => [one.origin, jwksClusterName(one)] as const);
  const config = {
    ...pluginConfig(selection, new Map([...own, ...clusters]), trust, coexistence),
    // Istio's certificates have one URI SAN; whose certificates an Envoy by itself takes is not known.
    ...(needsPeerNames(selection.authorizationPolicies) ? peerNameKeys : {}),
  };
  return { config, origins };
}
