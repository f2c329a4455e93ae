/**
 * The few WASI functions that a runtime may import: output becomes log lines, there are no arguments and no environment. Source:
 * proxy-wasm-cpp-host exports.cc.
 */
import { LogLevel } from "../abi/abi-enums.js";
import { byteStringToText } from "../abi/byte-string.js";
import type { GuestVm } from "../vm/guest-vm.js";
import type { HostFunctions } from "./host-functions.js";

/** WASI errno values (wasi_snapshot_preview1 witx). */
const SUCCESS = 0;
const BAD_FILE = 8;
const FAULT = 21;
const NOT_SUPPORTED = 58;

const STDOUT = 1;
const STDERR = 2;
const REALTIME_CLOCK = 0;

export function wasiFunctions(vm: GuestVm): HostFunctions {
  const writeTwoZeros = (first: number, second: number): number =>
    vm.memory.writeU32(first, 0) && vm.memory.writeU32(second, 0) ? SUCCESS : FAULT;
  return {
    fd_write(file: number, vectors: number, count: number, writtenOut: number): number {
      if (file !== STDOUT && file !== STDERR) return BAD_FILE;
      let text = "";
      for (let i = 0; i < count; i++) {
        const address = vm.memory.readU32(vectors + 8 * i);
        const size = vm.memory.readU32(vectors + 8 * i + 4);
        const part =
          address === undefined || size === undefined ? undefined : vm.memory.readByteString(address, size);
        if (part === undefined) return FAULT;
        text += part;
      }
      if (text !== "")
        vm.log(file === STDOUT ? LogLevel.Info : LogLevel.Error, byteStringToText(text.replace(/\n$/, "")));
      return vm.memory.writeU32(writtenOut, text.length) ? SUCCESS : FAULT;
    },
    environ_get: () => SUCCESS,
    environ_sizes_get: writeTwoZeros,
    args_get: () => SUCCESS,
    args_sizes_get: writeTwoZeros,
    clock_time_get(clock: number, _precision: bigint, timeOut: number): number {
      if (clock !== REALTIME_CLOCK) return NOT_SUPPORTED;
      return vm.memory.writeU64(timeOut, vm.process.clock.now()) ? SUCCESS : FAULT;
    },
    random_get(address: number, size: number): number {
      return vm.memory.writeBytes(address, crypto.getRandomValues(new Uint8Array(size >>> 0)))
        ? SUCCESS
        : FAULT;
    },
    proc_exit: () => undefined,
  };
}
