/** What becomes of a stream: it continues, closes, or is answered by the filter. */
import { toStreamType } from "../abi/abi-enums.js";
import { localResponse } from "../messages/local-response.js";
import { readPairs } from "../abi/pairs.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function streamFunctions(vm: GuestVm): HostFunctions {
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
