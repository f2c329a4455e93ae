/** A compiled filter module that this host, and Envoy, can run. One module serves any number of VMs. */
import { hostFunctionTypes } from "./host-function-types.js";
import { guestFunctionTypes } from "./guest-function-types.js";
import { readModuleSignature, type ModuleSignature } from "./module-signature.js";
import { allowRelaxedSimd } from "./relaxed-simd.js";

const ABI_VERSION_EXPORT = "proxy_abi_version_0_2_1";

/** The module cannot run in Envoy; the message says why. */
export class ModuleRefusedError extends Error {
  override readonly name = "ModuleRefusedError";
}

export class WasmModule {
  readonly compiled: WebAssembly.Module;
  readonly signature: ModuleSignature;

  private constructor(compiled: WebAssembly.Module, signature: ModuleSignature) {
    this.compiled = compiled;
    this.signature = signature;
  }

  /** Compiles and checks. Throws ModuleRefusedError. */
  static async compile(bytes: Uint8Array): Promise<WasmModule> {
    allowRelaxedSimd();
    let compiled: WebAssembly.Module;
    try {
      compiled = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    } catch (error) {
      throw new ModuleRefusedError(
        `Failed to load Wasm bytecode: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const signature = readModuleSignature(bytes);
    checkExports(compiled, signature);
    checkImports(signature);
    return new WasmModule(compiled, signature);
  }
}

function checkImports(signature: ModuleSignature): void {
  const other = signature.otherImports[0];
  if (other !== undefined)
    throw new ModuleRefusedError(`Failed to load Wasm module due to an unsupported import: ${other}`);
  for (const { module, name, type } of signature.imports) {
    const expected = hostFunctionTypes.get(`${module}.${name}`);
    if (expected === undefined) {
      throw new ModuleRefusedError(`Failed to load Wasm module due to a missing import: ${module}.${name}`);
    }
    if (expected !== type) {
      throw new ModuleRefusedError(
        `Failed to load Wasm module due to an import type mismatch: ${module}.${name}, want: ${expected}, but the module imports: ${type}`,
      );
    }
  }
}

function checkExports(compiled: WebAssembly.Module, signature: ModuleSignature): void {
  const { exports } = signature;
  if (!exports.has(ABI_VERSION_EXPORT))
    throw new ModuleRefusedError("Missing or unknown Proxy-Wasm ABI version");
  if (!exports.has("malloc") && !exports.has("proxy_on_memory_allocate")) {
    throw new ModuleRefusedError("Wasm module is missing malloc function.");
  }
  if (
    !WebAssembly.Module.exports(compiled).some(({ name, kind }) => name === "memory" && kind === "memory")
  ) {
    throw new ModuleRefusedError("Wasm module does not export its memory.");
  }
  for (const [name, type] of exports) {
    const expected = guestFunctionTypes.get(name);
    if (expected !== undefined && expected !== type) {
      throw new ModuleRefusedError(
        `Bad function signature for: ${name}, want: ${expected}, but the module exports: ${type}`,
      );
    }
  }
}
