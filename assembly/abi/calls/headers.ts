/** Header maps of the host. Names are given in lower case. */
import { NO_SPAN, Span, spanAddress, spanLength } from "../../memory/span";
import { clearOut, outAddress, outLength, takeOut } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_pairs")
declare function proxy_get_header_map_pairs(map: u32, address: usize, size: usize): u32;

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_value")
declare function proxy_get_header_map_value(
  map: u32,
  name: usize,
  nameLength: usize,
  address: usize,
  size: usize,
): u32;

// @ts-ignore: decorator
@external("env", "proxy_add_header_map_value")
declare function proxy_add_header_map_value(
  map: u32,
  name: usize,
  nameLength: usize,
  value: usize,
  valueLength: usize,
): u32;

// @ts-ignore: decorator
@external("env", "proxy_replace_header_map_value")
declare function proxy_replace_header_map_value(
  map: u32,
  name: usize,
  nameLength: usize,
  value: usize,
  valueLength: usize,
): u32;

// @ts-ignore: decorator
@external("env", "proxy_remove_header_map_value")
declare function proxy_remove_header_map_value(map: u32, name: usize, nameLength: usize): u32;

export const enum HeaderMap {
  RequestHeaders = 0,
  HttpCallResponseHeaders = 6,
}

/** All headers, serialised as `readHeaderList` reads them; NO_SPAN if the host has no such map at this moment. */
export function headerPairs(map: HeaderMap): Span {
  clearOut();
  return proxy_get_header_map_pairs(map, outAddress, outLength) == Result.Ok ? takeOut() : NO_SPAN;
}

/** One header's value, of several lines the first (Envoy context.cc, getHeaderMapValue); NO_SPAN if it is missing, an empty span if it is empty. */
export function headerValue(map: HeaderMap, name: Span): Span {
  clearOut();
  const result: Result = proxy_get_header_map_value(
    map,
    spanAddress(name),
    <usize>spanLength(name),
    outAddress,
    outLength,
  );
  return result == Result.Ok ? takeOut() : NO_SPAN;
}

export function addHeader(map: HeaderMap, name: Span, value: Span): Result {
  return proxy_add_header_map_value(
    map,
    spanAddress(name),
    <usize>spanLength(name),
    spanAddress(value),
    <usize>spanLength(value),
  );
}

export function replaceHeader(map: HeaderMap, name: Span, value: Span): Result {
  return proxy_replace_header_map_value(
    map,
    spanAddress(name),
    <usize>spanLength(name),
    spanAddress(value),
    <usize>spanLength(value),
  );
}

/** Removes all values of a header. */
export function removeHeader(map: HeaderMap, name: Span): Result {
  return proxy_remove_header_map_value(map, spanAddress(name), <usize>spanLength(name));
}
