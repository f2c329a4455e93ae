// The verb `explain`: the decision on one request, and the way to it.

import type { Command } from "commander";
import type { Filter } from "../../policies/evaluation/filter.js";
import { checkGivenKeys } from "../../policies/evaluation/given-key-sets.js";
import { keyFetcher } from "../key-fetch/key-fetcher.js";
import { readAuthorities } from "../key-fetch/authorities.js";
import { loadFilter } from "../files/filter-file.js";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { LogExplainer, type LoggedExplanation } from "../../policies/explanation/explain-log.js";
import { explainRequest } from "../../policies/explanation/request/explain-request.js";
import type { Explanation } from "../../policies/explanation/explanation.js";
import { explanationJson } from "../../policies/explanation/told/explanation-json.js";
import { explanationText } from "../../policies/explanation/told/explanation-text.js";
import { noOrigins } from "../../policies/explanation/origin.js";
import { subjectIn, type Subject } from "../../policies/explanation/subject.js";
import { findingJson, findingsText, type Finding } from "../../policies/findings/finding.js";
import { checkIssuers, readGivenKeys } from "../options/given-keys-option.js";
import { readInstant } from "../options/instant-option.js";
import { collect } from "../options/repeated-option.js";
import { addRequestOptions, readRequestOptions, type RequestFlags } from "../options/request-options.js";
import { logLines } from "../files/envoy-log.js";
import { readSources } from "../files/source-files.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import type { Terminal } from "../terminal/terminal.js";
import { jsonText } from "../../policies/text/printable.js";
import { addTokenOptions, readTokenOptions, type TokenFlags } from "../options/token-options.js";
import {
  addOptionalWorkloadOptions,
  readWorkloadOptions,
  type WorkloadFlags,
} from "../options/workload-options.js";

interface Flags extends Omit<WorkloadFlags, "for">, RequestFlags, TokenFlags {
  for?: string;
  config?: string;
  now?: string;
  jwks?: string[];
  caFile?: string;
  offline?: true;
  unverified?: true;
  fromLog?: string;
  stream?: string;
  all?: true;
  json?: true;
}

const examples = `
Examples:
  jwt-policy explain policies/ --for foo/app=httpbin --request "GET /headers" --token-file token.txt
  jwt-policy explain policies/ --for foo/app=httpbin --request "GET /headers" --claim sub=alice --claim scope=read
  jwt-policy explain policies/ --for foo/app=httpbin --request "GET /a?t={token}" -H "x-user: bob" --token -
  jwt-policy explain --config wasmplugin.yaml --request "GET /headers" --token-env TOKEN --now 2026-01-31T12:00:00Z
  kubectl logs -f deploy/httpbin -c istio-proxy | jwt-policy explain --from-log -
  pbpaste | jwt-policy explain policies/ --for foo/app=httpbin --token - --jwks https://idp.example.com/=jwks.json
`;

const network = `
Keys are fetched as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Authorities in NODE_EXTRA_CA_CERTS are trusted beside
those of Node.js; --ca-file takes the place of both.
`;

/** Adds `explain` to the program. */
export function explainVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("explain")
    .summary("say why a request is allowed or denied")
    .description(
      "Ask the filter about one request, and tell the way to its decision: where tokens were looked for, what was checked, " +
        "every policy and rule with the first condition that is not met and the values that it saw. No token is printed.",
    )
    .argument("[paths...]", "files and directories with Istio's YAML or JSON; - is standard input")
    .option(
      "--config <file>",
      "a plugin configuration in place of policies: JSON, a WasmPlugin, an Envoy configuration",
    );
  addOptionalWorkloadOptions(command);
  addRequestOptions(command).option("--now <time>", "when it arrives (default: the present)");
  addTokenOptions(command);
  command
    .optionsGroup("Keys:")
    .option(
      "--jwks <issuer=file>",
      "the keys of an issuer, instead of fetching them; may be repeated",
      collect,
    )
    .option(
      "--ca-file <file>",
      "authorities that issuers are trusted by when keys are fetched (default: those of Node.js)",
    )
    .option("--offline", "fetch no keys")
    .option("--unverified", "assume that the token's signature is valid, to see what the rest decides")
    .optionsGroup("Instead of a request:")
    .option(
      "--from-log <file>",
      "explain the requests of an Envoy debug log, each as soon as it is decided; - is standard input; policies tell places",
    )
    .option("--stream <number>", "only the requests of this stream in the log")
    .optionsGroup("Output:")
    .option("--all", "every condition of every rule")
    .option("--json", "the explanation as JSON (docs/explain.md)")
    .addHelpText("after", network + examples)
    .action(async (paths: string[], flags: Flags) => finish(await explain(paths, flags, terminal)));
}

async function explain(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  checkInput(paths, flags);
  if (flags.fromLog !== undefined) return explainFromLog(flags.fromLog, paths, flags, terminal);
  if (flags.stream !== undefined) throw new InputError("--stream is about a log: give --from-log");
  const request = readRequestOptions(flags);
  const now = readInstant("--now", flags.now) ?? Math.floor(Date.now() / 1000);
  const token = await readTokenOptions(flags, terminal);
  const keys = await readGivenKeys(flags.jwks ?? []);
  if (flags.unverified && token === undefined)
    throw new InputError("--unverified is about a token, and there is none");
  const filter = await loadFilter();
  const subject = await readSubject(paths, flags, filter, terminal);
  if (subject.kind === "refused") {
    refuse(subject, flags, terminal);
    return ExitCode.usage;
  }
  const { configuration, origins, elsewhere, warnings, sources } = subject;
  terminal.writeError(findingsText(warnings, sources, terminal.colours));
  checkIssuers(configuration, keys);
  await checkGivenKeys(filter, keys, "--jwks");
  const unverified = flags.unverified === true;
  const authorities = flags.caFile === undefined ? undefined : await readAuthorities(flags.caFile);
  const fetched = flags.offline === true ? undefined : keyFetcher({ authorities, environment: process.env });
  const question = {
    configuration,
    origins,
    elsewhere,
    request,
    token,
    unverified,
    now,
    keys,
    fetchKeys: fetched,
  };
  const explanation = await explainRequest(filter, question);
  terminal.write(flags.json ? jsonText(explanationJson(explanation)) : text(explanation, flags, terminal));
  return exitCodeOf(explanation);
}

/**
 * Reads what the arguments name.
 * @throws InputError if it cannot be read, or is not one thing
 */
async function readSubject(
  paths: readonly string[],
  flags: Flags,
  filter: Filter,
  terminal: Terminal,
): Promise<Subject> {
  const files = flags.config === undefined ? paths : [...paths, flags.config];
  if (files.length === 0) throw new InputError("explain needs files with policies, or --config; see --help");
  if (flags.config !== undefined && flags.for !== undefined) {
    throw new InputError("--config and --for exclude each other: a plugin configuration is of one workload");
  }
  const workload = flags.for === undefined ? undefined : readWorkloadOptions({ ...flags, for: flags.for });
  return subjectIn(await readSources(files, terminal), { workload, namespace: flags.namespace }, filter);
}

/** Standard input can be read once. */
function checkInput(paths: readonly string[], flags: Flags): void {
  const { config, token, tokenFile, claims, fromLog } = flags;
  const readers = [...paths, config, token, tokenFile, claims?.replace(/^@/, ""), fromLog];
  if (readers.filter((reader) => reader === "-").length > 1) {
    throw new InputError("standard input is one thing: policies, a token, claims, or a log");
  }
}

async function explainFromLog(
  file: string,
  paths: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  const stream = flags.stream === undefined ? undefined : Number(flags.stream);
  if (Number.isNaN(stream)) throw new InputError(`--stream ${flags.stream ?? ""}: expected a number`);
  const subject =
    paths.length === 0 && flags.config === undefined
      ? undefined
      : await readSubject(paths, flags, await loadFilter(), terminal);
  if (subject?.kind === "refused") {
    refuse(subject, flags, terminal);
    return ExitCode.usage;
  }
  const explainer = new LogExplainer(subject?.origins ?? noOrigins, stream);
  const all: LoggedExplanation[] = [];
  let [told, denied] = [0, false];
  const tell = (one: LoggedExplanation) => {
    denied ||= one.explanation.decision === "denied";
    if (flags.json) all.push(one);
    else terminal.write((told++ === 0 ? "" : "\n\n") + text(one.explanation, flags, terminal));
  };
  // Each as soon as its last line is there: `kubectl logs -f` has no end.
  for await (const line of logLines(file, terminal)) {
    const ended = explainer.take(line);
    if (ended !== undefined) tell(ended);
  }
  for (const unfinished of explainer.end()) tell(unfinished);
  const { unread } = explainer;
  if (flags.json) {
    const requests = all.sort((one, other) => one.number - other.number);
    terminal.write(
      jsonText({ requests: requests.map(({ explanation }) => explanationJson(explanation)), unread }),
    );
  } else if (unread > 0) {
    terminal.writeError(`jwt-policy: lines of the filter that could not be read: ${unread}\n`);
  }
  return denied ? ExitCode.findings : ExitCode.ok;
}

function text(explanation: Explanation, { all }: Flags, { colours, columns }: Terminal): string {
  return explanationText(explanation, { colours, width: columns, all: all === true });
}

function exitCodeOf({ decision }: Explanation): ExitCode {
  if (decision === "unknown") return ExitCode.usage;
  return decision === "allowed" ? ExitCode.ok : ExitCode.findings;
}

interface Refusal {
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceFile[];
}

function refuse({ findings, sources }: Refusal, { json }: Flags, terminal: Terminal): void {
  if (json) terminal.write(jsonText({ findings: findings.map(findingJson) }));
  else terminal.writeError(findingsText(findings, sources, terminal.colours));
}
