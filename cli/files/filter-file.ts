// The filter as it lies in the package, with what Node does for it.

import { readFile } from "node:fs/promises";
import { NodeHttpFetcher } from "../../host/node/http-fetcher.js";
import { verifySignature } from "../../host/node/verify-signature.js";
import { Filter } from "../../policies/evaluation/filter.js";
import type { FetchKeys } from "../../policies/evaluation/key-calls.js";
import { wasmPath } from "./package-files.js";

/**
 * Reads and compiles the filter.
 * @param wasm its file
 */
export async function loadFilter(wasm = wasmPath): Promise<Filter> {
  return Filter.from(await readFile(wasm), verifySignature);
}

/** Fetches keys by node:http and node:https. */
export const fetchKeys: FetchKeys = (origin, request, answer) =>
  new NodeHttpFetcher(new Map([[request.cluster, origin]])).send(request, answer);
