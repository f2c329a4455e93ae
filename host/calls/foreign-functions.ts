/** Functions that a host offers by name beside the ABI (proxy_call_foreign_function). */
import { WasmResult } from "../abi/wasm-result.js";

/** What a foreign function answers: a status, and bytes for the guest (they are handed over whatever the status is). */
export interface ForeignResult {
  readonly status: WasmResult;
  readonly result?: Uint8Array;
}

/** What a foreign function may know of its caller. */
export interface ForeignCaller {
  /** Called by `clear_route_cache`: the route is to be chosen anew. */
  clearRouteCache(): void;
}

export type ForeignFunction = (argument: Uint8Array, caller: ForeignCaller) => ForeignResult;

/** By name; a name that is missing answers NotFound to the guest. */
export type ForeignFunctions = ReadonlyMap<string, ForeignFunction>;

/** Envoy >= 1.33: the route is chosen again after header fields have changed. */
export const clearRouteCache: ForeignFunction = (_argument, caller) => {
  caller.clearRouteCache();
  return { status: WasmResult.Ok };
};
