// The filter that hands the TCP peer's address to ours, for ipBlocks and source.ip: no proxy-wasm property gives it.

import type { Workload } from "../../istio/workload.js";
import { envoyFilterAttachment } from "./envoy-filter-attachment.js";
import { directRemoteAddressKey } from "../../plugin-config/plugin-config.js";
import type { KubernetesObject } from "./written-once.js";

/** The HTTP filter, to stand ahead of ours. */
export const directAddressFilter = {
  name: "jwt-policy.direct-remote-address",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config",
    on_request_headers: [
      {
        object_key: directRemoteAddressKey,
        factory_key: "envoy.string",
        format_string: {
          text_format_source: { inline_string: "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%" },
        },
      },
    ],
  },
};

/** The EnvoyFilter that puts it first into the HTTP filters of an Istio workload. */
export function directAddressEnvoyFilter(
  workload: Workload,
  isGateway: boolean,
  name: string,
): KubernetesObject {
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: `${name}-direct-address`, namespace: workload.namespace },
    spec: {
      ...envoyFilterAttachment(workload),
      configPatches: [
        {
          applyTo: "HTTP_FILTER",
          match: {
            // To Istio a waypoint's listeners are those of a sidecar, for requests that come in (listener_waypoint.go).
            context: isGateway && !workload.isWaypoint ? "GATEWAY" : "SIDECAR_INBOUND",
            listener: {
              filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } },
            },
          },
          patch: { operation: "INSERT_FIRST", value: directAddressFilter },
        },
      ],
    },
  };
}
