// Loaded into a test's process and those that it starts (`NODE_OPTIONS=--import`): sets the switch in every module that is compiled there.
// GUARD_OUT is the number of the guard that is out; GUARD_COVERAGE the file to write the numbers of the guards to that have mattered.

import { writeFileSync } from "node:fs";
import { MARK } from "./switched-source.js";

const mark = Buffer.from(MARK);
const out = process.env.GUARD_OUT;
const coverage = process.env.GUARD_COVERAGE;

/** The module with guard GUARD_OUT out. */
function switched(bytes: BufferSource): BufferSource {
  if (out === undefined) return bytes;
  const copy = ArrayBuffer.isView(bytes)
    ? Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    : Buffer.from(bytes.slice(0));
  const at = copy.indexOf(mark);
  if (at < 0) return bytes;
  copy.writeUInt32LE(Number(out), at + mark.length);
  return copy;
}

const { compile, instantiate, Module: PlainModule, Instance: PlainInstance } = WebAssembly;

const memories: WebAssembly.Memory[] = [];
function watch(instance: WebAssembly.Instance): WebAssembly.Instance {
  const { memory } = instance.exports;
  if (coverage !== undefined && memory instanceof WebAssembly.Memory) memories.push(memory);
  return instance;
}

WebAssembly.compile = (bytes) => compile(switched(bytes));
WebAssembly.Module = class extends PlainModule {
  constructor(bytes: BufferSource) {
    super(switched(bytes));
  }
};
WebAssembly.Instance = class extends PlainInstance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    watch(this);
  }
};
WebAssembly.instantiate = (async (
  source: BufferSource | WebAssembly.Module,
  imports?: WebAssembly.Imports,
) => {
  if (source instanceof PlainModule) return watch(await instantiate(source, imports));
  const result = await instantiate(switched(source), imports);
  watch(result.instance);
  return result;
}) as typeof WebAssembly.instantiate;

if (coverage !== undefined)
  process.on("exit", () => {
    const reached = new Set<number>();
    for (const memory of memories) {
      const bytes = Buffer.from(memory.buffer);
      const at = bytes.subarray(0, 1 << 20).indexOf(mark);
      if (at < 0) continue;
      const flags = at + mark.length + 4;
      for (let number = 0; number < Number(process.env.GUARD_COUNT); number++)
        if (bytes[flags + number] === 1) reached.add(number);
    }
    if (reached.size > 0) writeFileSync(`${coverage}.${process.pid}`, JSON.stringify([...reached]));
  });
