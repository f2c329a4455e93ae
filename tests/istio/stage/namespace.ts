// Network namespaces: one for the world outside of pods, one for each pod, joined by a bridge that leads nowhere else.

import { execFile, spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Every namespace of the stage begins with this, so that what a killed run left behind is known. */
export const STAGE_PREFIX = "jwtp-";

/** Where the control plane, the issuer and the registry are. */
export const WORLD = `${STAGE_PREFIX}world`;

/** The world's address on the bridge. */
export const WORLD_ADDRESS = "10.66.0.1";

/** The bridge, in the world's namespace. */
const BRIDGE = "br0";

/** Runs a program to its end; rejects with what it wrote to standard error. */
export async function runProgram(program: string, args: readonly string[], input?: string): Promise<string> {
  const running = run(program, args, { maxBuffer: 64 * 1024 * 1024 });
  // One that ends without reading says why by its exit code.
  running.child.stdin?.on("error", () => undefined).end(input ?? "");
  const { stdout } = await running;
  return stdout;
}

const ip = (...args: string[]) => runProgram("ip", args);

export async function addWorld(): Promise<void> {
  await ip("netns", "add", WORLD);
  await ip("-n", WORLD, "link", "set", "lo", "up");
  await ip("-n", WORLD, "link", "add", BRIDGE, "type", "bridge");
  await ip("-n", WORLD, "addr", "add", `${WORLD_ADDRESS}/24`, "dev", BRIDGE);
  await ip("-n", WORLD, "link", "set", BRIDGE, "up");
}

/** A pod's namespace: `eth0` with its address, the world as its default route. */
export async function addPodNamespace(namespace: string, address: string): Promise<void> {
  const veth = `v${address.split(".").at(-1)}`;
  await ip("netns", "add", namespace);
  await ip("-n", namespace, "link", "set", "lo", "up");
  await ip(
    ...["-n", WORLD, "link", "add", veth, "type", "veth"],
    ...["peer", "name", "eth0", "netns", namespace],
  );
  await ip("-n", WORLD, "link", "set", veth, "master", BRIDGE, "up");
  await ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0");
  await ip("-n", namespace, "link", "set", "eth0", "up");
  await ip("-n", namespace, "route", "add", "default", "via", WORLD_ADDRESS);
  // A gateway listens on port 80 as the proxy's own user.
  await ip("netns", "exec", namespace, "sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0");
}

/** Ends every process in a namespace, then the namespace. */
export async function removeNamespace(namespace: string): Promise<void> {
  const pids = await ip("netns", "pids", namespace).catch(() => "");
  for (const pid of pids.split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  await ip("netns", "del", namespace).catch(() => undefined);
}

/** The namespaces of this run, or of one that was killed. */
export async function stageNamespaces(): Promise<string[]> {
  const listed = await ip("netns", "list").catch(() => "");
  const names = listed.split("\n").map((line) => line.split(" ")[0]!);
  return names.filter((name) => name.startsWith(STAGE_PREFIX));
}

export interface NamespaceProgram {
  /** Files or directories of the stage that the program sees in the place of others: [the stage's, the machine's]. */
  readonly mounts?: readonly (readonly [from: string, to: string])[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The file that gets both of its outputs. */
  readonly log: string;
  /** Whether it is a Node program that this one talks with (calls.ts). */
  readonly ipc?: boolean;
  /** The user and group that it runs as, root if undefined. */
  readonly user?: number;
}

/**
 * Starts a program in a namespace. Its PID is the program's own (every step execs the next), and its environment is
 * what it is given, with PATH.
 */
export function startInNamespace(
  namespace: string,
  command: readonly string[],
  { mounts = [], cwd, env, log, ipc, user }: NamespaceProgram,
): ChildProcess {
  // `ip netns exec` gives a mount namespace too, which nothing outside sees.
  const bind = mounts.map((_, i) => `mount --bind "$\{${2 * i + 1}}" "$\{${2 * i + 2}}" && `).join("");
  const script = `${bind}shift ${2 * mounts.length} && exec "$@"`;
  const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  const output = openSync(log, "a");
  const stdio: StdioOptions = ["ignore", output, output, ...(ipc ? (["ipc"] as const) : [])];
  const child = spawn(
    "ip",
    ["netns", "exec", namespace, "sh", "-c", script, "-", ...mounts.flat(), ...as, ...command],
    { cwd, stdio, env: { PATH: process.env["PATH"], ...env } },
  );
  closeSync(output);
  return child;
}
