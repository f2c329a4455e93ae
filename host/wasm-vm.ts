/** A VM from a module: instantiated with its imports, started, and ready for plugins. Source: proxy-wasm-cpp-host wasm.cc. */
import { instantiateImports } from "./imports/import-object.js";
import { GuestMemory } from "./abi/memory.js";
import { ModuleRefusedError, WasmModule } from "./module/wasm-module.js";
import { Plugin, type PluginOptions, type PluginStart } from "./plugin/plugin.js";
import { GuestVm, type VmOptions } from "./vm/guest-vm.js";

export class WasmVm extends GuestVm {
  /** Compiles a module and makes a VM of it. Throws ModuleRefusedError where Envoy would refuse the module. */
  static async load(bytes: Uint8Array, options: VmOptions = {}): Promise<WasmVm> {
    return WasmVm.instantiate(await WasmModule.compile(bytes), options);
  }

  /** A VM of a module that is already compiled: what a further worker needs. Throws ModuleRefusedError if its start traps. */
  static async instantiate(module: WasmModule, options: VmOptions = {}): Promise<WasmVm> {
    const vm = new WasmVm(options);
    try {
      const instance = await WebAssembly.instantiate(
        module.compiled,
        instantiateImports(vm, module.signature.imports),
      );
      vm.exports = instance.exports;
    } catch (error) {
      throw new ModuleRefusedError(`Failed to initialize Wasm code: ${String(error)}`);
    }
    const allocate = (vm.exports["malloc"] ?? vm.exports["proxy_on_memory_allocate"]) as (
      size: number,
    ) => number;
    vm.memory = new GuestMemory(vm.exports["memory"] as WebAssembly.Memory, allocate);
    vm.runStartFunctions();
    if (vm.failure !== undefined)
      throw new ModuleRefusedError(`Failed to initialize Wasm code: ${vm.failure}`);
    return vm;
  }

  /** Starts a plugin in this VM: its own root context, proxy_on_vm_start and proxy_on_configure. */
  startPlugin(options: PluginOptions = {}): PluginStart {
    return this.process.dispatcher.run(() => Plugin.start(this, options));
  }

  private runStartFunctions(): void {
    this.starting = true;
    if (this.exportsFunction("_initialize")) {
      this.call(this.current, "_initialize", []);
      this.call(this.current, "main", [0, 0]);
    } else {
      this.call(this.current, "_start", []);
    }
    this.starting = false;
  }
}
