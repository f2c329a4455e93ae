/** An answer that the filter gives itself instead of the upstream. */
import { HeaderMap } from "./header-map.js";
import type { Pair } from "../abi/pairs.js";

export interface LocalResponse {
  readonly status: number;
  /** Response code details: what %RESPONSE_CODE_DETAILS% prints. White space has become "_". */
  readonly details: string;
  readonly body: Uint8Array;
  /** Header fields that the filter asked for, names in lower case. */
  readonly additionalHeaders: readonly Pair[];
  /** Set if the filter named a gRPC status (0 to 16). */
  readonly grpcStatus?: number;
}

/** Highest gRPC status that exists; others, such as the -1 of the SDKs, mean "none" (envoy context.cc, sendLocalResponse). */
const GRPC_STATUS_MAX = 16;

/** Builds a local response from what proxy_send_local_response was given. */
export function localResponse(
  status: number,
  details: string,
  body: Uint8Array,
  headers: readonly Pair[],
  grpcStatus: number,
): LocalResponse {
  return {
    status,
    details: details.replace(/[ \t\n\v\f\r]/g, "_"),
    body,
    additionalHeaders: headers.map(([name, value]) => [name.toLowerCase(), value] as const),
    ...(grpcStatus >= 0 && grpcStatus <= GRPC_STATUS_MAX ? { grpcStatus } : {}),
  };
}

/** The answer of a plugin whose VM has trapped, under FAIL_CLOSED. */
export const failedVmResponse: LocalResponse = {
  status: 503,
  details: "wasm_fail_stream",
  body: new Uint8Array(0),
  additionalHeaders: [],
};

/**
 * The response header fields that Envoy makes of a local response before they pass the filters: :status, the additional ones,
 * and content-length and content-type iff there is a body. Source: envoy source/common/http/utility.cc, prepareLocalReply.
 */
export function localResponseHeaders(response: LocalResponse): HeaderMap {
  const headers = HeaderMap.response([[":status", String(response.status)], ...response.additionalHeaders]);
  if (response.body.length > 0) {
    headers.set("content-length", String(response.body.length));
    if (headers.get("content-type") === undefined) headers.set("content-type", "text/plain");
  } else {
    headers.remove("content-length");
    headers.remove("content-type");
  }
  return headers;
}
