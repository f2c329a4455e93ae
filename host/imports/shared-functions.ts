/** Shared data and shared queues. */
import { byteStringToText } from "../abi/byte-string.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";
import type { HostFunctions } from "./host-functions.js";

export function sharedFunctions(vm: GuestVm): HostFunctions {
  const { sharedData, sharedQueues } = vm.process;
  return {
    proxy_get_shared_data(
      key: number,
      keySize: number,
      valueOut: number,
      sizeOut: number,
      casOut: number,
    ): WasmResult {
      const name = vm.memory.readByteString(key, keySize);
      if (name === undefined) return WasmResult.InvalidMemoryAccess;
      const data = sharedData.get(vm.vmId, name);
      if (data === undefined) return WasmResult.NotFound;
      const written = vm.memory.give(data.value, valueOut, sizeOut) && vm.memory.writeU32(casOut, data.cas);
      return written ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_set_shared_data(
      key: number,
      keySize: number,
      value: number,
      valueSize: number,
      cas: number,
    ): WasmResult {
      const name = vm.memory.readByteString(key, keySize);
      const bytes = vm.memory.read(value, valueSize);
      if (name === undefined || bytes === undefined) return WasmResult.InvalidMemoryAccess;
      return sharedData.set(vm.vmId, name, bytes, cas >>> 0);
    },
    proxy_register_shared_queue(name: number, nameSize: number, tokenOut: number): WasmResult {
      const queueName = vm.memory.readByteString(name, nameSize);
      const { plugin } = vm.context;
      if (queueName === undefined || plugin === undefined) return WasmResult.InvalidMemoryAccess;
      return vm.memory.writeU32(tokenOut, plugin.registerQueue(queueName))
        ? WasmResult.Ok
        : WasmResult.InvalidMemoryAccess;
    },
    proxy_resolve_shared_queue(
      vmId: number,
      vmIdSize: number,
      name: number,
      nameSize: number,
      tokenOut: number,
    ): WasmResult {
      const vmIdText = vm.memory.readByteString(vmId, vmIdSize);
      const queueName = vm.memory.readByteString(name, nameSize);
      if (vmIdText === undefined || queueName === undefined) return WasmResult.InvalidMemoryAccess;
      const token = sharedQueues.resolve(vmIdText === "" ? vm.vmId : byteStringToText(vmIdText), queueName);
      if (token === undefined) return WasmResult.NotFound;
      return vm.memory.writeU32(tokenOut, token) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_dequeue_shared_queue(token: number, dataOut: number, sizeOut: number): WasmResult {
      const item = sharedQueues.dequeue(token >>> 0);
      if (typeof item === "number") return item;
      return vm.memory.give(item, dataOut, sizeOut) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
    },
    proxy_enqueue_shared_queue(token: number, data: number, dataSize: number): WasmResult {
      const item = vm.memory.read(data, dataSize);
      return item === undefined ? WasmResult.InvalidMemoryAccess : sharedQueues.enqueue(token >>> 0, item);
    },
  };
}
