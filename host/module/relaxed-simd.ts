/** The filter has instructions of relaxed SIMD (docs/decisions/0010-relaxed-simd.md): Node 22 and later know them, Node 20 has to be told to. */

/** (module (func (result v128) three times v128.const 0, f64x2.relaxed_madd)): 0xfd 0x87 0x02. */
const PROBE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x3d, 0x01, 0x3b, 0x00],
  ...Array.from({ length: 3 }, () => [0xfd, 0x0c, ...new Uint8Array(16)]).flat(),
  ...[0xfd, 0x87, 0x02, 0x0b],
]);

/** To be called before the filter, or anything that has its crypto, is compiled. */
export function allowRelaxedSimd(): void {
  // Asked for first: a later V8 does not know the flag and would say so.
  if (!WebAssembly.validate(PROBE)) v8()?.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/** The part of Node that sets flags, without an import of it: this file runs in browsers too, which have the instructions or have not. */
function v8(): { setFlagsFromString(flags: string): void } | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flags: string): void } };
  };
  return process?.getBuiltinModule?.("node:v8");
}
