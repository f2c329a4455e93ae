// A copy of the repository whose filter, and whose AssemblyScript specs, have a switch at every guard.

import { cp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { findGuards, type Guard, type GuardName } from "./guard.js";
import { SWITCH_FILE, switchedSource, switchSource } from "./switched-source.js";

/** What tests read of the repository, and the compiler's options, besides the sources of the filter. */
const COPIED = [
  "build",
  "cli",
  "docs",
  "envoy",
  "examples",
  "host",
  "schema",
  "scripts",
  "tests",
  "asconfig.json",
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "SECURITY.md",
];

/** Rounds of compiling and leaving out what the compiler refuses. */
const MAX_ROUNDS = 40;

export interface SwitchedTree {
  readonly root: string;
  /** The guards that have a switch, by their number. */
  readonly guards: readonly (readonly [GuardName, Guard])[];
  /** Guards that the compiler does not do without. */
  readonly compilerGuards: readonly GuardName[];
}

/** All guards of assembly/, in the order of files and lines. */
export async function allGuards(repository: string): Promise<Map<GuardName, Guard>> {
  const found = new Map<GuardName, Guard>();
  for (const [file, text] of await readSources(repository))
    for (const [name, guard] of findGuards(file, text)) found.set(name, guard);
  return found;
}

/** Makes the copy at `root`, an empty directory. Throws what the compiler says if it is not about a guard. */
export async function makeSwitchedTree(repository: string, root: string): Promise<SwitchedTree> {
  for (const name of COPIED)
    await cp(join(repository, name), join(root, name), {
      recursive: true,
      filter: (path) => !/\.wasm(\.inputs)?$/.test(path),
    });
  await symlink(join(repository, "node_modules"), join(root, "node_modules"));
  await cp(join(repository, "assembly"), join(root, "assembly"), { recursive: true });

  const sources = await readSources(repository);
  let switched = await allGuards(repository);
  const refused: GuardName[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const guards = [...switched];
    await writeSwitched(root, sources, guards);
    const errors = await check(root);
    if (errors.length === 0) {
      const problem = await compile(root, ["--target", "release"]);
      if (problem !== "") throw new Error(problem);
      return { root, guards, compilerGuards: refused };
    }
    const left = new Map(switched);
    for (const error of errors) {
      const culprits = culpritsOf(error, guards, sources);
      if (culprits.length === 0) throw new Error(`No guard at ${error.file}:${error.line}\n${error.text}`);
      for (const name of culprits) if (left.delete(name)) refused.push(name);
    }
    switched = left;
  }
  throw new Error(`The compiler still finds errors after ${MAX_ROUNDS} rounds.`);
}

async function readSources(repository: string): Promise<Map<string, string>> {
  const names = (await readdir(join(repository, "assembly"), { recursive: true }))
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const texts = await Promise.all(names.map((name) => readFile(join(repository, "assembly", name), "utf8")));
  return new Map(names.map((name, index) => [join("assembly", name), texts[index]!]));
}

async function writeSwitched(
  root: string,
  sources: ReadonlyMap<string, string>,
  guards: readonly (readonly [GuardName, Guard])[],
): Promise<void> {
  await writeFile(join(root, SWITCH_FILE), switchSource(guards.length));
  for (const [file, text] of sources) {
    const own = new Map(
      [...guards.entries()]
        .filter(([, [, guard]]) => guard.file === file)
        .map(([number, [, guard]]) => [number, guard]),
    );
    await writeFile(join(root, file), switchedSource(file, text, own));
  }
}

interface CompileError {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What the compiler says, without optimising. */
async function check(root: string): Promise<CompileError[]> {
  const said = await compile(root, ["--noEmit", "--config", "asconfig.json"]);
  if (said === "") return [];
  const errors = said.split(/^(?=ERROR )/m).filter((part) => part.startsWith("ERROR"));
  const found = errors.map((text): CompileError => {
    const [, file, line] = / in (assembly\/[^(]+)\((\d+),/.exec(text) ?? [];
    return { file: file ?? "", line: Number(line ?? 0), text };
  });
  if (found.length === 0) throw new Error(said);
  return found;
}

async function compile(root: string, options: readonly string[]): Promise<string> {
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(["assembly/index.ts", "--baseDir", root, ...options], { stderr });
  return error === null ? "" : `${error.message}\n${stderr.toString()}`;
}

/** The guards of the line; where there are none, the nearest guard above in the same function whose absence leaves something to be null. */
function culpritsOf(
  error: CompileError,
  guards: readonly (readonly [GuardName, Guard])[],
  sources: ReadonlyMap<string, string>,
): GuardName[] {
  const text = sources.get(error.file) ?? "";
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const own = guards.filter(([, guard]) => guard.file === error.file);
  const onLine = own.filter(([, guard]) => guard.line <= error.line && error.line <= lineOf(guard.end));
  if (onLine.length > 0) return onLine.map(([name]) => name);
  const above = own.filter(([, guard]) => guard.line < error.line);
  return above.slice(-1).map(([name]) => name);
}

/** Takes the copy away. */
export async function removeTree(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}
