/** The stream (request) that a callback acts on. */
import { Span, spanAddress, spanLength } from "../../memory/span";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_set_effective_context")
declare function proxy_set_effective_context(context: u32): u32;

// @ts-ignore: decorator
@external("env", "proxy_continue_stream")
declare function proxy_continue_stream(stream: u32): u32;

// @ts-ignore: decorator
@external("env", "proxy_send_local_response")
declare function proxy_send_local_response(
  code: u32,
  details: usize,
  detailsLength: usize,
  body: usize,
  bodyLength: usize,
  headers: usize,
  headersLength: usize,
  grpcStatus: u32,
): u32;

/** "This is no gRPC status": Envoy derives one from the HTTP code when the request is gRPC. */
const NO_GRPC_STATUS: u32 = 0xffffffff;

/** What `onRequestHeaders` answers. */
export const enum HeadersStatus {
  Continue = 0,
  /** Envoy turns it into StopAllIterationAndWatermark: the request is parked until `continueRequest` or a local response. */
  StopIteration = 1,
}

/**
 * Makes the following host calls act on another context. Anything but Ok means that it is gone (measured on 1.40.0: 2 for a client that
 * has left), and then nothing of it may be touched.
 */
export function setEffectiveContext(context: u32): Result {
  return proxy_set_effective_context(context);
}

/** Lets the parked request of the effective context go on. */
export function continueRequest(): Result {
  return proxy_continue_stream(0);
}

/**
 * Answers the request of the effective context.
 * @param details response-code details; spaces become `_` in Envoy
 * @param headers serialised pairs, as `serializeHeader` makes them, or an empty span
 */
export function sendLocalResponse(code: u32, details: Span, body: Span, headers: Span): Result {
  return proxy_send_local_response(
    code,
    spanAddress(details),
    <usize>spanLength(details),
    spanAddress(body),
    <usize>spanLength(body),
    spanAddress(headers),
    <usize>spanLength(headers),
    NO_GRPC_STATUS,
  );
}
