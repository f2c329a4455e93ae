// Envoy clusters: one for the upstream, one for each issuer.

import { isAddress } from "../../golang/ip.js";
import { originName, type JwksOrigin } from "../../key-sources/jwks-origin.js";

/** The cluster of the service behind the filter. */
export function upstreamCluster(host: string, port: number): object {
  return cluster("upstream", host, port);
}

/** The name of an issuer's cluster in the bootstrap. */
export function jwksClusterName(origin: JwksOrigin): string {
  return `jwks-${originName(origin)}`;
}

/**
 * The cluster that the filter fetches an issuer's keys from.
 * @param caFile PEM file of the authorities that issuers are trusted by
 */
export function jwksCluster(origin: JwksOrigin, caFile: string): object {
  return {
    ...cluster(jwksClusterName(origin), origin.host, origin.port),
    ...(origin.tls ? { transport_socket: tlsTo(origin, caFile) } : {}),
  };
}

function cluster(name: string, host: string, port: number): object {
  const address = { socket_address: { address: host, port_value: port } };
  return {
    name,
    type: isAddress(host) ? "STATIC" : "STRICT_DNS",
    connect_timeout: "5s",
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

function tlsTo(origin: JwksOrigin, caFile: string): object {
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
      ...(origin.isAddress ? {} : { sni: origin.host }),
      common_tls_context: {
        validation_context: {
          trusted_ca: { filename: caFile },
          // Envoy checks no name in a certificate unless it is told to.
          match_typed_subject_alt_names: [
            { san_type: origin.isAddress ? "IP_ADDRESS" : "DNS", matcher: { exact: origin.host } },
          ],
        },
      },
    },
  };
}
