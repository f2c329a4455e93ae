/** Metrics. */
import { toMetricType } from "../abi/abi-enums.js";
import { byteStringToText } from "../abi/byte-string.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function metricFunctions(vm: GuestVm): HostFunctions {
  return {
    proxy_define_metric(type: number, name: number, nameSize: number, idOut: number): WasmResult {
      const text = vm.memory.readByteString(name, nameSize);
      if (text === undefined) return WasmResult.InvalidMemoryAccess;
      const kind = toMetricType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const id = vm.metrics.define(kind, byteStringToText(text));
      return vm.memory.writeU32(idOut, id) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_increment_metric(id: number, offset: bigint): WasmResult {
      return vm.metrics.increment(id >>> 0, offset);
    },
    proxy_record_metric(id: number, value: bigint): WasmResult {
      return vm.metrics.record(id >>> 0, value);
    },
    proxy_get_metric(id: number, valueOut: number): WasmResult {
      const value = vm.metrics.get(id >>> 0);
      if (typeof value === "number") return value;
      return vm.memory.writeU64(valueOut, value) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
  };
}
