// A port whose protocol Istio has not been told: its listener looks at the first bytes of a connection (http_inspector), and what does not look
// like HTTP has a chain without HTTP filters. An upstream may still take it for HTTP.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { connectionManager, setupFor, trustingInline, type EnvoyBootstrap } from "../stage/harness.js";

const denyAll = {
  authorizationPolicies: [{ name: "deny", namespace: "foo", action: "DENY", rules: [{}] }],
};

/** As istiod writes it (listener_inbound.go, buildInboundNetworkFilters; plaintextHTTPALPNs). */
function detecting(config: EnvoyBootstrap): void {
  for (const listener of config.static_resources.listeners) {
    const [http] = listener.filter_chains;
    const { route_config: routes } = connectionManager(listener) as unknown as {
      route_config: { virtual_hosts: { routes: { route?: { cluster: string } }[] }[] };
    };
    const cluster = routes.virtual_hosts[0]!.routes.findLast(({ route }) => route !== undefined)!.route!
      .cluster;
    Object.assign(http, {
      filter_chain_match: { application_protocols: ["http/1.0", "http/1.1", "h2c"] },
    });
    Object.assign(listener, {
      listener_filters: [
        {
          name: "envoy.filters.listener.http_inspector",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
          },
        },
      ],
      default_filter_chain: {
        filters: [
          {
            name: "envoy.filters.network.tcp_proxy",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
              stat_prefix: "tcp",
              cluster,
            },
          },
        ],
      },
    });
  }
}

/** The first line that comes back. */
function statusLine(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer to ${JSON.stringify(bytes)}`)));
    socket.on("data", (part) => {
      text += part.toString("latin1");
      if (text.includes("\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text.split("\r\n")[0]!));
  });
}

describe("a port whose protocol is detected, where everything is denied", () => {
  const setup = setupFor({
    listeners: (issuer) => ({ detected: trustingInline(issuer, {}, denyAll) }),
    edit: detecting,
  });
  const request = "GET /headers HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

  it("denies what looks like HTTP", async () => {
    const { envoy } = await setup();
    assert.match(await statusLine(envoy.port("detected"), request), /^HTTP\/1\.1 403 /);
  });

  for (const ahead of ["\r\n", "\n"]) {
    it(`does not see a request behind ${JSON.stringify(ahead)}, which an upstream answers`, async () => {
      const { envoy } = await setup();
      assert.match(await statusLine(envoy.port("detected"), ahead + request), /^HTTP\/1\.1 200 /);
    });
  }
});
