/**
 * The form in which the ABI passes header maps: u32 count; u32 name length and u32 value length for each pair; then for each
 * pair the name, a NUL, the value, a NUL. All integers little-endian. Source: proxy-wasm-cpp-host pairs_util.cc.
 */
import { bytesToByteString, writeByteString } from "./byte-string.js";

/** A name and a value, both byte strings. */
export type Pair = readonly [name: string, value: string];

/** Limits of proxy-wasm-cpp-host limits.h: behind them the pairs read as an empty list. */
const PAIRS_MAX_COUNT = 1024;
const PAIRS_MAX_BYTES = 1024 * 1024;

/** Length in bytes of the serialised pairs. */
export function pairsSize(pairs: readonly Pair[]): number {
  let size = 4;
  for (const [name, value] of pairs) size += 8 + name.length + 1 + value.length + 1;
  return size;
}

/** Writes the pairs into `bytes` at `at`; `pairsSize(pairs)` bytes must be there. */
export function writePairs(pairs: readonly Pair[], bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(at, pairs.length, true);
  let sizes = at + 4;
  let text = at + 4 + pairs.length * 8;
  for (const [name, value] of pairs) {
    view.setUint32(sizes, name.length, true);
    view.setUint32(sizes + 4, value.length, true);
    sizes += 8;
    writeByteString(name, bytes, text);
    text += name.length;
    bytes[text++] = 0;
    writeByteString(value, bytes, text);
    text += value.length;
    bytes[text++] = 0;
  }
}

/** The pairs in `bytes`; an empty list if they are not exactly well-formed, as in Envoy. */
export function readPairs(bytes: Uint8Array): Pair[] {
  if (bytes.length < 4 || bytes.length > PAIRS_MAX_BYTES) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (count > PAIRS_MAX_COUNT || 4 + count * 8 > bytes.length) return [];
  const pairs: Pair[] = [];
  let at = 4 + count * 8;
  for (let i = 0; i < count; i++) {
    const nameEnd = at + view.getUint32(4 + i * 8, true);
    const valueEnd = nameEnd + 1 + view.getUint32(8 + i * 8, true);
    if (valueEnd + 1 > bytes.length || bytes[nameEnd] !== 0 || bytes[valueEnd] !== 0) return [];
    pairs.push([bytesToByteString(bytes, at, nameEnd), bytesToByteString(bytes, nameEnd + 1, valueEnd)]);
    at = valueEnd + 1;
  }
  return at === bytes.length ? pairs : [];
}
