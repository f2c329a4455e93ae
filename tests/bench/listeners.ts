// The listeners that are measured side by side in one Envoy: the same connection manager and answer, other filters in between.

import { withKeySets } from "../differential/keys/key-sets.js";
import type { NativeFilters } from "../differential/native/native-filters.js";
import type { JsonObject, Policy } from "../differential/policy.js";

/** What stands between client and answer. */
export interface Variant {
  readonly name: string;
  /** HTTP filters, without the router. */
  readonly filters: readonly unknown[];
}

/** Envoy's configuration with one listener per variant, each on a port of the kernel's choice. @param clusters that their filters call */
export function bootstrap(variants: readonly Variant[], clusters: readonly unknown[] = []): string {
  const listeners = variants.map(({ name, filters }) => ({
    name,
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager(filters) }] }],
  }));
  return JSON.stringify({
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: { listeners, clusters },
  });
}

const types = "type.googleapis.com/envoy.extensions.filters";

/** As Istio's sidecar has it. The answer comes from Envoy itself: what an upstream costs is not to be measured. */
function connectionManager(filters: readonly unknown[]) {
  return {
    "@type": `${types}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "bench",
    generate_request_id: false,
    normalize_path: true,
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    use_remote_address: false,
    // As many lines as any workload sends; Envoy's own limit is 100.
    common_http_protocol_options: { max_headers_count: 2000 },
    http_filters: [
      ...filters,
      { name: "router", typed_config: { "@type": `${types}.http.router.v3.Router` } },
    ],
    route_config: {
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
        },
      ],
    },
  };
}

/** jwt_authn and rbac as real Istio configures them for a policy (the referee's answer). @param cache with jwt_cache_config, which Istio does not set */
export function nativeFilters(answer: NativeFilters, cache: boolean): unknown[] {
  const filters = withKeySets(answer.httpFilters) as { name: string; typed_config: JwtAuthentication }[];
  if (!cache) return filters;
  for (const { name, typed_config } of filters) {
    if (name !== "envoy.filters.http.jwt_authn") continue;
    for (const provider of Object.values(typed_config.providers)) provider["jwt_cache_config"] = {};
  }
  return filters;
}

interface JwtAuthentication {
  providers: Record<string, Record<string, unknown>>;
}

/** This filter for a policy, in a VM of its own. @param wasm path of the module */
export function ourFilter(name: string, wasm: string, policy: Policy, settings: JsonObject): unknown {
  return wasmFilter(name, wasm, JSON.stringify(withKeySets({ ...policy.config, ...settings })));
}

/** A wasm filter in a VM of its own. */
export function wasmFilter(name: string, wasm: string, configuration: string): unknown {
  return {
    name,
    typed_config: {
      "@type": `${types}.http.wasm.v3.Wasm`,
      config: {
        name,
        root_id: "jwt-policy",
        vm_config: { vm_id: name, runtime: "envoy.wasm.runtime.v8", code: { local: { filename: wasm } } },
        configuration: { "@type": "type.googleapis.com/google.protobuf.StringValue", value: configuration },
      },
    },
  };
}
