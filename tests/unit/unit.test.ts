// Runs the AssemblyScript specs: every `tests/unit/specs/<folder of assembly>/<subject>.as.ts` is compiled, and each function that it exports is a test, run in
// an instance of its own. A spec asserts with assertions/expect.as.ts and imports from assembly/ whatever it tests; proxy-wasm
// functions that come along are stubs which find nothing (assemblyscript/instantiate.ts).

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compileAssemblyScript, repositoryRoot } from "../assemblyscript/compile.js";
import { instantiate } from "../assemblyscript/instantiate.js";

const folder = join("tests", "unit", "specs");
const specs = (await readdir(join(repositoryRoot, folder), { recursive: true }))
  .filter((name) => name.endsWith(".as.ts"))
  .sort();

for (const spec of specs) {
  const path = join(folder, spec);
  const compiled = await compileAssemblyScript(path).catch((error: unknown) => error as Error);
  describe(path, () => {
    if (compiled instanceof Error) {
      test("compiles", () => {
        throw compiled;
      });
      return;
    }
    const cases = WebAssembly.Module.exports(compiled).filter(({ kind }) => kind === "function");
    for (const { name } of cases) {
      test(name.replaceAll("_", " "), async () => {
        const exports = await instantiate(compiled);
        try {
          (exports[name] as () => void)();
        } catch (error) {
          throw new Error(`${path} ${name}\n${(error as Error).message}`, { cause: error });
        }
      });
    }
  });
}
