// `token --show`: what a token says, and which JWT rules would take it.

import { stat } from "node:fs/promises";
import { checkGivenKeys } from "../../policies/evaluation/given-key-sets.js";
import { findingJson, findingsText } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { shownTokenJson } from "../../policies/shown-token/shown-token-json.js";
import { shownTokenText } from "../../policies/shown-token/shown-token-text.js";
import { showToken } from "../../policies/shown-token/shown-token.js";
import { tokenPolicies } from "../../policies/shown-token/token-policies.js";
import { jsonText } from "../../policies/text/printable.js";
import { loadFilter } from "../files/filter-file.js";
import { fileFault, readSources } from "../files/source-files.js";
import { checkIssuers, readGivenKeys } from "../options/given-keys-option.js";
import { readInstant } from "../options/instant-option.js";
import { readWorkloadOptions, type WorkloadFlags } from "../options/workload-options.js";
import { fileText } from "../terminal/bounded-text.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";

export interface ShowFlags extends Partial<WorkloadFlags> {
  /** True: no value was given. */
  show?: string | true;
  tokenFile?: string;
  tokenEnv?: string;
  config?: string;
  jwks?: string[];
  now?: string;
  json?: true;
}

/** Tells what the token says. */
export async function showVerb(
  given: readonly string[],
  flags: ShowFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { text, paths } = await readToken(given, flags, terminal);
  const now = readInstant("--now", flags.now) ?? Math.floor(Date.now() / 1000);
  const keys = await readGivenKeys(flags.jwks ?? []);
  const files = flags.config === undefined ? paths : [...paths, flags.config];
  if (files.length === 0) {
    if (flags.for !== undefined) throw new InputError("--for is about policies: name their files too");
    if (keys.size > 0)
      throw new InputError(
        "--jwks is about the rules of policies: name their files too; a key is taken by a rule",
      );
  }
  const filter = await loadFilter();
  await checkGivenKeys(filter, keys, "--jwks");
  let rules: Awaited<ReturnType<typeof tokenPolicies>> | undefined = undefined;
  if (files.length > 0) {
    const { namespace = "default", rootNamespace = "istio-system" } = flags;
    const workload =
      flags.for === undefined
        ? undefined
        : readWorkloadOptions({ ...flags, namespace, rootNamespace, for: flags.for });
    const sources = await readSources(files, terminal);
    rules = await tokenPolicies(sources, { workload, namespace }, filter);
    if (rules.kind === "refused") {
      if (flags.json) terminal.write(jsonText({ findings: rules.findings.map(findingJson) }));
      else terminal.writeError(findingsText(rules.findings, sources, terminal.colours));
      return ExitCode.usage;
    }
    checkIssuers(rules.configuration, keys);
  }
  const shown = await showToken(filter, text, now, rules === undefined ? undefined : { ...rules, keys });
  const { colours, columns: width } = terminal;
  terminal.write(flags.json ? jsonText(shownTokenJson(shown)) : shownTokenText(shown, { colours, width }));
  const isTaken = shown.rules?.some(({ verdict }) => verdict !== "refuses") ?? shown.fault === undefined;
  return shown.kind === "jwt" && isTaken ? ExitCode.ok : ExitCode.findings;
}

interface Read {
  readonly text: string;
  readonly paths: readonly string[];
}

/** The token of --show, a file of that name, or standard input; a directory or YAML behind --show is where policies are. */
async function readToken(
  given: readonly string[],
  { show, tokenFile, tokenEnv, config }: ShowFlags,
  terminal: Terminal,
): Promise<Read> {
  const value = show === true ? undefined : show?.replace(/^@/, "");
  const stats = value === undefined || value === "-" ? undefined : await stat(value).catch(() => undefined);
  const isPolicies =
    value !== undefined && stats !== undefined && (stats.isDirectory() || /\.ya?ml$/i.test(value));
  const paths = isPolicies ? [value, ...given] : given;
  const token = isPolicies ? undefined : value;
  const named = [
    ...(token === undefined ? [] : ["--show TOKEN"]),
    ...(tokenFile === undefined ? [] : ["--token-file"]),
    ...(tokenEnv === undefined ? [] : ["--token-env"]),
  ];
  if (named.length > 1) throw new InputError(`${named.join(" and ")} exclude each other: give one token`);
  const isFile = !isPolicies && (stats !== undefined || (show !== true && show?.startsWith("@") === true));
  const file = tokenFile ?? (isFile ? value : undefined);
  const readsInput = named.length === 0 || token === "-" || file === "-";
  if (readsInput && [...paths, config].includes("-"))
    throw new InputError("standard input is one thing: the token, or policies");
  if (tokenEnv !== undefined) {
    const text = process.env[tokenEnv];
    if (text === undefined) throw new InputError(`--token-env ${tokenEnv}: there is no such variable`);
    return { text, paths };
  }
  if (readsInput) return { text: await terminal.readInput(), paths };
  if (file === undefined) return { text: token ?? "", paths };
  const text = await fileText(file).catch((error: unknown) => {
    throw new InputError(`cannot read ${file}: ${fileFault(error)}`);
  });
  return { text, paths };
}
