// The verb `playground`: the page on this machine, with the user's own files.

import type { Command } from "commander";
import { InputError } from "../../policies/resources/input-error.js";
import type { WorkloadFields } from "../../policies/resolution/workload-fields.js";
import { once } from "../options/repeated-option.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { isTestFileName } from "../../policies/testing/suite/suites.js";
import { readAllSources, readSources } from "../files/source-files.js";
import { addPlaceOptions, readWorkloadOptions, type WorkloadFlags } from "../options/workload-options.js";
import { sourceChanges } from "../local-run/changed-sources.js";
import { stopSignal } from "../local-run/stop-signal.js";
import { pageFiles } from "../page-server/page-files.js";
import { startPageServer } from "../page-server/page-server.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";

interface Flags extends Omit<WorkloadFlags, "for"> {
  for?: string;
  port?: number;
}

const examples = `
Examples:
  jwt-policy playground
  jwt-policy playground policies/ --for foo/app=httpbin
  jwt-policy playground mesh/ --for foo/gateway.networking.k8s.io/gateway-name=waypoint --waypoint --service httpbin
`;

/** Adds `playground` to the program. */
export function playgroundVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("playground")
    .summary("a page to try policies in")
    .description(
      "Serve a page on this machine: write policies, send a request, see why it is allowed or denied. It shows your files, " +
        "and follows their changes; it writes none. Nothing leaves the machine. Ctrl-C ends it.",
    )
    .argument(
      "[paths...]",
      "files and directories with Istio's YAML or JSON; without, the page has its examples",
    )
    .option("--for <namespace/label=value,...>", "the workload that the page begins with", once("--for"));
  addPlaceOptions(command)
    .option("--port <number>", "where it listens on 127.0.0.1 (default: a free port)", readPort)
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await playground(paths, flags, terminal)));
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InputError(`--port ${text}: expected a number up to 65535`);
}

async function playground(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (paths.includes("-")) throw new InputError("the page follows files: standard input is none");
  const where = whereOf(flags);
  const sources = policiesAmong(await readSources(paths, terminal));
  if (paths.length > 0 && sources.length === 0)
    throw new InputError(`no YAML or JSON but test files in ${paths.join(", ")}`);
  const { port = 0 } = flags;
  const server = await startPageServer(await pageFiles(paths.length > 0), port).catch((error: unknown) => {
    throw new InputError(
      `cannot listen on port ${port}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  });
  const stop = stopSignal();
  try {
    const tell = (files: readonly SourceFile[]) => server.tell(JSON.stringify({ files, ...where }));
    if (paths.length > 0) tell(sources);
    terminal.write(`${server.url}\n`);
    terminal.writeError("jwt-policy: the page is there; Ctrl-C ends it\n");
    await followed(paths, sources, tell, terminal, stop.signal);
    return ExitCode.ok;
  } finally {
    stop.release();
    await server.close();
  }
}

/**
 * Where the policies of the page run when it opens, as its served-files.ts reads it.
 * @throws InputError if an option has another form
 */
function whereOf(flags: Flags): {
  readonly workload: Partial<WorkloadFields>;
  readonly namespace: string | undefined;
} {
  readWorkloadOptions({ ...flags, for: flags.for ?? "default" });
  const { gateway, waypoint, service, serviceEntry, trustDomain, trustDomainAlias } = flags;
  // The usual stays out of the form.
  const unusual = (name: string, usual: string) => (name === usual ? undefined : name);
  return {
    workload: {
      ...(flags.for === undefined ? {} : { for: flags.for }),
      gateway,
      waypoint,
      service,
      serviceEntry,
      rootNamespace: unusual(flags.rootNamespace, "istio-system"),
      trustDomain,
      trustDomainAliases: trustDomainAlias,
    },
    namespace: unusual(flags.namespace, "default"),
  };
}

const policiesAmong = (sources: readonly SourceFile[]): SourceFile[] =>
  sources.filter(({ file }) => !isTestFileName(file));

/** Tells of each change until the user ends it. */
async function followed(
  paths: readonly string[],
  first: readonly SourceFile[],
  tell: (files: readonly SourceFile[]) => void,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    return;
  }
  // What cannot be read for a while, because an editor writes it anew, comes again.
  const read = async () => policiesAmong((await readAllSources(paths, terminal)).sources);
  for await (const sources of sourceChanges(read, first, signal)) tell(sources);
}
