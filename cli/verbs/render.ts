// The verb `render`: Istio's policies for one workload, as what runs the filter.

import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { parseAddress, parseListenAddress } from "../../policies/resources/address.js";
import { systemCaFile } from "../files/ca-file.js";
import { originOf } from "../../policies/key-sources/jwks-origin.js";
import { renderWorkloads, type RenderOptions } from "../../policies/render/render-workloads.js";
import { pluginKind, renderFormats, type RenderFormat } from "../../policies/render/formats.js";
import { loadFilter } from "../files/filter-file.js";
import { packageVersion, wasmPath } from "../files/package-files.js";
import { unusedOptions } from "../options/unused-options.js";
import { collect } from "../options/repeated-option.js";
import { fileFault } from "../files/source-files.js";
import { renderEveryWorkload } from "../render-output/render-all.js";
import { reportFindings } from "../render-output/report-findings.js";
import { loadResources } from "../files/load.js";
import { placeholderImage } from "../../policies/plugin-files/image-findings.js";
import { isObjectName } from "../../policies/text/object-name.js";
import type { Terminal } from "../terminal/terminal.js";
import {
  addWorkloadsOptions,
  readWorkloadsOptions,
  type WorkloadFlags,
} from "../options/workload-options.js";

interface Flags extends Omit<WorkloadFlags, "for"> {
  for?: string[];
  all?: true;
  as: RenderFormat;
  name?: string;
  image?: string;
  sha256?: string;
  upstream?: string;
  listen: string;
  admin: string;
  caFile?: string;
  wasm: string;
  cluster?: string[];
  tcpPort?: string[];
  dryRun?: true;
  forwardToken?: true;
  output?: string;
  json?: true;
}

const examples = `
Examples:
  jwt-policy render policies/ --for foo/app=httpbin
  jwt-policy render policies/ --for foo/app=httpbin --as wasmplugin --image oci://REGISTRY/jwt-policy:v${packageVersion()} | kubectl apply -f -
  jwt-policy render policies/ --for foo/app=httpbin --for foo/app=sleep --as wasmplugin --image oci://… -o plugins.yaml
  jwt-policy render policies/ --for foo/app=httpbin --as wasmplugin --image oci://… --dry-run --forward-token
  jwt-policy render policies/ deployments/ --all --as wasmplugin --image oci://… -o plugins/
  jwt-policy render policies/ --for foo/app=httpbin --as envoy --upstream 127.0.0.1:8000 -o envoy.yaml
  kubectl get -A -o yaml requestauthentications,authorizationpolicies | jwt-policy render - --for foo/app=httpbin
`;

/** Adds `render` to the program. */
export function renderVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("render")
    .summary("resolve the policies of one workload and write what runs the filter")
    .description(
      "Resolve which RequestAuthentications and AuthorizationPolicies apply to a workload, as Istio does, and write " +
        "the filter's configuration, the Istio resources that load it, or a complete Envoy bootstrap.",
    )
    .argument("<paths...>", "files and directories with Istio's YAML or JSON; - is standard input");
  addWorkloadsOptions(command)
    .addOption(new Option("--as <format>", "what to write").choices(renderFormats).default("config"))
    .option("--cluster <origin=name>", "the Envoy cluster for an issuer's origin; may be repeated", collect)
    .option(
      "--tcp-port <number>",
      "a Service port that is TCP on purpose, whose traffic the filter does not check; may be repeated",
      collect,
    )
    .option("--dry-run", "policies count and log, and decide nothing")
    .option("--forward-token", "leave tokens in the request, for native filters behind this one")
    .option("-o, --output <file>", "write to a file instead of standard output; with --all, a directory")
    .option(
      "--json",
      "JSON instead of YAML; findings as JSON too: on standard error, and on standard output where nothing is written there",
    )
    .optionsGroup("For --as wasmplugin and trafficextension:")
    .option("--name <name>", "name of the resource (default: one that only this workload has)")
    .option("--image <url>", "where the filter is fetched: oci://registry/jwt-policy:v1 (needed)")
    .option("--sha256 <digits>", "the digest that the filter must have")
    .optionsGroup("For --as envoy:")
    .option("--upstream <host:port>", "the service behind the filter")
    .option("--listen <host:port>", "the listener", "127.0.0.1:10000")
    .option("--admin <host:port>", "Envoy's admin endpoint", "127.0.0.1:9901")
    .option("--ca-file <file>", "authorities that issuers are trusted by (default: the system's)")
    .option("--wasm <file>", "the filter, seen from where Envoy runs", wasmPath)
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => {
      if (!flags.json) {
        tellUnused(command, flags.as, terminal);
        tellPlaceholder(flags, terminal);
      }
      finish(await render(paths, flags, terminal));
    });
}

/** Options of another form are ignored, as scripts have them that write several; it is said. */
function tellUnused(command: Command, as: RenderFormat, terminal: Terminal): void {
  const others = [
    ...(as === "envoy" ? [] : unusedOptions(command, (long) => ofEnvoy.has(long))),
    ...(pluginKind(as) === undefined ? unusedOptions(command, (long) => ofPlugins.has(long)) : []),
  ];
  if (others.length > 0)
    terminal.writeError(`jwt-policy: ${others.join(", ")}: not used by --as ${as}, and ignored\n`);
}

/** What is written may go into `kubectl apply` by a pipe, where check does not see it. */
function tellPlaceholder({ as, image }: Flags, terminal: Terminal): void {
  if (pluginKind(as) === undefined || image === undefined) return;
  const fault = placeholderImage(image);
  if (fault !== undefined) terminal.writeError(`jwt-policy: --image ${image}: ${fault}\n`);
}

const ofEnvoy: ReadonlySet<string> = new Set(["--upstream", "--listen", "--admin", "--ca-file", "--wasm"]);
const ofPlugins: ReadonlySet<string> = new Set(["--name", "--image", "--sha256"]);

async function render(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.all) return renderEveryWorkload(paths, flags, readOptions(flags), terminal);
  const options = {
    ...readOptions(flags),
    workloads: readWorkloadsOptions({ ...flags, for: flags.for ?? [] }),
  };
  const { resources, sources } = await loadResources(paths, flags.namespace, terminal);
  const { text, findings } = await renderWorkloads(resources, options, await loadFilter());
  reportFindings(findings, sources, flags.json === true, terminal);
  if (text === undefined) return ExitCode.findings;
  if (flags.output === undefined) terminal.write(text);
  else {
    await writeFile(flags.output, text).catch((error: unknown) => {
      throw new InputError(`cannot write ${flags.output}: ${fileFault(error)}`);
    });
  }
  return ExitCode.ok;
}

function readOptions(flags: Flags): Omit<RenderOptions, "workloads"> {
  if (flags.as === "envoy" && flags.upstream === undefined) {
    throw new InputError("--as envoy needs --upstream host:port, the service behind the filter");
  }
  if (pluginKind(flags.as) !== undefined && flags.image === undefined) {
    throw new InputError(
      `--as ${flags.as} needs --image, the place in your registry where the filter is, such as oci://registry/jwt-policy:v${packageVersion()}`,
    );
  }
  if (flags.sha256 !== undefined && !/^[0-9a-f]{64}$/.test(flags.sha256)) {
    throw new InputError("--sha256: expected 64 hexadecimal digits in lower case");
  }
  if (flags.name !== undefined && !isObjectName(flags.name)) {
    throw new InputError(
      `--name ${flags.name}: expected the name of a Kubernetes object: small letters, digits, hyphens and dots`,
    );
  }
  return {
    format: flags.as,
    json: flags.json === true,
    clusters: new Map((flags.cluster ?? []).map(parseCluster)),
    tcpPorts: new Set((flags.tcpPort ?? []).map(parsePort)),
    coexistence: { dryRun: flags.dryRun === true, forwardToken: flags.forwardToken === true },
    name: flags.name,
    image: flags.image ?? "",
    sha256: flags.sha256,
    upstream: parseAddress("--upstream", flags.upstream ?? "127.0.0.1:80"),
    listener: parseListenAddress("--listen", flags.listen),
    admin: parseListenAddress("--admin", flags.admin),
    caFile: flags.caFile ?? systemCaFile(),
    wasm: flags.wasm,
  };
}

function parsePort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InputError(`--tcp-port ${text}: expected the number of a Service port`);
  }
  return Number(text);
}

function parseCluster(text: string): [string, string] {
  const match = /^(https?:\/\/[^/?#@=]+)=(.+)$/.exec(text);
  if (match === null || originOf(match[1]!) === undefined)
    throw new InputError(`--cluster ${text}: expected origin=name, as https://idp.example.com=idp`);
  return [originOf(match[1]!)!.origin, match[2]!];
}
