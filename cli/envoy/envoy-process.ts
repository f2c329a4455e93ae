// One running Envoy: started on a configuration, ready when its admin endpoint says so, stopped with its last request.

import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "./wait-for.js";

export const envoyLogLevels = ["trace", "debug", "info", "warning", "error", "critical", "off"] as const;
export type EnvoyLogLevel = (typeof envoyLogLevels)[number];

export interface EnvoyOptions {
  /** The binary: EnvoyBinary.path. */
  path: string;
  /** The whole bootstrap configuration, JSON or YAML. */
  config: string;
  /** Worker threads; each has a VM of its own. Default 1. */
  concurrency?: number;
  /** The level of the component `wasm`, whose lines the filter writes. Default info. */
  wasmLogLevel?: EnvoyLogLevel;
  /** Levels of other components, by name. */
  componentLogLevels?: Readonly<Record<string, EnvoyLogLevel>>;
  /** The level of everything else. Default warning. */
  logLevel?: EnvoyLogLevel;
  /** Envoy's `--log-format`. Default: its own. */
  logFormat?: string;
  /** Gets what Envoy logs, as it comes. */
  onLog?: (text: string) => void;
  /** Gets what Envoy writes to its standard output, its access log, as it comes. */
  onAccessLog?: (text: string) => void;
  /** Gives up waiting for it to become ready. */
  signal?: AbortSignal;
  /** Whether what it writes to its standard output, its access log, is kept. Default no. */
  keepAccessLog?: boolean;
  /** How long a listener whose configuration was replaced serves its connections on, in seconds. Envoy's default is 600. */
  drainSeconds?: number;
  /**
   * Lets Envoy be replaced by another process, or replace one (`--restart-epoch`). `baseIdPath` is a file for the number by which the processes
   * find each other: the first one writes it.
   */
  hotRestart?: { epoch: number; baseIdPath: string; parentShutdownSeconds: number };
  /** How long it may take to become ready, in milliseconds. */
  deadline?: number;
}

export interface RunningEnvoy {
  process: ChildProcess;
  adminPort: number;
  /** The port of a listener by its name. */
  port(listener: string): number;
  /** Everything Envoy and the filter have logged so far. */
  log(): string;
  /** The access log so far; empty unless it is kept. */
  accessLog(): string;
  /** A page of the admin endpoint, such as `/stats?filter=wasm`. */
  admin(page: string): Promise<string>;
  /** Settles when Envoy has ended, whyever. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Envoy ended, or did not get ready; `log` is what it had logged. */
export class EnvoyStartError extends Error {
  constructor(
    message: string,
    readonly log: string,
  ) {
    super(`${message}\n${lastLines(log)}`);
  }
}

/** The end of a log, where the reason of a failure is. */
export function lastLines(log: string): string {
  return log.trimEnd().split("\n").slice(-40).join("\n");
}

/** How much of the log is kept, in characters; the oldest part goes first. */
const LOG_LIMIT = 4_000_000;

/** Starts Envoy and waits until it is ready to serve; rejects with EnvoyStartError when it will not. */
export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-envoy-"));
  // Envoy tells the two languages apart by the ending.
  const configPath = join(
    directory,
    options.config.trimStart().startsWith("{") ? "envoy.json" : "envoy.yaml",
  );
  const adminPath = join(directory, "admin-address");
  await writeFile(configPath, options.config);
  const parameters = ["-c", configPath, "--admin-address-path", adminPath];
  parameters.push(...(await hotRestartParameters(options.hotRestart)));
  parameters.push("--concurrency", String(options.concurrency ?? 1));
  if (options.drainSeconds !== undefined) parameters.push("--drain-time-s", String(options.drainSeconds));
  // Envoy writes its access log every ten seconds by default: whoever keeps it wants to read it.
  const readsAccessLog = options.keepAccessLog === true || options.onAccessLog !== undefined;
  if (readsAccessLog) parameters.push("--file-flush-interval-msec", "100");
  parameters.push("-l", options.logLevel ?? "warning");
  if (options.logFormat !== undefined) parameters.push("--log-format", options.logFormat);
  const levels = Object.entries({ wasm: options.wasmLogLevel ?? "info", ...options.componentLogLevels });
  parameters.push("--component-log-level", levels.map(([name, level]) => `${name}:${level}`).join(","));
  const child = spawn(options.path, parameters, {
    stdio: ["ignore", readsAccessLog ? "pipe" : "ignore", "pipe"],
  });
  let log = "";
  let accessLog = "";
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    if (options.keepAccessLog === true) accessLog = (accessLog + chunk).slice(-LOG_LIMIT);
    options.onAccessLog?.(chunk);
  });
  child.stderr!.setEncoding("utf8");
  child.stderr!.on("data", (chunk: string) => {
    log = (log + chunk).slice(-LOG_LIMIT);
    options.onLog?.(chunk);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      log += `${options.path}: ${error.message}\n`;
      resolve();
    });
    child.once("close", () => resolve());
  });
  let alive = true;
  void ended.then(() => (alive = false));

  // Whatever this process dies of, short of SIGKILL: it leaves no Envoy behind.
  const killAtExit = () => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", killAtExit);
  void ended.then(() => process.off("exit", killAtExit));

  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(late);
    await rm(directory, { recursive: true, force: true });
  };

  try {
    const address = await waitFor("Envoy to be ready", options.deadline ?? 60_000, async () => {
      options.signal?.throwIfAborted();
      if (!alive) throw new EnvoyStartError("Envoy ended at its start.", log);
      const written = (await readFile(adminPath, "utf8").catch(() => "")).trim();
      if (!/:[1-9]\d*$/.test(written)) return undefined;
      // An endpoint on all addresses is asked on this machine's own.
      const address = written.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
      const ready = await fetch(`http://${address}/ready`).catch(() => undefined);
      return ready?.ok ? address : undefined;
    });
    const adminPort = Number(address.slice(address.lastIndexOf(":") + 1));
    const admin = async (page: string) => (await fetch(`http://${address}${page}`)).text();
    const ports = listenerPorts(await admin("/listeners?format=json"));
    const port = (name: string) => {
      const found = ports.get(name);
      if (found === undefined) throw new Error(`Envoy has no listener ${name}`);
      return found;
    };
    return {
      process: child,
      adminPort,
      port,
      log: () => log,
      accessLog: () => accessLog,
      admin,
      ended,
      stop,
    };
  } catch (error) {
    await stop();
    if (error instanceof EnvoyStartError || options.signal?.aborted) throw error;
    throw new EnvoyStartError((error as Error).message, log);
  }
}

async function hotRestartParameters(hotRestart: EnvoyOptions["hotRestart"]): Promise<string[]> {
  // Hot restart shares memory by base id between the Envoys of one machine: by default these have nothing to do with each other.
  if (hotRestart === undefined) return ["--disable-hot-restart"];
  const { epoch, baseIdPath, parentShutdownSeconds } = hotRestart;
  const timing = ["--parent-shutdown-time-s", String(parentShutdownSeconds)];
  if (epoch === 0) return [...timing, "--use-dynamic-base-id", "--base-id-path", baseIdPath];
  const baseId = (await readFile(baseIdPath, "utf8")).trim();
  return [...timing, "--restart-epoch", String(epoch), "--base-id", baseId];
}

function listenerPorts(page: string): Map<string, number> {
  interface Listeners {
    listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
  }
  const { listener_statuses: statuses = [] } = JSON.parse(page) as Listeners;
  return new Map(statuses.map((status) => [status.name, status.local_address.socket_address.port_value]));
}
