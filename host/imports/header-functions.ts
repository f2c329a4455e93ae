/** Header and trailer maps. Source: proxy-wasm-cpp-host exports.cc, envoy source/extensions/common/wasm/context.cc. */
import { toMapType } from "../abi/abi-enums.js";
import type { HeaderMap } from "../messages/header-map.js";
import type { GuestMemory } from "../abi/memory.js";
import { readPairs } from "../abi/pairs.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function headerFunctions(vm: GuestVm): HostFunctions {
  const memory = (): GuestMemory => vm.memory;

  /** Runs a change of a map; the order of the checks is Envoy's: type, memory, map. */
  function change(
    type: number,
    texts: readonly (string | undefined)[],
    apply: (map: HeaderMap) => void,
  ): WasmResult {
    const kind = toMapType(type);
    if (kind === undefined) return WasmResult.BadArgument;
    if (texts.includes(undefined)) return WasmResult.InvalidMemoryAccess;
    const map = vm.context.writableMap(kind);
    if (map === undefined) return WasmResult.BadArgument;
    apply(map);
    return WasmResult.Ok;
  }

  return {
    proxy_get_header_map_value(
      type: number,
      name: number,
      nameSize: number,
      valueOut: number,
      sizeOut: number,
    ): WasmResult {
      const kind = toMapType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const key = memory().readByteString(name, nameSize);
      if (key === undefined) return WasmResult.InvalidMemoryAccess;
      const { context } = vm;
      const map = context.readableMap(kind);
      if (map === undefined) return context.missingMapResult;
      const value = map.get(key);
      if (value === undefined) return WasmResult.NotFound;
      return memory().giveByteString(value, valueOut, sizeOut)
        ? WasmResult.Ok
        : WasmResult.InvalidMemoryAccess;
    },
    proxy_add_header_map_value(
      type: number,
      name: number,
      nameSize: number,
      value: number,
      valueSize: number,
    ): WasmResult {
      const key = memory().readByteString(name, nameSize);
      const text = memory().readByteString(value, valueSize);
      return change(type, [key, text], (map) => map.add(key!, text!));
    },
    proxy_replace_header_map_value(
      type: number,
      name: number,
      nameSize: number,
      value: number,
      valueSize: number,
    ): WasmResult {
      const key = memory().readByteString(name, nameSize);
      const text = memory().readByteString(value, valueSize);
      return change(type, [key, text], (map) => map.set(key!, text!));
    },
    proxy_remove_header_map_value(type: number, name: number, nameSize: number): WasmResult {
      const key = memory().readByteString(name, nameSize);
      return change(type, [key], (map) => map.remove(key!));
    },
    proxy_get_header_map_pairs(type: number, valueOut: number, sizeOut: number): WasmResult {
      const kind = toMapType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const pairs = vm.context.readableMap(kind)?.pairs() ?? [];
      return memory().givePairs(pairs, valueOut, sizeOut) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_set_header_map_pairs(type: number, address: number, size: number): WasmResult {
      const bytes = memory().read(address, size);
      return change(type, [bytes && ""], (map) => map.replaceAll(readPairs(bytes!)));
    },
    proxy_get_header_map_size(type: number, sizeOut: number): WasmResult {
      const kind = toMapType(type);
      if (kind === undefined) return WasmResult.BadArgument;
      const map = vm.context.writableMap(kind);
      if (map === undefined) return WasmResult.BadArgument;
      return memory().writeU32(sizeOut, map.byteSize) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
  };
}
