// Files that are published with the command. Compiled, this one lies in build/js/cli/files/.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The filter: build/jwt-policy.wasm, as an absolute path. */
export const wasmPath = fileURLToPath(new URL("../../../jwt-policy.wasm", import.meta.url));

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
