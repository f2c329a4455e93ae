/** HTTP calls that the host makes for the filter. */
import { Span, spanAddress, spanLength } from "../../memory/span";
import { outNumber } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_http_call")
declare function proxy_http_call(
  cluster: usize,
  clusterLength: usize,
  headers: usize,
  headersLength: usize,
  body: usize,
  bodyLength: usize,
  trailers: usize,
  trailersLength: usize,
  timeout: u32,
  call: usize,
): u32;

/** After `dispatchHttpCall` answered Ok: the id that `onHttpCallResponse` will name. */
export let dispatchedCall: u32 = 0;

/**
 * Starts a call without a body.
 * @param cluster name of an Envoy cluster; an unknown one gives BadArgument
 * @param headers serialised pairs with at least `:method`, `:path` and `:authority`
 * @param timeout in milliseconds
 */
export function dispatchHttpCall(cluster: Span, headers: Span, timeout: u32): Result {
  const result: Result = proxy_http_call(
    spanAddress(cluster),
    <usize>spanLength(cluster),
    spanAddress(headers),
    <usize>spanLength(headers),
    0,
    0,
    0,
    0,
    timeout,
    outNumber,
  );
  if (result == Result.Ok) dispatchedCall = load<u32>(outNumber);
  return result;
}
