// Files that are published with the command.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * A file of the package, as an absolute path. Compiled, this module lies in build/js/cli/files/; bundled, in build/command/.
 * @param path from the package's root
 */
export const packageFile = (path: string): string => fileURLToPath(new URL(path, packageRoot));

/** The nearest directory above that has a package.json. */
const packageRoot = nearestRoot(new URL("./", import.meta.url));

function nearestRoot(directory: URL): URL {
  const above = new URL("../", directory);
  return existsSync(new URL("package.json", directory)) || above.href === directory.href
    ? directory
    : nearestRoot(above);
}

/** The filter: build/jwt-policy.wasm, as an absolute path. */
export const wasmPath = packageFile("build/jwt-policy.wasm");

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
