// The filter's reader of key sets (key_set_reader.as.ts, compiled) as a function of texts.
import { compileAssemblyScript } from "../../assemblyscript/compile.js";
import { instantiate } from "../../assemblyscript/instantiate.js";

interface Exports {
  memory: WebAssembly.Memory;
  allocate(size: number): number;
  resetArena(): void;
  keySetStatus(text: bigint, token: bigint): number;
  statusText(status: number): bigint;
}

const wasm = (await instantiate(
  await compileAssemblyScript("tests/unit/jose/key_set_reader.as.ts"),
)) as unknown as Exports;

/** A copy of a text in the arena, as a span (address in the low half, length in the high one); 0 for none. */
function spanOf(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  const bytes = Buffer.from(text, "utf8");
  const address = wasm.allocate(Math.max(bytes.length, 1));
  new Uint8Array(wasm.memory.buffer).set(bytes, address);
  return (BigInt(bytes.length) << 32n) | BigInt(address);
}

/** What the filter says of a key set, `OK` for a good one; with a token, of the token's signature. */
export function keySetStatus(text: string, token?: string): string {
  wasm.resetArena();
  const status = wasm.statusText(wasm.keySetStatus(spanOf(text), spanOf(token)));
  const address = Number(status & 0xffffffffn);
  return Buffer.from(wasm.memory.buffer.slice(address, address + Number(status >> 32n))).toString("utf8");
}
