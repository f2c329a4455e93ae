// Somebody who reads the pages and does what they print: an empty folder, the package as npm packs it, a shell.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { installPackage, run, type InstalledPackage } from "../../package/installed-package.js";
import { waitFor } from "../../../cli/envoy/wait-for.js";

export interface ShellResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a block may take, and a server may take to listen, in milliseconds: many times what they need. */
const DEADLINE = 120_000;

export class Newcomer {
  private constructor(
    private readonly installed: InstalledPackage,
    /** Where the lines are run: has examples/ and policies/ with the example's policies. */
    readonly directory: string,
    /** What stand-ins know and have been told. */
    readonly cluster: string,
    private readonly env: NodeJS.ProcessEnv,
    /** A process in a network of its own, whose ports nobody else uses; undefined where there is no such thing. */
    private readonly network: ChildProcess | undefined,
  ) {}

  /** @param programs lines for `sh` that are more programs of the reader's, by name, or others in the place of the stand-ins */
  static async arrive(programs: Readonly<Record<string, string>> = {}): Promise<Newcomer> {
    const [installed, envoy] = await Promise.all([installPackage(), locateEnvoy()]);
    const { directory } = installed;
    const bin = join(directory, "..", "bin");
    const cluster = join(directory, "..", "cluster");
    await Promise.all([bin, cluster].map((path) => mkdir(path)));
    const home = await mkdtemp(join(tmpdir(), "jwt-policy-home-"));
    // The example is the reader's own folder.
    await cp(join(repositoryRoot, "examples"), join(directory, "examples"), { recursive: true });
    await cp(join(repositoryRoot, "examples", "httpbin"), join(directory, "policies"), { recursive: true });
    await symlink(envoy.path, join(bin, "envoy"));
    const standIn = fileURLToPath(new URL("kubectl-stand-in.js", import.meta.url));
    const standIns = ["kubectl", "istioctl"].map(
      (name) => [name, `exec "${process.execPath}" "${standIn}" ${name} "$@"`] as const,
    );
    for (const [name, line] of Object.entries({ ...Object.fromEntries(standIns), ...programs })) {
      await writeFile(join(bin, name), `#!/bin/sh\n${line}\n`);
      await chmod(join(bin, name), 0o755);
    }
    // npm's own settings of this run (`npm test`) are not the newcomer's, nor is the Envoy that tests choose.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|ENVOY_|NODE_TEST)/i.test(name)),
    );
    env.PATH = [bin, join(home, "npm", "bin"), process.env.PATH].join(delimiter);
    Object.assign(env, {
      HOME: home,
      npm_config_prefix: join(home, "npm"),
      // What the package depends on has just been fetched.
      npm_config_cache: (await run("npm", ["config", "get", "cache"], directory)).stdout.trim(),
      npm_config_offline: "true",
      CLUSTER: cluster,
      NO_COLOR: "1",
    });
    return new Newcomer(installed, directory, cluster, env, await networkOfItsOwn());
  }

  /** The packed package. */
  get tarball(): string {
    return this.installed.tarball;
  }

  /** Runs lines in a shell that ends at the first one that fails. */
  async shell(lines: string, cwd = this.directory): Promise<ShellResult> {
    const child = this.start(lines, cwd);
    let stdout = "";
    let stderr = "";
    child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const timer = setTimeout(() => stop(child, "SIGKILL"), DEADLINE);
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearTimeout(timer);
    return { code, stdout, stderr };
  }

  /** What a line shows in a terminal of 100 columns. */
  async terminal(line: string): Promise<string> {
    const file = join(this.directory, "..", "line.sh");
    await writeFile(file, `stty cols 100\n${line}\n`);
    const { stdout } = await this.shell(`script --quiet --command 'bash "${file}"' /dev/null`);
    // npx turns a wheel while it looks for the package, and wipes it away.
    return stdout.replaceAll("\r\n", "\n").replaceAll(/[^\n]*\u001b\[1G\u001b\[0K/g, "");
  }

  /**
   * Runs lines the last of which serves until it is interrupted; `then` runs while it does.
   * @param ready a shell command that succeeds once it serves
   */
  async serving(lines: string, ready: string, then: () => Promise<void>): Promise<void> {
    const child = this.start(lines, this.directory);
    let said = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const closed = new Promise<void>((resolve) =>
      child.on("close", () => {
        resolve();
      }),
    );
    try {
      await waitFor(`\`${ready}\`\n${lines}`, DEADLINE, async () => {
        if (child.exitCode !== null) throw new Error(`It has ended:\n${lines}${said}`);
        return (await this.shell(ready)).code === 0 ? true : undefined;
      });
      await then();
    } finally {
      stop(child, "SIGINT");
      const timer = setTimeout(() => stop(child, "SIGKILL"), 20_000);
      await closed;
      clearTimeout(timer);
    }
  }

  private start(lines: string, cwd: string): ChildProcess {
    const shell = ["bash", "-e", "-o", "pipefail", "-c", lines];
    const [program, ...args] =
      this.network === undefined ? shell : ["nsenter", "-t", String(this.network.pid), "-n", ...shell];
    return spawn(program!, args, { cwd, env: this.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  }

  /** What was handed to `kubectl apply` since the last call. */
  async applied(): Promise<string> {
    const path = join(this.cluster, "applied.yaml");
    const text = await readFile(path, "utf8").catch(() => "");
    await rm(path, { force: true });
    return text;
  }

  async leave(): Promise<void> {
    this.network?.kill("SIGKILL");
    await this.installed.remove();
    await rm(this.env.HOME!, { recursive: true, force: true });
  }
}

function stop(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // It has ended.
  }
}

/** The pages print ports; in a network namespace they are free. Without the right to make one, they have to be. */
async function networkOfItsOwn(): Promise<ChildProcess | undefined> {
  const allowed = await promisify(execFile)("unshare", ["-n", "ip", "link", "set", "lo", "up"]).then(
    () => true,
    () => false,
  );
  if (!allowed) return undefined;
  const child = spawn("unshare", ["-n", "sh", "-c", "ip link set lo up && echo up && exec sleep 3600"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}
