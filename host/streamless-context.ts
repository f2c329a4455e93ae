/** A context without a stream: what Envoy's Context does with neither decoder nor encoder callbacks. */
import { StreamType } from "./abi-enums.js";
import type { Context } from "./context.js";
import type { HeaderMap } from "./header-map.js";
import type { HostBuffer } from "./host-buffer.js";
import type { Plugin } from "./plugin.js";
import { WasmResult } from "./wasm-result.js";

export abstract class StreamlessContext implements Context {
  readonly id: number;
  readonly missingMapResult = WasmResult.BadArgument;
  abstract readonly plugin: Plugin | undefined;

  constructor(id: number) {
    this.id = id;
  }

  abstract readableMap(type: number): HeaderMap | undefined;
  abstract buffer(type: number): HostBuffer | undefined;
  abstract property(parts: readonly string[]): Uint8Array | WasmResult;

  writableMap(): undefined {
    return undefined;
  }

  setProperty(): WasmResult {
    return WasmResult.NotFound;
  }

  continueStream(type: StreamType): WasmResult {
    return type === StreamType.Request || type === StreamType.Response
      ? WasmResult.Ok
      : WasmResult.BadArgument;
  }

  closeStream(): WasmResult {
    return WasmResult.Ok;
  }

  sendLocalResponse(): void {
    // There is nobody to answer; Envoy says Ok all the same.
  }

  clearRouteCache(): void {
    // There is no route.
  }
}
