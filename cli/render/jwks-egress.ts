// The way from an Istio proxy to the issuers: the Envoy cluster that the filter calls for each origin, and the
// ServiceEntry and DestinationRule that make it.

import { meshServiceHost, originName, type JwksOrigin } from "./jwks-origin.js";

/** The subset whose cluster originates TLS. */
const subset = "jwks";

export interface JwksEgress {
  /** Origin -> Envoy cluster. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly resources: readonly object[];
}

/**
 * What the proxies of a namespace need to reach these origins. TLS is originated in a subset of its own: a policy on the
 * whole host would wrap the workload's own https requests to the issuer in TLS a second time.
 * @param services `namespace/name` of the Services among the user's objects
 */
export function jwksEgress(
  origins: readonly JwksOrigin[],
  namespace: string,
  services: ReadonlySet<string>,
): JwksEgress {
  const clusters = new Map<string, string>();
  const resources: object[] = [];
  for (const origin of origins) {
    const service = origin.isAddress ? undefined : meshServiceHost(origin.host, namespace, services);
    const host = service ?? externalHost(origin);
    const tls = origin.tls;
    clusters.set(origin.origin, `outbound|${origin.port}|${tls ? subset : ""}|${host}`);
    const name = `jwks-${originName(origin)}`;
    if (service === undefined) resources.push(serviceEntry(origin, host, name, namespace));
    if (tls) resources.push(destinationRule(origin, host, name, namespace));
  }
  return { clusters, resources };
}

/** A ServiceEntry's host must be a name: an address gets one that nobody asks DNS for. */
function externalHost(origin: JwksOrigin): string {
  return origin.isAddress
    ? `${originName({ ...origin, port: origin.tls ? 443 : 80 })}.jwks.internal`
    : origin.host;
}

function serviceEntry(origin: JwksOrigin, host: string, name: string, namespace: string): object {
  const resolution = origin.isAddress
    ? { addresses: [origin.host], resolution: "STATIC", endpoints: [{ address: origin.host }] }
    : { resolution: "DNS" };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata: { name, namespace },
    spec: {
      hosts: [host],
      exportTo: ["."],
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

function destinationRule(origin: JwksOrigin, host: string, name: string, namespace: string): object {
  const tls = {
    mode: "SIMPLE",
    ...(origin.isAddress ? {} : { sni: origin.host }),
    // With sni given and no names here, Istio checks no name in the issuer's certificate (cluster_tls.go).
    subjectAltNames: [origin.host],
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name, namespace },
    spec: { host, exportTo: ["."], subsets: [{ name: subset, trafficPolicy: { tls } }] },
  };
}
