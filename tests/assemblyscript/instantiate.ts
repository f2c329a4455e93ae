// Instantiates a compiled AssemblyScript test entry outside of a proxy. `expect.fail` (tests/unit/assertions/expect.as.ts) and `abort` throw
// an Error that carries their text; every other import, that is proxy-wasm's, answers a status that says "there is nothing".

/** proxy-wasm's NOT_FOUND: no value was written to any out pointer. */
const NOT_FOUND = 1;

/** A fresh instance: memory and globals of its own. */
export async function instantiate(module: WebAssembly.Module): Promise<WebAssembly.Exports> {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = { env: {}, expect: {} };
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => NOT_FOUND;
  }
  // The memory is known only when the instance is there, and the imports are called only after that.
  const text = (address: number): string => readString(memoryOf(instance), address);
  imports.env!.abort = (message: number, file: number, line: number, column: number): never => {
    throw new Error(`abort: ${text(message)} at ${text(file)}:${line}:${column}`);
  };
  imports.expect!.fail = (what: number, actual: number, expected: number): never => {
    const subject = text(what);
    throw new Error(`${subject && `${subject}\n`}  actual:   ${text(actual)}\n  expected: ${text(expected)}`);
  };
  const instance = await WebAssembly.instantiate(module, imports);
  return instance.exports;
}

export function memoryOf(instance: WebAssembly.Instance): WebAssembly.Memory {
  return instance.exports.memory as WebAssembly.Memory;
}

/** A managed AssemblyScript string: UTF-16 at its address, size in bytes in the u32 before. */
function readString(memory: WebAssembly.Memory, address: number): string {
  if (address === 0) return "";
  const size = new DataView(memory.buffer).getUint32(address - 4, true);
  return Buffer.from(memory.buffer, address, size).toString("utf16le");
}
