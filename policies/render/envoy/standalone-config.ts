// The configuration for an Envoy without Istio, whose bootstrap holds the clusters of the issuers.

import { jwksClusterName } from "./envoy-cluster.js";
import { jwksOrigins, type JwksOrigin } from "../../key-sources/jwks-origin.js";
import { jwksOriginsIn } from "../../plugin-config/configured-origins.js";
import { needsPeerNames, peerNameKeys } from "./peer-names-filter.js";
import {
  directRemoteAddressKey,
  pluginConfig,
  type Coexistence,
  type PluginConfig,
} from "../../plugin-config/plugin-config.js";
import type { JsonObject } from "../../resources/tree.js";
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
  const origins = jwksOrigins(selection.requestAuthentications, selection.extensions);
  const own = origins.map((one) => [one.origin, jwksClusterName(one)] as const);
  const config = {
    ...pluginConfig(selection, new Map([...own, ...clusters]), trust, coexistence),
    // Istio's certificates have one URI SAN; whose certificates an Envoy by itself takes is not known.
    ...(needsPeerNames(selection.authorizationPolicies) ? peerNameKeys : {}),
  };
  return { config, origins };
}

/** The same of a configuration that was written for another Envoy: clusters and filter-state keys are those of this bootstrap. */
export function standaloneOf(configuration: JsonObject): StandaloneConfig {
  const origins = jwksOriginsIn(configuration);
  const given: PluginConfig = configuration;
  const wantsNames = Object.keys(peerNameKeys).some((name) => configuration[name] !== undefined);
  const config = {
    ...given,
    clusters: Object.fromEntries(origins.map((one) => [one.origin, jwksClusterName(one)])),
    ...(given.directRemoteAddress === undefined ? {} : { directRemoteAddress: directRemoteAddressKey }),
    ...(wantsNames ? peerNameKeys : {}),
  };
  return { config, origins };
}
