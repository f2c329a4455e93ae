/** Log, clock, ticks and the end of a plugin. */
import { toLogLevel } from "../abi/abi-enums.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function systemFunctions(vm: GuestVm): HostFunctions {
  return {
    proxy_log(level: number, address: number, size: number): WasmResult {
      const known = toLogLevel(level);
      if (known === undefined) return WasmResult.BadArgument;
      const message = vm.memory.readText(address, size);
      if (message === undefined) return WasmResult.InvalidMemoryAccess;
      vm.log(known, message);
      return WasmResult.Ok;
    },
    proxy_get_log_level(levelOut: number): WasmResult {
      return vm.memory.writeU32(levelOut, vm.process.logLevel)
        ? WasmResult.Ok
        : WasmResult.InvalidMemoryAccess;
    },
    proxy_get_current_time_nanoseconds(timeOut: number): WasmResult {
      return vm.memory.writeU64(timeOut, vm.process.clock.now())
        ? WasmResult.Ok
        : WasmResult.InvalidMemoryAccess;
    },
    proxy_set_tick_period_milliseconds(milliseconds: number): WasmResult {
      vm.context.plugin?.setTickPeriod(milliseconds >>> 0);
      return WasmResult.Ok;
    },
    proxy_done(): WasmResult {
      return vm.context.plugin?.done() ?? WasmResult.NotFound;
    },
    proxy_set_effective_context(id: number): WasmResult {
      return vm.setEffectiveContext(id >>> 0) ? WasmResult.Ok : WasmResult.BadArgument;
    },
  };
}
