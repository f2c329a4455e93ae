/** Calls out of the proxy: HTTP, foreign functions, and gRPC, which this host does not have. */
import { byteStringToText } from "../abi/byte-string.js";
import { readPairs } from "../abi/pairs.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function callFunctions(vm: GuestVm): HostFunctions {
  const unimplemented = (): WasmResult => WasmResult.Unimplemented;
  return {
    proxy_http_call(
      cluster: number,
      clusterSize: number,
      headers: number,
      headersSize: number,
      body: number,
      bodySize: number,
      trailers: number,
      trailersSize: number,
      timeoutMilliseconds: number,
      tokenOut: number,
    ): WasmResult {
      const clusterName = vm.memory.readByteString(cluster, clusterSize);
      const headerBytes = vm.memory.read(headers, headersSize);
      const bodyBytes = vm.memory.read(body, bodySize);
      const trailerBytes = vm.memory.read(trailers, trailersSize);
      if (
        clusterName === undefined ||
        headerBytes === undefined ||
        bodyBytes === undefined ||
        trailerBytes === undefined
      ) {
        return WasmResult.InvalidMemoryAccess;
      }
      // The token is written before anything is sent, to find out whether it can be.
      if (!vm.memory.writeU32(tokenOut, 0)) return WasmResult.InvalidMemoryAccess;
      const call = vm.context.plugin?.httpCall({
        cluster: byteStringToText(clusterName),
        headers: readPairs(headerBytes),
        body: bodyBytes,
        trailers: readPairs(trailerBytes),
        timeoutMilliseconds,
      });
      if (call === undefined) return WasmResult.BadArgument;
      vm.memory.writeU32(tokenOut, call.token);
      return call.result;
    },
    proxy_get_status(codeOut: number, messageOut: number, sizeOut: number): WasmResult {
      const status = vm.context.plugin?.callStatus ?? { code: 0, message: "" };
      const written =
        vm.memory.writeU32(codeOut, status.code) &&
        vm.memory.giveByteString(status.message, messageOut, sizeOut);
      return written ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_call_foreign_function(
      name: number,
      nameSize: number,
      argument: number,
      argumentSize: number,
      resultOut: number,
      sizeOut: number,
    ): WasmResult {
      const functionName = vm.memory.readByteString(name, nameSize);
      const bytes = vm.memory.read(argument, argumentSize);
      if (functionName === undefined || bytes === undefined) return WasmResult.InvalidMemoryAccess;
      const foreignFunction = vm.process.foreignFunctions.get(byteStringToText(functionName));
      if (foreignFunction === undefined) return WasmResult.NotFound;
      const { status, result } = foreignFunction(bytes, vm.context);
      if (!vm.memory.give(result ?? new Uint8Array(0), resultOut, sizeOut))
        return WasmResult.InvalidMemoryAccess;
      return status;
    },
    proxy_grpc_call: unimplemented,
    proxy_grpc_stream: unimplemented,
    proxy_grpc_cancel: unimplemented,
    proxy_grpc_close: unimplemented,
    proxy_grpc_send: unimplemented,
  };
}
