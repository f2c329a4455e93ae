// A program for a page: one classic script with the filter in it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions, type BuildResult } from "esbuild";
import { repositoryRoot } from "../repository-root.js";

/** Of the filter. */
export const wasmFile = join(repositoryRoot, "build", "jwt-policy.wasm");

/**
 * Bundles a compiled file with all that it imports.
 * @param entry in build/js/
 */
export async function pageProgram(
  entry: string,
  more: Pick<BuildOptions, "outdir" | "write">,
): Promise<BuildResult<{ metafile: true; write: boolean }>> {
  const filter = gzipSync(await readFile(wasmFile), { level: 9 }).toString("base64");
  return build({
    entryPoints: { playground: join(repositoryRoot, "build", "js", entry) },
    absWorkingDir: repositoryRoot,
    bundle: true,
    minify: true,
    // From a file, Chromium loads no module.
    format: "iife",
    target: "es2023",
    charset: "utf8",
    // They are all in LICENSES.txt.
    legalComments: "none",
    logLevel: "warning",
    // As Base64, what is packed goes through a server's gzip at next to no cost; fetched it would need a connection.
    define: { FILTER_GZIPPED_IN_BASE64: JSON.stringify(filter) },
    metafile: true,
    ...more,
  });
}
