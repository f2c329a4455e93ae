/** Buffers: bodies, configurations, answers. Source: proxy-wasm-cpp-host exports.cc. */
import { toBufferType } from "../abi/abi-enums.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function bufferFunctions(vm: GuestVm): HostFunctions {
  return {
    proxy_get_buffer_bytes(
      type: number,
      start: number,
      length: number,
      dataOut: number,
      sizeOut: number,
    ): WasmResult {
      const kind = toBufferType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const buffer = vm.context.buffer(kind);
      if (buffer === undefined) return WasmResult.NotFound;
      const from = start >>> 0;
      const part = buffer.bytes.subarray(from, Math.min(from + (length >>> 0), buffer.bytes.length));
      return vm.memory.give(part, dataOut, sizeOut) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_get_buffer_status(type: number, lengthOut: number, flagsOut: number): WasmResult {
      const kind = toBufferType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const buffer = vm.context.buffer(kind);
      if (buffer === undefined) return WasmResult.NotFound;
      const written = vm.memory.writeU32(lengthOut, buffer.bytes.length) && vm.memory.writeU32(flagsOut, 0);
      return written ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_set_buffer_bytes(
      type: number,
      start: number,
      length: number,
      data: number,
      dataSize: number,
    ): WasmResult {
      const kind = toBufferType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const buffer = vm.context.buffer(kind);
      if (buffer === undefined) return WasmResult.NotFound;
      const bytes = vm.memory.read(data, dataSize);
      if (bytes === undefined) return WasmResult.InvalidMemoryAccess;
      return buffer.write(start >>> 0, length >>> 0, bytes);
    },
  };
}
