// The first block of README.md, as it stands.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";

/** The YAML of "Quick start: Istio". */
export async function readmeBlock(): Promise<string> {
  const readme = await readFile(join(repositoryRoot, "README.md"), "utf8");
  const [, block] = /^## Quick start: Istio[^\n]*\n[^]*?^```yaml\n([^]*?)^```$/m.exec(readme) ?? [];
  if (block === undefined) throw new Error("README.md has no YAML block under Quick start: Istio");
  return block;
}
