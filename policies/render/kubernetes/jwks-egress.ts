// The way from an Istio proxy to the issuers: the Envoy cluster that the filter calls for each origin, and the
// ServiceEntry and DestinationRule that make it.

import { meshService, originName, type JwksOrigin, type KnownHosts } from "../../key-sources/jwks-origin.js";
import type { KubernetesObject } from "./written-once.js";

/** The subset whose cluster originates TLS. */
const subset = "jwks";

export interface JwksEgress {
  /** Origin -> Envoy cluster. */
  readonly clusters: ReadonlyMap<string, string>;
  /** `namespace/host` of what the clusters lead to. */
  readonly hosts: readonly string[];
  readonly resources: readonly KubernetesObject[];
}

/** Whose proxies are to reach the origins. */
export interface EgressOptions {
  /** Of the objects: that of the proxies, or the root namespace. */
  readonly namespace: string;
  /** Whether proxies of all namespaces call. */
  readonly forAll: boolean;
  readonly known: KnownHosts;
}

/**
 * What proxies need to reach these origins. TLS is originated in a subset of its own: a policy on the whole host would wrap the workload's
 * own https requests to the issuer in TLS a second time.
 */
export function jwksEgress(origins: readonly JwksOrigin[], options: EgressOptions): JwksEgress {
  const { namespace, known } = options;
  const exportTo = [options.forAll ? "*" : "."];
  const clusters = new Map<string, string>();
  const hosts: string[] = [];
  const resources: KubernetesObject[] = [];
  for (const origin of origins) {
    const service = meshService(origin, namespace, known);
    const host = service?.host ?? externalHost(origin);
    const metadata = { name: `jwks-${originName(origin)}`, namespace };
    clusters.set(origin.origin, `outbound|${origin.port}|${origin.tls ? subset : ""}|${host}`);
    hosts.push(`${service?.namespace ?? namespace}/${host}`);
    if (service === undefined) resources.push(serviceEntry(origin, host, metadata, exportTo));
    if (origin.tls) resources.push(destinationRule(origin, host, metadata, exportTo));
  }
  return { clusters, hosts, resources };
}

/** A ServiceEntry's host must be a name: an address gets one that nobody asks DNS for. */
function externalHost(origin: JwksOrigin): string {
  if (!origin.isAddress) return origin.host;
  const words = origin.host.replaceAll(/[.:]/g, "-").replace(/^-/, "0-").replace(/-$/, "-0");
  return `${words}.jwks.internal`;
}

function serviceEntry(
  origin: JwksOrigin,
  host: string,
  metadata: KubernetesObject["metadata"],
  exportTo: readonly string[],
): KubernetesObject {
  const resolution = origin.isAddress
    ? { addresses: [origin.host], resolution: "STATIC", endpoints: [{ address: origin.host }] }
    : { resolution: "DNS" };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata,
    spec: {
      hosts: [host],
      exportTo,
      location: "MESH_EXTERNAL",
      ...resolution,
      ports: [
        {
          number: origin.port,
          name: origin.tls ? "https-jwks" : "http-jwks",
          protocol: origin.tls ? "HTTPS" : "HTTP",
        },
      ],
    },
  };
}

function destinationRule(
  origin: JwksOrigin,
  host: string,
  metadata: KubernetesObject["metadata"],
  exportTo: readonly string[],
): KubernetesObject {
  const tls = {
    mode: "SIMPLE",
    ...(origin.isAddress ? {} : { sni: origin.host }),
    // With sni given and no names here, Istio checks no name in the issuer's certificate (cluster_tls.go).
    subjectAltNames: [origin.host],
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata,
    spec: { host, exportTo, subsets: [{ name: subset, trafficPolicy: { tls } }] },
  };
}
