// Envoy's configuration for the differential test: for each policy two listeners alike but for the filters that decide,
// with an HTTP connection manager as Istio's sidecar has it (reference: pilot/pkg/networking/core/listener_builder.go).
import { peerNamesFilters } from "../../../policies/render/envoy/peer-names-filter.js";
import { serverCertificate } from "../certificates/certificates.js";
import { withKeySets } from "../keys/key-sets.js";
import type { JsonObject, Policy } from "../policy.js";
import { attributeHeaders } from "./attributes.js";

export type Side = "native" | "ours";

/** What an instance of Envoy needs to know of its surroundings. */
export interface Surroundings {
  readonly upstreamPort: number;
  /** Envoy cluster name -> port on 127.0.0.1. */
  readonly clusters: ReadonlyMap<string, number>;
  /** The built filter; absent when no listener of ours is wanted. */
  readonly wasm?: string;
  /** What our configurations say besides their policies, where they do not say it themselves. */
  readonly settings?: JsonObject;
  /** Responses tell the attributes of their requests; see attributes.ts. */
  readonly attributes?: boolean;
}

/** Response-code details of a local reply travel in this response header, removed before answers are compared. */
export const detailsHeader = "x-response-code-details";

const types = "type.googleapis.com/envoy.extensions";

function cluster(name: string, port: number) {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  return {
    name,
    connect_timeout: "2s",
    type: "STATIC",
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    circuit_breakers: {
      thresholds: [{ max_connections: 1000, max_pending_requests: 10000, max_requests: 10000 }],
    },
  };
}

/** The bootstrap: listeners come from a file, so that one bad policy costs its own listener only. */
export function bootstrap(around: Surroundings, listenersFile: string): unknown {
  return {
    node: { id: "differential", cluster: "differential" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    // Istio's runtime flags: pkg/bootstrap/config.go, extractRuntimeFlags.
    layered_runtime: {
      layers: [
        {
          name: "istio",
          static_layer: {
            "re2.max_program_size.error_level": "32768",
            "envoy.reloadable_features.http_reject_path_with_fragment": false,
          },
        },
      ],
    },
    dynamic_resources: {
      lds_config: { path_config_source: { path: listenersFile }, resource_api_version: "V3" },
    },
    static_resources: {
      clusters: [
        cluster("upstream", around.upstreamPort),
        ...[...around.clusters].map(([name, port]) => cluster(name, port)),
      ],
    },
  };
}

/** The listeners file for a list of policies. native maps a policy's name to Istio's filters for it. */
export function listeners(
  policies: readonly Policy[],
  native: ReadonlyMap<string, readonly unknown[]>,
  around: Surroundings,
  sides: readonly Side[],
): unknown {
  const resources = policies.flatMap((policy) =>
    sides.map((side) => ({
      "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
      ...listener(listenerName(side, policy), policy, around, [
        ...(policy.ahead ?? []),
        ...(side === "native"
          ? (withKeySets(native.get(policy.name) ?? []) as unknown[])
          : ourFilters(policy, around)),
        { name: "router", typed_config: { "@type": `${types}.filters.http.router.v3.Router` } },
      ]),
    })),
  );
  return { version_info: "1", resources };
}

/** The name of one side's listener for a policy. */
export function listenerName(side: Side, policy: Policy): string {
  return `${side}/${policy.name}`;
}

function listener(name: string, policy: Policy, around: Surroundings, httpFilters: readonly unknown[]) {
  return {
    name,
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    listener_filters: [
      {
        name: "proxy_protocol",
        typed_config: {
          "@type": `${types}.filters.listener.proxy_protocol.v3.ProxyProtocol`,
          allow_requests_without_proxy_protocol: true,
        },
      },
      ...(policy.tls === true
        ? [
            {
              name: "tls_inspector",
              typed_config: { "@type": `${types}.filters.listener.tls_inspector.v3.TlsInspector` },
            },
          ]
        : []),
    ],
    filter_chains: [
      {
        filters: [{ name: "http", typed_config: connectionManager(httpFilters, around.attributes === true) }],
        ...(policy.tls === true ? { transport_socket: transportSocket() } : {}),
      },
    ],
  };
}

function connectionManager(httpFilters: readonly unknown[], attributes: boolean) {
  return {
    "@type": `${types}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "differential",
    generate_request_id: false,
    normalize_path: true,
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    use_remote_address: false,
    stream_idle_timeout: "0s",
    max_request_headers_kb: 96,
    http_filters: httpFilters,
    route_config: {
      ...(attributes ? { response_headers_to_add: attributeHeaders } : {}),
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, route: { cluster: "upstream", timeout: "0s" } }],
        },
      ],
    },
    local_reply_config: {
      mappers: [
        {
          filter: {
            status_code_filter: {
              comparison: { op: "GE", value: { default_value: 0, runtime_key: "unused" } },
            },
          },
          headers_to_add: [
            {
              header: { key: detailsHeader, value: "%RESPONSE_CODE_DETAILS%" },
              append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
            },
          ],
        },
      ],
    },
  };
}

function transportSocket() {
  const { certificate, privateKey, authority } = serverCertificate();
  return {
    name: "tls",
    typed_config: {
      "@type": `${types}.transport_sockets.tls.v3.DownstreamTlsContext`,
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
        ],
        validation_context: { trusted_ca: { inline_string: authority } },
      },
    },
  };
}

function ourFilters(policy: Policy, around: Surroundings): unknown[] {
  const filters: unknown[] = [];
  if (policy.config.directRemoteAddress !== undefined) {
    filters.push({
      name: "direct_remote_address",
      typed_config: {
        "@type": `${types}.filters.http.set_filter_state.v3.Config`,
        on_request_headers: [
          {
            object_key: policy.config.directRemoteAddress,
            factory_key: "envoy.string",
            format_string: {
              text_format_source: { inline_string: "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%" },
            },
          },
        ],
      },
    });
  }
  filters.push(...peerNamesFilters(policy.config));
  filters.push({
    name: "jwt-policy",
    typed_config: {
      "@type": `${types}.filters.http.wasm.v3.Wasm`,
      config: {
        name: `jwt-policy.${policy.name}`,
        root_id: "jwt-policy",
        failure_policy: "FAIL_CLOSED",
        vm_config: {
          vm_id: "jwt-policy",
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: around.wasm } },
        },
        configuration: {
          "@type": "type.googleapis.com/google.protobuf.StringValue",
          value: JSON.stringify(
            withKeySets({
              ...around.settings,
              ...policy.config,
            }),
          ),
        },
      },
    },
  });
  return filters;
}
