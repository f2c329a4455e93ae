// The verb `check`: what Istio would refuse, and what it accepts and people get wrong.

import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { checkTable, checkTableText } from "../../policies/findings/check-table.js";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { findingJson, findingsText, type Finding } from "../../policies/findings/finding.js";
import { applyFixes } from "../../policies/findings/fixes.js";
import { loadFilter } from "../files/filter-file.js";
import { checkSources, type Checked, type CheckedCounts } from "../../policies/check.js";
import { junitFindings, tapFindings } from "../../policies/findings/reports/report-tests.js";
import { githubReport } from "../../policies/findings/reports/report-github.js";
import { sarifReport } from "../../policies/findings/reports/report-sarif.js";
import { fails, isThreshold, thresholds, type Threshold } from "../../policies/findings/threshold.js";
import { readSettings, SETTINGS_FILE } from "../files/settings-file.js";
import { watched } from "../local-run/watched.js";
import { unreadableFinding } from "../../policies/findings/unreadable.js";
import { fileFault, nothingIn, readAllSources } from "../files/source-files.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { workloadJson, workloadsText } from "../../policies/workloads/workloads-told.js";
import type { Terminal } from "../terminal/terminal.js";
import { jsonText } from "../../policies/text/printable.js";

const formats = ["text", "json", "sarif", "github", "junit", "tap"] as const;
type Format = (typeof formats)[number];

interface Flags {
  rootNamespace?: string;
  namespace?: string;
  istioVersion?: string | undefined;
  format: Format;
  failOn?: Threshold;
  settings?: string;
  watch?: true;
  ignore?: string[];
  fix?: true;
  workloads?: true;
  json?: true;
  list?: true;
}

const examples = `
Errors are what Istio's API server or webhook refuses, or the filter. Warnings are what they accept and people get
wrong. Notes are worth knowing. The exit code is 1 for errors, so that CI stops at what the cluster would refuse and at
nothing that is a matter of judgement; --fail-on warning stops at warnings too.

# jwt-policy: ignore JP210    at the end of a line, or above it, silences that check there. The annotation
jwt-policy/ignore: JP210      does so for an object. docs/checks.md tells of settings for a whole team.

Examples:
  jwt-policy check policies/
  jwt-policy check policies/ deployments/      also tells which selectors select nothing
  jwt-policy check policies/ deployments/ --workloads
  jwt-policy check policies/ --fix             quotes numbers and booleans, adds second slashes
  jwt-policy check policies/ --ignore JP210,JP214
  jwt-policy check policies/ --fail-on warning --format sarif > findings.sarif
  jwt-policy check wasmplugin.yaml envoy.yaml  the filter's configuration, against its schema and by the filter itself
  kubectl get -A -o yaml requestauthentications,authorizationpolicies | jwt-policy check -
`;

/** Adds `check` to the program. */
export function checkVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const collect = (value: string, list: string[] = []) => [...list, ...value.split(",")];
  program
    .command("check")
    .summary("say what Istio would refuse, and what people get wrong")
    .description(
      "Validate RequestAuthentications and AuthorizationPolicies as Istio does, and point at what Istio accepts and " +
        "people get wrong. Give the Deployments, Services, Gateways and VirtualServices too, where you have them. " +
        "Configurations of the filter are validated as well: by themselves, in a WasmPlugin or TrafficExtension, or in " +
        "an Envoy configuration.",
    )
    .argument("[paths...]", "files and directories with YAML or JSON; - is standard input")
    .option("--root-namespace <name>", "the mesh's root namespace (istio-system)")
    .option("-n, --namespace <name>", "the namespace of objects that name none (default)")
    .option("--istio-version <version>", "the Istio that is to take the policies, such as 1.31 (the newest)")
    .addOption(new Option("--fail-on <severity>", "exit with 1 for these and worse").choices(thresholds))
    .option("--settings <file>", `what a team has decided (${SETTINGS_FILE}, if it is there)`)
    .option("--ignore <ids>", "checks to leave out, separated by commas; may be repeated", collect)
    .option("--workloads", "also tell which policies hit which workload in the files")
    .option("--fix", "change the files where it is safe")
    .addOption(new Option("--format <format>", "how findings are written").choices(formats).default("text"))
    .option("--json", "the same as --format json")
    .option("--watch", "check again when a file changes")
    .option("--list", "list all checks instead")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await runCheck(paths, flags, terminal)));
}

async function runCheck(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.list) {
    terminal.write(flags.json ? jsonText(checkTable) : checkTableText(terminal.columns));
    return ExitCode.ok;
  }
  if (paths.length === 0) throw new InputError("check needs files or directories; - is standard input");
  if (flags.watch && flags.fix) throw new InputError("--watch and --fix exclude each other");
  if (flags.json && flags.format !== "text" && flags.format !== "json")
    throw new InputError(`--json and --format ${flags.format} exclude each other`);
  if (flags.workloads && !flags.json && flags.format !== "text" && flags.format !== "json")
    throw new InputError(`--workloads is a table: --format ${flags.format} has no place for it`);
  const settings = await settingsOf(flags);
  const once = () => checkOnce(paths, settings, terminal);
  return flags.watch ? watched(paths, terminal, once) : once();
}

type Settings = Flags & { readonly threshold: Threshold };

/** The options, and what the file of settings has of those that are not given. */
async function settingsOf(flags: Flags): Promise<Settings> {
  const file = await readSettings(flags.settings);
  const ignore = [...(flags.ignore ?? []), ...(file.ignore ?? [])];
  for (const id of ignore) {
    if (!checkTable.some((row) => row.id === id))
      throw new InputError(`--ignore ${id}: no such check; see --list`);
  }
  const threshold = flags.failOn ?? file.failOn ?? "error";
  if (!isThreshold(threshold))
    throw new InputError(`failOn ${threshold}: expected one of ${thresholds.join(", ")}`);
  return {
    ...flags,
    ignore,
    threshold,
    namespace: flags.namespace ?? file.namespace ?? "default",
    rootNamespace: flags.rootNamespace ?? file.rootNamespace ?? "istio-system",
    istioVersion: flags.istioVersion ?? file.istioVersion,
  };
}

async function checkOnce(
  paths: readonly string[],
  settings: Settings,
  terminal: Terminal,
): Promise<ExitCode> {
  const { sources, unreadable } = await readAllSources(paths, terminal);
  // Nothing at all, so nothing to say about the rest.
  if (sources.length === 0 && unreadable.length > 0)
    throw new InputError(unreadable.map(({ message }) => message).join("\n  "));
  if (sources.length === 0) throw new InputError(nothingIn(paths));
  const filter = await loadFilter();
  const { ignore = [], threshold } = settings;
  const options = { ...settings, namespace: settings.namespace!, rootNamespace: settings.rootNamespace! };
  let checked = await checkSources(sources, filter, options);
  let current: readonly SourceFile[] = sources;
  let fixed = 0;
  if (settings.fix) {
    const { changed, count } = applyFixes(sources, checked.findings);
    if (changed.some(({ file }) => file === "-")) throw new InputError("--fix cannot change standard input");
    for (const { file, text } of changed) await write(file, text);
    fixed = count;
    current = sources.map((source) => changed.find(({ file }) => file === source.file) ?? source);
    checked = await checkSources(current, filter, options);
  }
  const { findings, counts } = checked;
  if (!ignore.includes("JP403")) findings.push(...unreadable.map(unreadableFinding));
  const files = [...current, ...unreadable].map(({ file }) => file);
  report({ ...checked, fixed, sources: current, files }, settings, terminal);
  const isNothingRead = counts.policies + counts.configurations + counts.others === 0;
  if (findings.some(({ id }) => id === "JP403" || (id === "JP401" && isNothingRead))) return ExitCode.usage;
  return findings.some((one) => fails(one, threshold)) ? ExitCode.findings : ExitCode.ok;
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new InputError(`cannot write ${file}: ${fileFault(error)}`);
  });
}

interface Report extends Checked {
  readonly fixed: number;
  readonly sources: readonly SourceFile[];
  readonly files: readonly string[];
}

function report(
  { findings, counts, silenced, fixed, sources, files, workloads }: Report,
  settings: Settings,
  terminal: Terminal,
): void {
  const count = (severity: Finding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  const tests = { findings, files, fails: (one: Finding) => fails(one, settings.threshold) };
  const summary = { errors, warnings, notes, fixed, silenced, read: counts };
  const reports: Readonly<Record<Format, () => string>> = {
    text: () =>
      findingsText(findings, sources, terminal.colours, terminal.lineWidth) +
      (workloads === undefined ? "" : workloadsText(workloads, terminal.colours)) +
      summaryText(),
    json: () =>
      jsonText({
        findings: findings.map(findingJson),
        ...(workloads === undefined ? {} : { workloads: workloads.map(workloadJson) }),
        summary,
      }),
    sarif: () => sarifReport(findings, checkTable),
    github: () => githubReport(findings),
    junit: () => junitFindings(tests),
    tap: () => tapFindings(tests),
  };
  terminal.write(reports[settings.json ? "json" : settings.format]());

  function summaryText(): string {
    const fixable = findings.filter(({ fix }) => fix !== undefined).length;
    const parts = [plural(errors, "error"), plural(warnings, "warning"), plural(notes, "note")];
    if (fixed > 0) parts.push(`${fixed} fixed`);
    if (silenced > 0) parts.push(`${silenced} silenced`);
    if (fixable > 0) parts.push(`${fixable} can be fixed with --fix`);
    return `${readText(counts)}: ${parts.join(", ")}\n`;
  }
}

/** `12 policies, 3 other objects in 5 files` */
function readText({ policies, configurations, others, files }: CheckedCounts): string {
  const parts = [`${policies} ${policies === 1 ? "policy" : "policies"}`];
  if (configurations > 0) parts.push(plural(configurations, "configuration"));
  if (others > 0) parts.push(plural(others, "other object"));
  return `${parts.join(", ")} in ${plural(files, "file")}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
