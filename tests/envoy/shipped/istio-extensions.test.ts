// What real Istio makes of the WasmPlugins and TrafficExtensions of this project (extensions/): it objects to nothing, puts the filter
// where requests come in, and the configuration that its proxies would get runs in a real Envoy.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { wasmPath } from "../../../cli/files/package-files.js";
import { directAddressFilter } from "../../../policies/render/kubernetes/direct-address-filter.js";
import { extensionCases } from "../extensions/cases.js";
import { recordedExtensions, type RecordedExtension } from "../extensions/recorded-extensions.js";
import { connectionManager, goodToken, setupFor, type EnvoyBootstrap } from "../stage/harness.js";

/** Parts of a configured filter as istiod sends it. */
interface WasmFilter {
  readonly "@type": string;
  readonly config: {
    readonly name: string;
    readonly root_id: string;
    readonly failure_policy: string;
    readonly vm_config: {
      readonly code: {
        readonly remote: { readonly http_uri: { readonly uri: string }; readonly sha256?: string };
      };
    };
    readonly configuration: { readonly value: string };
  };
}

interface TlsSocket {
  readonly typed_config: {
    readonly sni?: string;
    readonly common_tls_context: {
      readonly combined_validation_context: { readonly default_validation_context: object };
    };
  };
}

interface TlsCluster {
  readonly name: string;
  readonly transport_socket?: TlsSocket;
  /** In the place of it where endpoints may be in the ambient mesh: `hbone` for these, `user` for the others. */
  readonly transport_socket_matches?: readonly {
    readonly name: string;
    readonly transport_socket: TlsSocket;
  }[];
}

const issuerOrigin = "https://idp.example.com";

function filterOf({ extension }: RecordedExtension): WasmFilter {
  assert.equal(extension.configs?.length, 1);
  return extension.configs[0]!.typed_config as WasmFilter;
}

/** Whether an EnvoyFilter puts a filter ahead of ours that leaves the peer's address. */
function needsPeer({ resources }: RecordedExtension): boolean {
  return resources.includes(directAddressFilter.name);
}

let recorded: Readonly<Record<string, RecordedExtension>>;
before(async () => {
  recorded = await recordedExtensions();
});

for (const { name, resources, workload } of extensionCases) {
  describe(name, () => {
    const isGateway = workload.type === "gateway" || workload.type === "waypoint";
    const answer = () => recorded[name]!;

    it("is what Istio has been asked about", async () => {
      assert.equal(recorded[name]?.resources, await resources(), "run npm run referee");
    });

    it("has nothing in it that Istio objects to", () => {
      const remarks = answer().findings.filter(({ schema, webhook }) => !schema && !webhook);
      assert.deepEqual(answer().findings, remarks);
      // Istio says it of every EnvoyFilter.
      for (const { warning } of remarks) assert.match(warning ?? "", /^EnvoyFilter exposes internal/);
    });

    it("stands in the chains of incoming requests, ahead of Istio's own filters, and in no other", () => {
      const { inbound, outbound } = answer().extension;
      const plugin = answer().extension.configs![0]!.name;
      // A waypoint's first chain ends the tunnel that requests come in by.
      const within = outbound.filter((chain) => !chain.includes("connect_authority"));
      const [incoming, others] = isGateway ? [within, inbound] : [inbound, outbound];
      assert.ok(incoming.length > 0);
      for (const chain of incoming) {
        assert.ok(chain.includes(plugin), chain.join());
        assert.ok(chain.indexOf(plugin) < chain.indexOf("envoy.filters.http.cors"), chain.join());
        if (needsPeer(answer())) {
          assert.ok(chain.slice(0, chain.indexOf(plugin)).includes(directAddressFilter.name), chain.join());
        }
      }
      for (const chain of others) assert.ok(!chain.includes(plugin), chain.join());
    });

    it("fails closed, and fetches what the resource says", () => {
      const { config } = filterOf(answer());
      const { remote } = config.vm_config.code;
      assert.equal(config.failure_policy, "FAIL_CLOSED");
      assert.equal(config.root_id, "jwt-policy");
      assert.match(remote.http_uri.uri, /^oci:\/\/registry\.example\.com\/jwt-policy:v/);
      assert.equal(remote.sha256, /sha256: "?(0{64})/.exec(answer().resources)?.[1]);
    });

    it("calls a cluster that Istio makes, over TLS, with the issuer's name checked", () => {
      const { clusters } = JSON.parse(filterOf(answer()).config.configuration.value) as {
        clusters: Record<string, string>;
      };
      const called = clusters[issuerOrigin];
      const cluster = (answer().extension.clusters as readonly TlsCluster[]).find(
        (one) => one.name === called,
      );
      const outside = cluster?.transport_socket_matches?.find((one) => one.name === "user");
      const tls = (outside?.transport_socket ?? cluster?.transport_socket)?.typed_config;
      assert.equal(tls?.sni, "idp.example.com");
      assert.deepEqual(tls.common_tls_context.combined_validation_context.default_validation_context, {
        match_subject_alt_names: [{ exact: "idp.example.com" }],
      });
    });
  });
}

describe("the filters as Istio hands them to Envoy", () => {
  const setup = setupFor({
    listeners: () => Object.fromEntries(extensionCases.map(({ name }) => [name, {}])),
    edit: edited,
  });

  async function edited(config: EnvoyBootstrap): Promise<void> {
    const all = await recordedExtensions();
    for (const listener of config.static_resources.listeners) {
      const filter = structuredClone(filterOf(all[listener.name]!));
      // What Istio's agent does once it has fetched the module.
      Object.assign(filter.config.vm_config, { code: { local: { filename: wasmPath } } });
      const manager = connectionManager(listener);
      const [, ...others] = manager.http_filters;
      const ahead = needsPeer(all[listener.name]!) ? [directAddressFilter] : [];
      Object.assign(manager, {
        http_filters: [...ahead, { name: filter.config.name, typed_config: filter }, ...others],
      });
    }
    // The issuer in Istio's place: plain HTTP on this machine.
    const idp = config.static_resources.clusters[1] as { name: string };
    config.static_resources.clusters.push({
      ...idp,
      name: `outbound|443|jwks|${new URL(issuerOrigin).host}`,
    });
  }

  for (const { name } of extensionCases) {
    it(name, async () => {
      const { issuer, send } = await setup();
      const token = await goodToken(issuer, { iss: `${issuerOrigin}/`, scope: "write:database" });
      assert.equal((await send(name, { token })).status, 200);
      assert.equal((await send(name, { token, path: "/get" })).status, 403);
      assert.equal((await send(name)).status, 403);
      const forged = `${token.slice(0, -8)}AAAAAAAA`;
      assert.equal((await send(name, { token: forged })).status, 401);
    });
  }
});
