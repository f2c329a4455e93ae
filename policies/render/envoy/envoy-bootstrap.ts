// A bootstrap for an Envoy without Istio: one listener with the filter, as Istio's sidecar would set it up.

import { jsonText } from "../../text/printable.js";
import { directAddressFilter } from "../kubernetes/direct-address-filter.js";
import { peerNamesFilters } from "./peer-names-filter.js";
import { jwksCluster, upstreamCluster } from "./envoy-cluster.js";
import type { JwksOrigin } from "../../key-sources/jwks-origin.js";
import type { PluginConfig } from "../../plugin-config/plugin-config.js";
import type { Address } from "../../resources/address.js";
import { statsTags } from "./stats-tags.js";

export interface BootstrapOptions {
  /** Name of the filter in Envoy's logs: `foo.jwt-policy`. */
  readonly filterName: string;
  readonly listener: Address;
  readonly admin: Address;
  readonly upstream: Address;
  readonly origins: readonly JwksOrigin[];
  readonly caFile: string;
  /** The filter's file, seen from where Envoy runs. */
  readonly wasm: string;
  /** On the edge the client's address is the TCP peer's, on a sidecar the last in X-Forwarded-For; as in Istio. */
  readonly isGateway: boolean;
  /** Members of a JSON access log on standard output; none without. */
  readonly accessLog?: Readonly<Record<string, string>> | undefined;
}

const types = "type.googleapis.com/envoy.extensions";

/** The whole configuration, as an object to be written as YAML or JSON. */
export function envoyBootstrap(config: PluginConfig, options: BootstrapOptions): object {
  return {
    admin: { address: socketAddress(options.admin) },
    stats_config: { stats_tags: statsTags },
    layered_runtime: {
      layers: [
        {
          // Istio's (pkg/bootstrap/config.go): a path with a fragment is no error, rules see it without.
          name: "istio",
          static_layer: { "envoy.reloadable_features.http_reject_path_with_fragment": false },
        },
      ],
    },
    // Without a limit Envoy warns at its start.
    overload_manager: {
      resource_monitors: [
        {
          name: "envoy.resource_monitors.global_downstream_max_connections",
          typed_config: {
            "@type": `${types}.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig`,
            max_active_downstream_connections: 50_000,
          },
        },
      ],
    },
    static_resources: {
      listeners: [
        {
          name: "jwt-policy",
          address: socketAddress(options.listener),
          filter_chains: [{ filters: [connectionManager(config, options)] }],
        },
      ],
      clusters: [
        upstreamCluster(options.upstream.host, options.upstream.port),
        ...options.origins.map((origin) => jwksCluster(origin, options.caFile)),
      ],
    },
  };
}

function connectionManager(config: PluginConfig, options: BootstrapOptions): object {
  return {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": `${types}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "jwt-policy",
      ...accessLog(options.accessLog),
      // Rules on paths see what Envoy made of them: these two are Istio's defaults, not Envoy's.
      normalize_path: true,
      path_with_escaped_slashes_action: "KEEP_UNCHANGED",
      use_remote_address: options.isGateway,
      // As in Istio: without it Envoy itself answers 403 to WebSockets.
      upgrade_configs: [{ upgrade_type: "websocket" }],
      http_filters: [
        ...(config.directRemoteAddress === undefined ? [] : [directAddressFilter]),
        ...peerNamesFilters(config),
        wasmFilter(config, options),
        {
          name: "envoy.filters.http.router",
          typed_config: { "@type": `${types}.filters.http.router.v3.Router` },
        },
      ],
      route_config: {
        virtual_hosts: [
          {
            name: "upstream",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }],
          },
        ],
      },
    },
  };
}

function accessLog(format: BootstrapOptions["accessLog"]): object {
  if (format === undefined) return {};
  const typed_config = {
    "@type": `${types}.access_loggers.stream.v3.StdoutAccessLog`,
    log_format: { json_format: format },
  };
  return { access_log: [{ name: "envoy.access_loggers.stdout", typed_config }] };
}

function wasmFilter(config: PluginConfig, options: BootstrapOptions): object {
  return {
    name: options.filterName,
    typed_config: {
      "@type": `${types}.filters.http.wasm.v3.Wasm`,
      config: {
        name: options.filterName,
        root_id: "jwt-policy",
        // A filter that cannot run must not let requests through.
        failure_policy: "FAIL_CLOSED",
        vm_config: {
          vm_id: "jwt-policy",
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: options.wasm } },
        },
        configuration: {
          "@type": "type.googleapis.com/google.protobuf.StringValue",
          value: jsonText(config),
        },
      },
    },
  };
}

function socketAddress({ host, port }: Address): object {
  return { socket_address: { address: host, port_value: port } };
}
