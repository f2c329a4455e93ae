// Envoys one after the other, each with the policies as they are when it starts.

import type { ChildProcess } from "node:child_process";
import {
  EnvoyStartError,
  startEnvoy,
  type EnvoyLogLevel,
  type RunningEnvoy,
} from "../envoy/envoy-process.js";
import type { EnvoyBinary } from "../envoy/find-envoy.js";
import { InputError } from "../../policies/resources/input-error.js";
import { addressText } from "../../policies/resources/address.js";
import type { PluginConfig } from "../../policies/plugin-config/plugin-config.js";
import type { Terminal } from "../terminal/terminal.js";
import { LogExplainer } from "../../policies/explanation/explain-log.js";
import type { Origins } from "../../policies/explanation/origin.js";
import { explanationText } from "../../policies/explanation/told/explanation-text.js";
import { requestLines } from "./request-lines.js";
import { exampleRequests } from "./example-requests.js";
import { logFormat, readableLog } from "./log-lines.js";
import type { LocalRunOptions } from "./prepare.js";

export interface Setup {
  readonly config: PluginConfig;
  readonly bootstrap: string;
  /** Where the rules stand in the user's files. */
  readonly places: Origins;
}

export interface LocalRunSurroundings {
  readonly binary: EnvoyBinary;
  readonly options: LocalRunOptions;
  readonly envoy: { readonly logLevel: EnvoyLogLevel; readonly wasmLogLevel: EnvoyLogLevel };
  /** Whether each request is explained when it is decided, instead of told in a line when it is answered. */
  readonly explains: boolean;
  /** What the upstream is called: its address, or `echo`. */
  readonly upstreamName: string;
  readonly terminal: Terminal;
  readonly stop: AbortSignal;
  /** Settles with what the next Envoy is to be started with; never, if there is to be none. */
  readonly next: (signal: AbortSignal) => Promise<Setup>;
}

/**
 * Runs Envoy until the user stops it.
 * @returns whether it ended because somebody asked for it
 * @throws InputError if it does not start
 */
export async function runUntilStopped(first: Setup, around: LocalRunSurroundings): Promise<boolean> {
  for (let setup = first; ;) {
    const envoy = await start(setup, around);
    if (envoy === undefined) return true;
    const changes = new AbortController();
    try {
      announce(envoy, setup.config, around);
      const next = await Promise.race([
        aborted(around.stop),
        envoy.ended.then(() => "ended" as const),
        around.next(changes.signal),
      ]);
      if (next === "stopped") return true;
      if (next === "ended") return endedAsAsked(envoy.process, around);
      setup = next;
      around.terminal.write("\nThe policies have changed: Envoy starts anew.\n");
    } finally {
      changes.abort();
      await envoy.stop();
    }
  }
}

/** Undefined: the user has had enough before it was ready. */
async function start(setup: Setup, around: LocalRunSurroundings): Promise<RunningEnvoy | undefined> {
  const { binary, envoy, terminal, stop, explains } = around;
  // What Envoy says about its end, which the user wants, is no news.
  const write = (text: string) => stop.aborted || terminal.writeError(text);
  try {
    return await startEnvoy({
      ...envoy,
      path: binary.path,
      config: setup.bootstrap,
      signal: stop,
      logFormat,
      onLog: readableLog(
        write,
        ["trace", "debug"].includes(envoy.logLevel),
        explains
          ? { takeStep: explaining(setup.places, terminal), isInfoWanted: envoy.logLevel === "info" }
          : undefined,
      ),
      ...(explains ? {} : { onAccessLog: requestLines((text) => terminal.write(text), terminal.colours) }),
    });
  } catch (error) {
    if (stop.aborted) return undefined;
    if (!(error instanceof EnvoyStartError)) throw error;
    // Its log has been written as it came.
    const taken = /cannot bind '([^']+)'.*Address already in use/.exec(error.log)?.[1];
    throw new InputError(
      taken === undefined
        ? `Envoy ${binary.version} (${binary.path}) does not start; see above`
        : `${taken} is taken: give another --listen or --admin`,
    );
  }
}

/** Explains each request when the line comes that ends it. */
function explaining(places: Origins, terminal: Terminal): (line: string) => void {
  const explainer = new LogExplainer(places);
  const { colours, columns: width } = terminal;
  return (line) => {
    const ended = explainer.take(line);
    if (ended === undefined) return;
    terminal.write(`\n${explanationText(ended.explanation, { colours, width, all: false })}\n`);
  };
}

function announce(envoy: RunningEnvoy, config: PluginConfig, around: LocalRunSurroundings): void {
  const { terminal, options, binary } = around;
  const origin = `http://${addressText({ ...options.listener, port: envoy.port("jwt-policy") })}`;
  const admin = `http://${addressText({ ...options.admin, port: envoy.adminPort })}`;
  const { bold, dim } = terminal.colours;
  const counts = [
    plural((config.requestAuthentications ?? []).length, "RequestAuthentication"),
    plural((config.authorizationPolicies ?? []).length, "AuthorizationPolicy"),
  ];
  const lines = [
    `Envoy ${binary.version} (${binary.how}) with ${counts.join(" and ")}`,
    `  ${bold("listener")}  ${origin} -> ${around.upstreamName}`,
    `  ${bold("admin")}     ${admin}`,
    "",
    ...exampleRequests(config, origin).map((line) => `  ${line}`),
    "",
    dim(
      around.explains
        ? "Each request is explained here. Ctrl-C ends it."
        : "Each request gets a line here; --explain tells the way to each decision. Ctrl-C ends it.",
    ),
  ];
  terminal.write(`${lines.join("\n")}\n`);
}

function plural(count: number, kind: string): string {
  if (count === 1) return `1 ${kind}`;
  return `${count} ${kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`}`;
}

/** Envoy ends with 0 when it is told to, be it by the signal that this process got as well or at its admin endpoint. */
function endedAsAsked({ exitCode, signalCode }: ChildProcess, { terminal }: LocalRunSurroundings): boolean {
  if (exitCode === 0) return true;
  terminal.writeError(`jwt-policy: Envoy has ended with ${signalCode ?? `exit code ${exitCode ?? "?"}`}\n`);
  return false;
}

function aborted(signal: AbortSignal): Promise<"stopped"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("stopped");
    else signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}
