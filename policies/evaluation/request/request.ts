// A request as the filter is shown it: header fields, and the attributes that Envoy gives as properties.

import { bytesToByteString, HeaderMap, textToByteString, type PropertyTree } from "../../../host/index.js";
import type { JsonObject } from "../../resources/tree.js";
import { metadataMessage } from "./dynamic-metadata.js";

/** A text goes out as UTF-8, bytes as they are. */
export type FieldText = string | Uint8Array;

/** What no value of a header field may have (RFC 9110 §5.5). Of a client Envoy refuses it; to an upstream its router sends none. */
export const unsendable = /[\u0000-\u0008\u000a-\u001f\u007f]/;

export type HeaderLine = readonly [name: FieldText, value: FieldText];

/** What a filter can see of a request. What is left out is not there: no rule on it matches. */
export interface Request {
  readonly method: string;
  /** With query; as Envoy hands it to its filters: `normalizedPath` makes that of what a client sends. */
  readonly path: FieldText;
  readonly authority: FieldText;
  /** Default: http. */
  readonly scheme?: string | undefined;
  /** In the order of the wire, repeats included. */
  readonly headers?: readonly HeaderLine[] | undefined;
  /** Address of the TCP peer, which `ipBlocks` means; without port. */
  readonly peer?: string | undefined;
  /** The client's address as Envoy sees it behind X-Forwarded-For and PROXY protocol: `remoteIpBlocks`. Default: `peer`. */
  readonly remote?: string | undefined;
  readonly destination?:
    { readonly address?: string | undefined; readonly port?: number | undefined } | undefined;
  /** The server name that the client asked for in TLS. */
  readonly serverName?: string | undefined;
  /** Of the client certificate: what a wasm filter is shown of it. Further names are in `filterState`, as Envoy prints them. */
  readonly certificate?:
    | {
        /** The first one, as the next. */
        readonly uriSan?: string | undefined;
        readonly dnsSan?: string | undefined;
        readonly subject?: string | undefined;
        /** SHA-256 of its DER, in hexadecimal and lower case. */
        readonly sha256?: string | undefined;
      }
    | undefined;
  /** Dynamic metadata: filter -> its members. */
  readonly metadata?: Readonly<Record<string, JsonObject>> | undefined;
  /** Filter state that filters ahead have left, by key. */
  readonly filterState?: Readonly<Record<string, string>> | undefined;
}

/** The request's header fields as Envoy keeps them. */
export function headerMap(request: Request): HeaderMap {
  const bytes = (value: FieldText) =>
    typeof value === "string" ? textToByteString(value) : bytesToByteString(value);
  return HeaderMap.request([
    [":authority", bytes(request.authority)],
    [":path", bytes(request.path)],
    [":method", bytes(request.method)],
    [":scheme", request.scheme ?? "http"],
    ...(request.headers ?? []).map(([name, value]) => [bytes(name), bytes(value)] as const),
  ]);
}

/** The keys of filter state that a configuration names for set_filter_state filters ahead to fill. */
export type StateKeys = Readonly<
  Partial<Record<"directRemoteAddress" | "peerUriSans" | "peerDnsSans" | "peerCertificate", string>>
>;

/** The keys in a configuration. */
export function stateKeys(configuration: JsonObject): StateKeys {
  const names = ["directRemoteAddress", "peerUriSans", "peerDnsSans", "peerCertificate"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof configuration[name] === "string" ? [[name, configuration[name]]] : [])),
  );
}

/** What the filters ahead leave: the address of the TCP peer, and the names of its certificate, of which a request has one of each kind. */
function filledState({ peer, certificate }: Request, keys: StateKeys): Record<string, string> {
  const values: [string | undefined, string | undefined][] = [
    [keys.directRemoteAddress, peer],
    // As Envoy prints what is not there.
    [keys.peerUriSans, certificate?.uriSan ?? "-"],
    [keys.peerDnsSans, certificate?.dnsSan ?? "-"],
  ];
  return Object.fromEntries(
    values.filter((one): one is [string, string] => one.every((text) => text !== undefined && text !== "")),
  );
}

/**
 * The request's properties.
 * @param keys those that the filters ahead fill; what the request itself has under such a key stays
 */
export function properties(request: Request, keys: StateKeys): PropertyTree {
  const { peer, remote = peer, destination, certificate, metadata } = request;
  const state = { ...filledState(request, keys), ...request.filterState };
  return {
    source: { address: remote },
    destination: { address: destination?.address, port: destination?.port },
    connection: {
      requested_server_name: request.serverName,
      uri_san_peer_certificate: certificate?.uriSan,
      dns_san_peer_certificate: certificate?.dnsSan,
      subject_peer_certificate: certificate?.subject,
      sha256_peer_certificate_digest: certificate?.sha256,
    },
    metadata: metadata === undefined ? undefined : metadataMessage(metadata),
    filter_state: state,
  };
}
