// The second half of `npm run build`: compiles the filter to build/jwt-policy.wasm, unless what is there was made from the same sources by the same compiler.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { main as compile } from "assemblyscript/asc";
import { repositoryRoot } from "./repository-root.js";

const OUTPUT = join(repositoryRoot, "build", "jwt-policy.wasm");
/** Digests of what the output was made of, and of the output itself: one that has been replaced is made again. */
const RECORD = `${OUTPUT}.inputs`;

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** Digest of all that decides what the compiler writes: sources, its options, its own version. */
async function inputsDigest(): Promise<string> {
  const entries = await readdir(join(repositoryRoot, "assembly"), { recursive: true });
  const sources = entries.filter((entry) => entry.endsWith(".ts")).sort();
  const { version } = createRequire(import.meta.url)("assemblyscript/package.json") as { version: string };
  const parts: (string | Uint8Array)[] = [version, await readFile(join(repositoryRoot, "asconfig.json"))];
  for (const source of sources) parts.push(source, await readFile(join(repositoryRoot, "assembly", source)));
  return digest(...parts);
}

async function record(inputs: string): Promise<string> {
  return `${inputs} ${digest(await readFile(OUTPUT))}\n`;
}

async function isCurrent(inputs: string): Promise<boolean> {
  try {
    return (await readFile(RECORD, "utf8")) === (await record(inputs));
  } catch {
    return false;
  }
}

const inputs = await inputsDigest();
if (!(await isCurrent(inputs))) {
  process.stderr.write("Compiling build/jwt-policy.wasm: twenty seconds or more ...\n");
  await mkdir(join(repositoryRoot, "build"), { recursive: true });
  const { error } = await compile(["assembly/index.ts", "--target", "release", "--baseDir", repositoryRoot], {
    stdout: process.stdout,
    stderr: process.stderr,
  });
  if (error === null) await writeFile(RECORD, await record(inputs));
  else process.exitCode = 1;
}
