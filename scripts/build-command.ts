// A part of `npm run build`: the command in build/command/, made of what tsc has compiled. One file is read in a third of the time that 250 take, and
// with every call of the command.

import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { licensesOf } from "./licenses.js";
import { repositoryRoot } from "./repository-root.js";

/** Programs of cli/ that package.json names as its bin. */
const programs = ["main", "kubectl-main"];

const directory = join(repositoryRoot, "build", "command");

const { outputFiles, metafile } = await build({
  entryPoints: programs.map((name) => join(repositoryRoot, "build", "js", "cli", `${name}.js`)),
  absWorkingDir: repositoryRoot,
  outdir: directory,
  bundle: true,
  // Both programs are the same command.
  splitting: true,
  chunkNames: "[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node20.19",
  charset: "utf8",
  // They are all in LICENSES.txt.
  legalComments: "none",
  logLevel: "warning",
  // Packages of CommonJS ask for Node's modules by this name.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
  metafile: true,
  write: false,
});

await mkdir(directory, { recursive: true });
const written = new Set<string>();
const write = async (path: string, contents: string | Uint8Array) => {
  // A command that starts meanwhile finds the old file or the new one.
  await writeFile(`${path}.new`, contents);
  await rename(`${path}.new`, path);
  written.add(basename(path));
};
// What is imported before what imports it.
for (const { path, contents } of [...outputFiles].sort((a, b) => order(a.path) - order(b.path)))
  await write(path, contents);
await write(join(directory, "LICENSES.txt"), await licensesOf(Object.keys(metafile.inputs)));
for (const name of programs) await chmod(join(directory, `${name}.js`), 0o755);
for (const name of await readdir(directory))
  if (!written.has(name)) await rm(join(directory, name), { force: true });

function order(path: string): number {
  return metafile.outputs[relative(repositoryRoot, path)]?.entryPoint === undefined ? 0 : 1;
}
