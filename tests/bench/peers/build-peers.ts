// Builds what the peers of the bench are made of, each with its own language's tools; a peer whose tools are not on this machine is left out, and said to be.

import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../scripts/repository-root.js";

export const peerSources = join(repositoryRoot, "tests", "bench", "peers");
const output = join(repositoryRoot, "build", "peers");

/** The wasm target of Rust's that Envoy has the imports of. */
const RUST_TARGET = "wasm32-wasip1";

export interface BuiltPeers {
  /** OPA in an ext_authz server: a program. */
  readonly opa: Built;
  /** The filter in Rust: a wasm module. */
  readonly rust: Built;
  /** Where Envoy finds the dynamic module `nothing`: a directory. */
  readonly dynamicModules: Built;
}

/** What was built, and by which version of its tools; or why it was not. */
export type Built = { readonly path: string; readonly by: string } | { readonly missing: string };

export async function buildPeers(): Promise<BuiltPeers> {
  await mkdir(output, { recursive: true });
  const rust = join(output, "rust");
  return {
    opa: await build(
      "go",
      ["version"],
      ["build", "-o", join(output, "opa"), "."],
      "opa",
      join(output, "opa"),
    ),
    rust: await build(
      "cargo",
      ["--version"],
      ["build", "--release", "--locked", "--target", RUST_TARGET, "--target-dir", rust],
      "rust",
      join(rust, RUST_TARGET, "release", "peer.wasm"),
    ),
    dynamicModules: await build(
      "cc",
      ["--version"],
      ["-O2", "-shared", "-fPIC", "-o", join(output, "libnothing.so"), "nothing.c"],
      "",
      output,
    ),
  };
}

/** @param folder below tests/bench/peers, where the program runs */
async function build(
  program: string,
  asksVersion: readonly string[],
  builds: readonly string[],
  folder: string,
  path: string,
): Promise<Built> {
  const run = async (parameters: readonly string[]): Promise<string> => {
    const result = await promisify(execFile)(program, parameters, {
      cwd: join(peerSources, folder),
      maxBuffer: 64e6,
    });
    return result.stdout;
  };
  try {
    const version = (await run(asksVersion)).split("\n", 1)[0]!;
    await run(builds);
    return { path, by: version };
  } catch (error) {
    const [line] = (error as { stderr?: string }).stderr?.trim().split("\n").slice(-1) ?? [];
    return { missing: `${program}: ${line ?? (error as Error).message}` };
  }
}
