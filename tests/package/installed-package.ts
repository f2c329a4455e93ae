// The package as npm packs it, installed into an empty directory: what a user has.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InstalledPackage {
  /** Paths in the tarball. */
  readonly files: readonly string[];
  /** The tarball. */
  readonly tarball: string;
  /** Where it is installed: has node_modules and nothing else of this repository. */
  readonly directory: string;
  /** Runs the command `jwt-policy` there. */
  run(args: readonly string[], input?: string): Promise<Result>;
  remove(): Promise<void>;
}

/** Packs build/ as it is, and installs it with what it depends on. */
export async function installPackage(): Promise<InstalledPackage> {
  const root = await mkdtemp(join(tmpdir(), "jwt-policy-package-"));
  const directory = join(root, "user");
  await mkdir(directory);
  // Without prepack: that would build what is under test anew, beneath the other tests.
  const packed = await succeeded(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", root],
    repositoryRoot,
  );
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  const tarball = join(root, filename);
  await succeeded("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], directory);
  const command = join(directory, "node_modules", ".bin", "jwt-policy");
  return {
    files: files.map(({ path }) => path),
    tarball,
    directory,
    run: (args, input) => run(command, args, directory, input),
    remove: () => rm(root, { recursive: true }),
  };
}

/** Names of the packages in a directory's node_modules. */
export async function packagesIn(directory: string): Promise<string[]> {
  const modules = join(directory, "node_modules");
  const names = (await readdir(modules)).filter((name) => !name.startsWith("."));
  const nested = names.map(async (name) =>
    name.startsWith("@") ? (await readdir(join(modules, name))).map((one) => `${name}/${one}`) : [name],
  );
  return (await Promise.all(nested)).flat().sort();
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], cwd: string, input = ""): Promise<Result> {
  return new Promise((resolve, reject) => {
    // npm's own settings of this run (`npm test`) are not the user's.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    const child = execFile(
      program,
      args,
      { cwd, env: { ...env, NO_COLOR: "1" } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(new Error(stderr, { cause: error }));
        else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

async function succeeded(program: string, args: readonly string[], cwd: string): Promise<Result> {
  const result = await run(program, args, cwd);
  if (result.code !== 0) throw new Error(`${program} ${args.join(" ")}: ${result.stderr}`);
  return result;
}
