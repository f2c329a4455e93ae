// The filter as it lies in the package, with what Node does for it.

import { readFile } from "node:fs/promises";
import { verifySignature } from "../../host/node/verify-signature.js";
import { Filter } from "../../policies/evaluation/filter.js";
import { wasmPath } from "./package-files.js";

/**
 * Reads and compiles the filter.
 * @param wasm its file
 */
export async function loadFilter(wasm = wasmPath): Promise<Filter> {
  return Filter.from(await readFile(wasm), verifySignature);
}
