// Who is measured beside this filter, each configured as its own documentation has it.

import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { onePolicy, scale } from "../../differential/cases/scale.js";
import { keySetText } from "../../differential/keys/key-sets.js";
import { readNative } from "../../differential/native/native-filters.js";
import { defaultIssuer } from "../../differential/token.js";
import { nativeFilters, ourFilter, wasmFilter, type Variant } from "../listeners.js";
import { BARE } from "../measure.js";
import { AUDIENCE } from "../workloads.js";
import { peerSources, type BuiltPeers } from "./build-peers.js";

const types = "type.googleapis.com/envoy.extensions.filters.http";

export interface Peer extends Variant {
  /** Whether it judges requests; the others do nothing, and stand for what a way of being called costs. */
  readonly judges: boolean;
  /** What it is and how it is configured, for the table. */
  readonly facts: string;
  /** Clusters that its filters call. */
  readonly clusters?: readonly unknown[];
  /** Whether the process of OPA's is part of it. */
  readonly usesOpa?: true;
}

/** What peers outside Envoy know of tokens. */
export function peerConfiguration(): { readonly issuer: string; readonly jwks: { keys: JsonWebKey[] } } {
  return { issuer: defaultIssuer, jwks: JSON.parse(keySetText("main")) as { keys: JsonWebKey[] } };
}

/** The same as OPA wants it: the key set as a text, and the audience of all tokens. */
export function opaData(): object {
  const { issuer, jwks } = peerConfiguration();
  return { issuer, jwks: JSON.stringify(jwks), audience: AUDIENCE };
}

/** @param opaPort where OPA listens; undefined: it is left out @param hostCalls host-calls.as.ts, compiled: a path */
export async function makePeers(
  built: BuiltPeers,
  opaPort: number | undefined,
  hostCalls: string,
): Promise<Peer[]> {
  const native = (await readNative(scale)).get(onePolicy.name)!;
  const peers: Peer[] = [
    { name: BARE, judges: false, facts: "", filters: [] },
    {
      name: "native",
      judges: true,
      facts: "jwt_authn and rbac as Istio configures them",
      filters: nativeFilters(native, false),
    },
    {
      name: "native, token cache",
      judges: true,
      facts: "the same with `jwt_cache_config`, which Istio does not set",
      filters: nativeFilters(native, true),
    },
    {
      name: "jwt-policy",
      judges: true,
      facts: "this filter, defaults",
      filters: [ourFilter("jwt-policy", join(repositoryRoot, "build", "jwt-policy.wasm"), onePolicy, {})],
    },
    {
      name: "Lua",
      judges: true,
      facts: "Envoy's Lua filter; the host verifies the signature (`verifySignature`), nothing is remembered",
      filters: [{ name: "lua", typed_config: await luaFilter() }],
    },
  ];
  if ("path" in built.rust) {
    peers.push({
      name: "Rust, wasm",
      judges: true,
      facts: `proxy-wasm 0.2.5, jsonwebtoken 11.1.0 on RustCrypto, LTO; nothing is remembered; ${built.rust.by}`,
      filters: [wasmFilter("rust", built.rust.path, JSON.stringify(peerConfiguration()))],
    });
  }
  if ("path" in built.opa && opaPort !== undefined) {
    peers.push({
      name: "OPA, ext_authz",
      judges: true,
      facts: `OPA 1.22.4 as a library in a gRPC server of its own, one prepared query, its cache for io.jwt on; CPU of both processes; ${built.opa.by}`,
      filters: [{ name: "ext_authz", typed_config: externalAuthorization }],
      clusters: [opaCluster(opaPort)],
      usesOpa: true,
    });
  }
  peers.push({
    name: "wasm that does nothing",
    judges: false,
    facts: "a filter with the callbacks of ours",
    filters: [wasmFilter("nothing", hostCalls, "-")],
  });
  if ("path" in built.dynamicModules) {
    peers.push({
      name: "dynamic module that does nothing",
      judges: false,
      facts: `a shared object in C in Envoy's own process; ${built.dynamicModules.by}`,
      filters: [{ name: "dynamic", typed_config: dynamicModule }],
    });
  }
  return peers;
}

/** Its policy with the key and the issuer filled in. */
async function luaFilter(): Promise<unknown> {
  const source = await readFile(join(peerSources, "jwt.lua"), "utf8");
  const [jwk] = peerConfiguration().jwks.keys;
  const key = createPublicKey({ key: jwk!, format: "jwk" }).export({ type: "spki", format: "der" });
  const code = source
    .replace('"PUBLIC_KEY"', `"${key.toString("hex")}"`)
    .replace('"ISSUER"', `"${defaultIssuer}"`);
  return { "@type": `${types}.lua.v3.Lua`, default_source_code: { inline_string: code } };
}

const externalAuthorization = {
  "@type": `${types}.ext_authz.v3.ExtAuthz`,
  transport_api_version: "V3",
  grpc_service: { envoy_grpc: { cluster_name: "opa" }, timeout: "5s" },
};

function opaCluster(port: number): unknown {
  const endpoint = { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
  return {
    name: "opa",
    type: "STATIC",
    load_assignment: { cluster_name: "opa", endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

const dynamicModule = {
  "@type": `${types}.dynamic_modules.v3.DynamicModuleFilter`,
  dynamic_module_config: { name: "nothing" },
  filter_name: "nothing",
};
