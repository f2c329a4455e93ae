/** The import object of a VM: every function that the module imports, taken from the families in this folder. */
import { LogLevel } from "../abi/abi-enums.js";
import type { ImportedFunction } from "../module/module-signature.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { bufferFunctions } from "./buffer-functions.js";
import { callFunctions } from "./call-functions.js";
import { headerFunctions } from "./header-functions.js";
import { metricFunctions } from "./metric-functions.js";
import { propertyFunctions } from "./property-functions.js";
import { sharedFunctions } from "./shared-functions.js";
import { streamFunctions } from "./stream-functions.js";
import { systemFunctions } from "./system-functions.js";
import type { HostFunction, HostFunctions } from "./host-functions.js";
import { wasiFunctions } from "./wasi-functions.js";

/** What `_initialize`, `main` and `_start` may call; any other function ends the VM (proxy-wasm-cpp-host wasm.cc, startVm). */
const ALLOWED_WHILE_STARTING: ReadonlySet<string> = new Set([
  "proxy_log",
  "fd_write",
  "args_sizes_get",
  "args_get",
  "environ_sizes_get",
  "environ_get",
  "clock_time_get",
  "random_get",
]);

/** The imports that a module asks for. WasmModule.compile has checked that all of them exist. */
export function instantiateImports(vm: GuestVm, imports: readonly ImportedFunction[]): WebAssembly.Imports {
  const env: HostFunctions = {
    ...systemFunctions(vm),
    ...headerFunctions(vm),
    ...bufferFunctions(vm),
    ...propertyFunctions(vm),
    ...streamFunctions(vm),
    ...callFunctions(vm),
    ...sharedFunctions(vm),
    ...metricFunctions(vm),
  };
  const wasi = wasiFunctions(vm);
  const object: Record<string, Record<string, HostFunction>> = {};
  for (const { module, name } of imports) {
    const implementation = (module === "env" ? env : wasi)[name];
    if (implementation === undefined) continue;
    (object[module] ??= {})[name] = ALLOWED_WHILE_STARTING.has(name)
      ? implementation
      : unlessStarting(vm, name, implementation);
  }
  return object;
}

function unlessStarting(vm: GuestVm, name: string, implementation: HostFunction): HostFunction {
  return (...values) => {
    if (!vm.starting) return implementation(...values);
    vm.log(LogLevel.Error, `restricted_callback: ${name}`);
    throw new Error(`${name} is not allowed while the VM starts`);
  };
}
