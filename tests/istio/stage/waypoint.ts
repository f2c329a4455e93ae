// What an upstream Envoy needs to be a waypoint: it has neither Istio's filters of peer metadata nor Istio's kind of hashable string.

import { yamlOf } from "./resource.js";

/** Objects of the stage itself have this label. */
export const STAGE_LABEL = "jwt-policy-stage";

function filterNamed(name: string): object {
  const filter = { name: "envoy.filters.network.http_connection_manager", subFilter: { name } };
  return { context: "ANY", listener: { filterChain: { filter } } };
}

/** What Istio's own Envoy keeps of the tunnel's connection, for the listener within (pilot's connect_authority). */
const tunnelState = [
  ["envoy.filters.listener.original_dst.local_ip", "%REQ(:AUTHORITY)%"],
  ["io.istio.connect_authority", "%REQ(:AUTHORITY)%"],
  ["envoy.filters.listener.original_dst.remote_ip", "%DOWNSTREAM_REMOTE_ADDRESS%"],
  ["io.istio.peer_principal", "%DOWNSTREAM_PEER_URI_SAN%"],
  ["io.istio.local_principal", "%DOWNSTREAM_LOCAL_URI_SAN%"],
] as const;

/** The EnvoyFilter that fits the listeners of a waypoint to an upstream Envoy. */
export function waypointFilter(name: string, namespace: string): string {
  const onRequestHeaders = tunnelState.map(([key, text]) => ({
    object_key: key,
    ...(key.startsWith("io.istio.") && { factory_key: "envoy.hashable_string" }),
    format_string: { text_format_source: { inline_string: text } },
    shared_with_upstream: "ONCE",
  }));
  const type = "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config";
  const authority = {
    name: "connect_authority",
    typed_config: { "@type": type, on_request_headers: onRequestHeaders },
  };
  const remove = (filter: string) => ({
    ...{ applyTo: "HTTP_FILTER", match: filterNamed(filter), patch: { operation: "REMOVE" } },
  });
  const filter = {
    ...{ apiVersion: "networking.istio.io/v1alpha3", kind: "EnvoyFilter" },
    metadata: { name: `${name}-upstream-envoy`, namespace, labels: { [STAGE_LABEL]: "true" } },
    spec: {
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name }],
      configPatches: [
        remove("waypoint_downstream_peer_metadata"),
        remove("waypoint_upstream_peer_metadata"),
        {
          ...{ applyTo: "HTTP_FILTER", match: filterNamed("connect_authority") },
          patch: { operation: "REPLACE", value: authority },
        },
      ],
    },
  };
  return yamlOf([filter]);
}
