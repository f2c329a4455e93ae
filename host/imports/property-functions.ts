/** Properties by path. */
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function propertyFunctions(vm: GuestVm): HostFunctions {
  return {
    proxy_get_property(path: number, pathSize: number, valueOut: number, sizeOut: number): WasmResult {
      const text = vm.memory.readByteString(path, pathSize);
      if (text === undefined) return WasmResult.InvalidMemoryAccess;
      const value = vm.context.property(propertyParts(text));
      if (typeof value === "number") return value;
      return vm.memory.give(value, valueOut, sizeOut) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_set_property(path: number, pathSize: number, value: number, valueSize: number): WasmResult {
      const text = vm.memory.readByteString(path, pathSize);
      const bytes = vm.memory.read(value, valueSize);
      if (text === undefined || bytes === undefined) return WasmResult.InvalidMemoryAccess;
      return vm.context.setProperty(text, bytes);
    },
  };
}

/** The parts of a path, separated by NUL; one NUL at the end adds no part (context.cc, getProperty). */
function propertyParts(path: string): string[] {
  if (path === "") return [];
  return (path.endsWith("\0") ? path.slice(0, -1) : path).split("\0");
}
