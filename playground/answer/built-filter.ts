// The filter that the page was built with. It is part of the program, so that the page fetches nothing.

import { Filter } from "../../policies/evaluation/filter.js";

/** `build/jwt-policy.wasm` through gzip, put here by scripts/page/build-page.ts. */
declare const FILTER_GZIPPED_IN_BASE64: string;

export interface BuiltFilter {
  readonly filter: Filter;
  /** Of the filter, in hexadecimal; undefined where the browser makes none, in a page that came over plain http. */
  readonly sha256: () => Promise<string | undefined>;
}

/** This browser lacks something. */
export class CannotRunError extends Error {
  override readonly name = "CannotRunError";
}

/** @throws CannotRunError */
export async function builtFilter(): Promise<BuiltFilter> {
  try {
    return await unpacked();
  } catch (error) {
    throw new CannotRunError(
      `This browser cannot run the filter: ${(error as Error).message}. It takes CompressionStream and WebAssembly with relaxed SIMD; a newer one may have them.`,
    );
  }
}

async function unpacked(): Promise<BuiltFilter> {
  const stream = new Blob([fromBase64(FILTER_GZIPPED_IN_BASE64)])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const wasm = new Uint8Array(await new Response(stream).arrayBuffer());
  return { filter: await Filter.from(wasm), sha256: () => sha256Of(wasm) };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  // Undefined outside of secure contexts, whatever the types say.
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
