// The filter that the page was built with. It is part of the program, so that the page fetches nothing.

import { Filter } from "../../policies/evaluation/filter.js";

/** `build/jwt-policy.wasm` through gzip, put here by scripts/page/build-page.ts. */
declare const FILTER_GZIPPED_IN_BASE64: string;

export interface BuiltFilter {
  readonly filter: Filter;
  /** Of the filter, in hexadecimal; undefined where the browser makes none, in a page that came over plain http. */
  readonly sha256: string | undefined;
}

export async function builtFilter(): Promise<BuiltFilter> {
  const packed = Uint8Array.from(atob(FILTER_GZIPPED_IN_BASE64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const wasm = new Uint8Array(await new Response(stream).arrayBuffer());
  return { filter: await Filter.from(wasm), sha256: await sha256Of(wasm) };
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  // Undefined outside of secure contexts, whatever the types say.
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
