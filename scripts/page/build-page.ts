// The last part of `npm run build`: the page in build/playground/, made of what tsc has compiled and of the filter, unless it was made of the same.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { repositoryRoot } from "../repository-root.js";
import { licensesOf } from "../licenses.js";
import { pageProgram, wasmFile } from "./page-program.js";

/** A static folder: any file server can serve it. */
export const PAGE_DIRECTORY = join(repositoryRoot, "build", "playground");

/** Digest of what the page was made of, and the files that this was. */
const RECORD = join(repositoryRoot, "build", "playground.inputs");

const sources = join(repositoryRoot, "playground");

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const { version } = createRequire(import.meta.url)("esbuild/package.json") as { version: string };
  hash.update(version);
  for (const file of files) hash.update(`${file}\n`).update(await readFile(join(repositoryRoot, file)));
  return hash.digest("hex");
}

interface Recorded {
  readonly digest: string;
  readonly files: readonly string[];
}

async function isCurrent(): Promise<boolean> {
  try {
    const { digest, files } = JSON.parse(await readFile(RECORD, "utf8")) as Recorded;
    return digest === (await digestOf(files));
  } catch {
    return false;
  }
}

/** @returns the files that went into it, from the root */
async function bundle(): Promise<string[]> {
  const { metafile } = await pageProgram("playground/main.js", { outdir: PAGE_DIRECTORY });
  return Object.keys(metafile.inputs);
}

if (!(await isCurrent())) {
  await rm(PAGE_DIRECTORY, { recursive: true, force: true });
  await mkdir(PAGE_DIRECTORY, { recursive: true });
  const inputs = await bundle();
  await writeFile(join(PAGE_DIRECTORY, "LICENSES.txt"), await licensesOf(inputs));
  const texts = [
    ["index.html", "index.html"],
    ["style.css", "playground.css"],
  ] as const;
  for (const [from, to] of texts)
    await writeFile(join(PAGE_DIRECTORY, to), await readFile(join(sources, from)));
  const files = [
    ...inputs,
    relative(repositoryRoot, wasmFile),
    ...texts.map(([from]) => `playground/${from}`),
    "build/js/scripts/page/build-page.js",
    "build/js/scripts/licenses.js",
    "build/js/scripts/page/page-program.js",
  ].sort();
  await writeFile(RECORD, JSON.stringify({ digest: await digestOf(files), files }));
}
