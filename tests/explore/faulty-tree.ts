// A copy of the repository with a fault planted in its filter.

import { execFile } from "node:child_process";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { withFault, type PlantedFault } from "./planted-faults.js";

const run = promisify(execFile);

/** What is copied, beside what the repository's own build has left: that spares the compiler most of its work. */
const COPIED = [
  ...["assembly", "build", "cli", "docs", "envoy", "examples", "host", "schema", "scripts", "tests"],
  ...["asconfig.json", "package.json", "tsconfig.json", "CHANGELOG.md", "README.md", "SECURITY.md"],
];

/**
 * Makes the copy in an empty directory.
 *
 * @param compile whether the filter is built; tests of single modules compile those by themselves
 */
export async function makeFaultyTree(fault: PlantedFault, root: string, compile = true): Promise<void> {
  for (const name of COPIED) await cp(join(repositoryRoot, name), join(root, name), { recursive: true });
  for (const name of ["node_modules", ".cache"])
    await symlink(join(repositoryRoot, name), join(root, name)).catch(() => undefined);
  const source = join(root, fault.file);
  await writeFile(source, withFault(fault, await readFile(source, "utf8")));
  if (compile) await run(process.execPath, [join("build", "js", "scripts", "build-wasm.js")], { cwd: root });
}
