/**
 * What a host function acts on: the root context of a plugin, the context of one stream, or the VM's own. Source:
 * proxy-wasm-cpp-host include/proxy-wasm/context_interface.h.
 */
import type { BufferType, MapType, StreamType } from "./abi-enums.js";
import type { HeaderMap } from "./header-map.js";
import type { HostBuffer } from "./host-buffer.js";
import type { LocalResponse } from "./local-response.js";
import type { Plugin } from "./plugin.js";
import type { WasmResult } from "./wasm-result.js";

export interface Context {
  readonly id: number;
  /** The plugin whose root context this is or that the stream belongs to; undefined for the VM's own context. */
  readonly plugin: Plugin | undefined;
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
