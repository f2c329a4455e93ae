/** What becomes of a stream: it continues, closes, or is answered by the filter. */
import { toStreamType } from "../abi-enums.js";
import { localResponse } from "../local-response.js";
import { readPairs } from "../pairs.js";
import type { WasmVm } from "../vm.js";
import { WasmResult } from "../wasm-result.js";
import type { HostFunctions } from "./import-object.js";

export function streamFunctions(vm: WasmVm): HostFunctions {
  return {
    proxy_continue_stream(type: number): WasmResult {
      const kind = toStreamType(type);
      return kind === undefined ? WasmResult.BadArgument : vm.context.continueStream(kind);
    },
    proxy_close_stream(type: number): WasmResult {
      const kind = toStreamType(type);
      return kind === undefined ? WasmResult.BadArgument : vm.context.closeStream(kind);
    },
    proxy_send_local_response(
      status: number,
      details: number,
      detailsSize: number,
      body: number,
      bodySize: number,
      headers: number,
      headersSize: number,
      grpcStatus: number,
    ): WasmResult {
      const detailsText = vm.memory.readByteString(details, detailsSize);
      const bodyBytes = vm.memory.read(body, bodySize);
      const headerBytes = vm.memory.read(headers, headersSize);
      if (detailsText === undefined || bodyBytes === undefined || headerBytes === undefined) {
        return WasmResult.InvalidMemoryAccess;
      }
      vm.context.sendLocalResponse(
        localResponse(status >>> 0, detailsText, bodyBytes, readPairs(headerBytes), grpcStatus),
      );
      vm.stopIteration();
      return WasmResult.Ok;
    },
  };
}
