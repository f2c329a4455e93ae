// The verb `check`: what Istio would refuse, and what it accepts and people get wrong.

import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { checkTable, checkTableMarkdown } from "../../policies/findings/check-table.js";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { findingJson, findingsText, type Finding } from "../../policies/findings/finding.js";
import { applyFixes } from "../../policies/findings/fixes.js";
import { loadFilter } from "../files/filter-file.js";
import { checkSources, type CheckedCounts } from "../../policies/check.js";
import { unreadableFinding } from "../../policies/findings/unreadable.js";
import { fileFault, readAllSources } from "../files/source-files.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import type { Terminal } from "../terminal/terminal.js";
import { jsonText } from "../../policies/text/printable.js";

interface Flags {
  rootNamespace: string;
  namespace: string;
  ignore?: string[];
  fix?: true;
  json?: true;
  list?: true;
}

const examples = `
Errors are what Istio's API server or webhook refuses, or the filter. Warnings are what they accept and people get
wrong. Notes are worth knowing and do not count for the exit code.

Examples:
  jwt-policy check policies/
  jwt-policy check policies/ deployments/      also tells which selectors select nothing
  jwt-policy check policies/ --fix             quotes numbers and booleans, adds second slashes
  jwt-policy check policies/ --ignore JP210,JP214
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
    .option("--root-namespace <name>", "the mesh's root namespace", "istio-system")
    .option("-n, --namespace <name>", "the namespace of objects that name none", "default")
    .option("--ignore <ids>", "checks to leave out, separated by commas; may be repeated", collect)
    .option("--fix", "change the files where it is safe")
    .option("--json", "findings as JSON")
    .option("--list", "list all checks instead")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await runCheck(paths, flags, terminal)));
}

async function runCheck(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.list) {
    terminal.write(flags.json ? jsonText(checkTable) : checkTableMarkdown());
    return ExitCode.ok;
  }
  if (paths.length === 0) throw new InputError("check needs files or directories; - is standard input");
  for (const id of flags.ignore ?? []) {
    if (!checkTable.some((row) => row.id === id))
      throw new InputError(`--ignore ${id}: no such check; see --list`);
  }
  const { sources, unreadable } = await readAllSources(paths, terminal);
  // Nothing at all, so nothing to say about the rest.
  if (sources.length === 0 && unreadable.length > 0)
    throw new InputError(unreadable.map(({ message }) => message).join("\n  "));
  const filter = await loadFilter();
  let { findings, counts } = await checkSources(sources, filter, flags);
  let current: readonly SourceFile[] = sources;
  let fixed = 0;
  if (flags.fix) {
    const { changed, count } = applyFixes(sources, findings);
    if (changed.some(({ file }) => file === "-")) throw new InputError("--fix cannot change standard input");
    for (const { file, text } of changed) await write(file, text);
    fixed = count;
    current = sources.map((source) => changed.find(({ file }) => file === source.file) ?? source);
    ({ findings, counts } = await checkSources(current, filter, flags));
  }
  if (!(flags.ignore ?? []).includes("JP403")) findings.push(...unreadable.map(unreadableFinding));
  report(findings, { fixed, counts }, { ...flags, sources: current }, terminal);
  const isNothingRead = counts.policies + counts.configurations + counts.others === 0;
  if (findings.some(({ id }) => id === "JP403" || (id === "JP401" && isNothingRead))) return ExitCode.usage;
  return findings.some(({ severity }) => severity !== "note") ? ExitCode.findings : ExitCode.ok;
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new InputError(`cannot write ${file}: ${fileFault(error)}`);
  });
}

function report(
  findings: readonly Finding[],
  { fixed, counts }: { readonly fixed: number; readonly counts: CheckedCounts },
  { json, sources }: Pick<Flags, "json"> & { readonly sources: readonly SourceFile[] },
  terminal: Terminal,
): void {
  const count = (severity: Finding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  if (json) {
    const summary = { errors, warnings, notes, fixed, read: counts };
    terminal.write(jsonText({ findings: findings.map(findingJson), summary }));
    return;
  }
  terminal.write(findingsText(findings, sources, terminal.colours));
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const parts = [plural(errors, "error"), plural(warnings, "warning"), plural(notes, "note")];
  if (fixed > 0) parts.push(`${fixed} fixed`);
  if (fixable > 0) parts.push(`${fixable} can be fixed with --fix`);
  terminal.write(`${readText(counts)}: ${parts.join(", ")}\n`);
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
