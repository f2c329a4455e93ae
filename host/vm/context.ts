/**
 * What a host function acts on: the root context of a plugin, the context of one stream, or the VM's own. Source:
 * proxy-wasm-cpp-host include/proxy-wasm/context_interface.h.
 */
import type { BufferType, MapType, StreamType } from "../abi/abi-enums.js";
import type { HeaderMap } from "../messages/header-map.js";
import type { HostBuffer } from "../messages/host-buffer.js";
import type { LocalResponse } from "../messages/local-response.js";
import type { HttpCallRequest } from "../calls/http-calls.js";
import type { WasmResult } from "../abi/wasm-result.js";

export interface Context {
  readonly id: number;
  /** The plugin whose root context this is or that the stream belongs to; undefined for the VM's own context. */
  readonly plugin: RootContext | undefined;
  /** What a reader of one value gets while the map is not to be had. */
  readonly missingMapResult: WasmResult;
  /** The map for reading, undefined while it is not to be had. */
  readableMap(type: MapType): HeaderMap | undefined;
  /** The map for changing, undefined while it is not to be had. */
  writableMap(type: MapType): HeaderMap | undefined;
  /** A buffer, undefined if it is not to be had. */
  buffer(type: BufferType): HostBuffer | undefined;
  /** The serialised property at `parts` (byte strings), or why there is none. */
  property(parts: readonly string[]): Uint8Array | WasmResult;
  /** Sets filter state `wasm.<path>`; `path` is a byte string. */
  setProperty(path: string, value: Uint8Array): WasmResult;
  continueStream(type: StreamType): WasmResult;
  closeStream(type: StreamType): WasmResult;
  sendLocalResponse(response: LocalResponse): void;
  clearRouteCache(): void;
}

/** A plugin's root context: what ticks, queue items and dispatched calls belong to, whichever of its contexts asked for them. */
export interface RootContext extends Context {
  readonly plugin: RootContext;
  readonly rootId: string;
  /** proxy_set_tick_period_milliseconds; 0: no ticks. */
  setTickPeriod(milliseconds: number): void;
  /** proxy_http_call. The token is 0 unless the result is Ok. */
  httpCall(request: HttpCallRequest): { readonly result: WasmResult; readonly token: number };
  /** What proxy_get_status answers. */
  readonly callStatus: { readonly code: number; readonly message: string };
  /** Opens a shared queue whose items wake this context. Answers its token. */
  registerQueue(name: string): number;
  /** proxy_done. */
  done(): WasmResult;
}
