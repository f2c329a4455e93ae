// An Envoy with one listener that answers every request itself, and tells in response headers what filters would see of it.

const address = { socket_address: { address: "127.0.0.1", port_value: 0 } };
const typed = (type: string, fields: object = {}) => ({
  "@type": `type.googleapis.com/envoy.extensions.filters.${type}`,
  ...fields,
});

/**
 * The bootstrap, JSON.
 * @param name of the listener
 * @param manager fields of its connection manager
 * @param told response header -> what it says, in the format of access logs
 */
export function tellingListener(
  name: string,
  manager: object,
  told: Readonly<Record<string, string>>,
): string {
  const route = {
    virtual_hosts: [
      {
        name: "all",
        domains: ["*"],
        response_headers_to_add: Object.entries(told).map(([key, value]) => ({ header: { key, value } })),
        routes: [{ match: { prefix: "" }, direct_response: { status: 200 } }],
      },
    ],
  };
  const connectionManager = typed("network.http_connection_manager.v3.HttpConnectionManager", {
    stat_prefix: "http",
    ...manager,
    route_config: route,
    http_filters: [{ name: "router", typed_config: typed("http.router.v3.Router") }],
  });
  const filterChain = { filters: [{ name: "http", typed_config: connectionManager }] };
  return JSON.stringify({
    admin: { address },
    static_resources: { listeners: [{ name, address, filter_chains: [filterChain] }] },
  });
}
