/** A context without a stream: what Envoy's Context does with neither decoder nor encoder callbacks. */
import { StreamType } from "../abi/abi-enums.js";
import type { Context, RootContext } from "./context.js";
import type { HeaderMap } from "../messages/header-map.js";
import type { HostBuffer } from "../messages/host-buffer.js";
import { WasmResult } from "../abi/wasm-result.js";

export abstract class StreamlessContext implements Context {
  readonly id: number;
  readonly missingMapResult = WasmResult.BadArgument;
  abstract readonly plugin: RootContext | undefined;

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
    return continueWithoutStream(type);
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

/**
 * proxy_continue_stream where there is no such stream to continue: Ok, but not implemented for the upstream side of a TCP
 * connection (envoy context.cc, continueStream).
 */
export function continueWithoutStream(type: StreamType): WasmResult {
  return type === StreamType.Upstream ? WasmResult.Unimplemented : WasmResult.Ok;
}
