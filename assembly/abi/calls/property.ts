/** Properties (attributes) of the stream, and filter state that the filter sets. */
import { NO_SPAN, Span, spanAddress, spanLength } from "../../memory/span";
import { clearOut, outAddress, outLength, takeOut } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_get_property")
declare function proxy_get_property(path: usize, pathLength: usize, address: usize, size: usize): u32;

// @ts-ignore: decorator
@external("env", "proxy_set_property")
declare function proxy_set_property(path: usize, pathLength: usize, value: usize, valueLength: usize): u32;

/** The property at `path`, whose segments are separated by zero bytes; NO_SPAN if there is none. */
export function property(path: Span): Span {
  clearOut();
  const result: Result = proxy_get_property(
    spanAddress(path),
    <usize>spanLength(path),
    outAddress,
    outLength,
  );
  return result == Result.Ok ? takeOut() : NO_SPAN;
}

/** Sets filter state `wasm.<path>`, which access logs read as `%FILTER_STATE(wasm.<path>:PLAIN)%`. */
export function setProperty(path: Span, value: Span): Result {
  return proxy_set_property(
    spanAddress(path),
    <usize>spanLength(path),
    spanAddress(value),
    <usize>spanLength(value),
  );
}
