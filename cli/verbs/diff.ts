// The verb `diff`: which answers change between policies as they were and as they are.

import type { Command } from "commander";
import { InputError } from "../../policies/resources/input-error.js";
import { compareLog } from "../../policies/comparison/compare-log.js";
import { compareSuite, type ComparedSuite } from "../../policies/comparison/compare-suites.js";
import {
  comparisonJson,
  comparisonText,
  countsOfComparison,
} from "../../policies/comparison/comparison-told.js";
import { movedFiles } from "../../policies/comparison/moved-files.js";
import type { Subject } from "../../policies/testing/suite/suite.js";
import { loadFilter } from "../files/filter-file.js";
import { filesOf } from "../files/load.js";
import { readSuites } from "../files/test-files.js";
import { logText } from "../files/envoy-log.js";
import { readSources } from "../files/source-files.js";
import { collect } from "../options/repeated-option.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";
import {
  addOptionalWorkloadOptions,
  readWorkloadOptions,
  type WorkloadFlags,
} from "../options/workload-options.js";

interface Flags extends Omit<WorkloadFlags, "for"> {
  for?: string;
  tests?: string[];
  fromLog?: string;
  json?: true;
}

const examples = `
The requests are those of the test files at or below NEW, or of --tests; what the tests expect does not count. Policies
that a test file names at or below NEW are read at the same place below OLD for the other side.

Examples:
  git worktree add ../before main && jwt-policy diff ../before/policies policies
  jwt-policy diff old.yaml policies.yaml --tests httpbin_test.yaml
  jwt-policy diff old/ new/ --for foo/app=httpbin --from-log envoy.log
`;

/** Adds `diff` to the program. */
export function diffVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("diff")
    .summary("say which answers change between two versions of policies")
    .description(
      "Put the requests of test files, or of a log, to policies as they were and as they are, and tell each answer that " +
        "changes: from allowed to denied, from denied to allowed, to another refusal, to other headers for the upstream; " +
        "with the reason on both sides.",
    )
    .argument("<old>", "a file or a directory: the policies as they were")
    .argument("<new>", "the same as they are")
    .option(
      "--tests <path>",
      "test files, or directories with them (default: those below NEW); may be repeated",
      collect,
    )
    .option(
      "--from-log <file>",
      "the requests of a debug log of the filter, for the workload of --for; - is standard input",
    );
  addOptionalWorkloadOptions(command)
    .option("--json", "the changes as JSON")
    .addHelpText("after", examples)
    .action(async (old: string, now: string, flags: Flags) => finish(await diff(old, now, flags, terminal)));
}

async function diff(old: string, now: string, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (old === "-" || now === "-")
    throw new InputError("diff needs two files or directories: standard input is one text");
  if (flags.fromLog !== undefined && flags.for === undefined)
    throw new InputError("--from-log needs the workload that the log is of: --for namespace/label=value");
  if (flags.fromLog === undefined && flags.for !== undefined)
    throw new InputError("--for is about a log: test files name their workload themselves");
  // Each must be there: a slip in its name would be policies that are gone.
  for (const path of [old, now]) await readSources([path], terminal);
  const filter = await loadFilter();
  const after = filesOf(terminal);
  const elsewhere = new Set<string>();
  const moved = new Set<string>();
  const found = (path: string, isMoved: boolean) => {
    (isMoved ? moved : elsewhere).add(path);
  };
  const sides = { before: movedFiles(after, now, old, found), after };
  const suites: ComparedSuite[] = [];
  const notes: string[] = [];
  if (flags.fromLog === undefined || flags.tests !== undefined) {
    const read = await readSuites(flags.tests ?? [now], terminal);
    const unusable = read.unusable.flatMap(({ faults }) => faults);
    if (unusable.length > 0) throw new InputError(unusable.join("\n  "));
    for (const suite of read.suites) suites.push(await compareSuite(suite, sides, filter));
  }
  if (flags.fromLog !== undefined) {
    const log = { file: flags.fromLog, text: await logText(flags.fromLog, terminal) };
    const { compared, notes: told } = await compareLog(log, subjectOf(now, flags), sides, filter);
    suites.push(compared);
    notes.push(...told);
  }
  if (moved.size === 0)
    throw new InputError(`no test names policies at or below ${now}: there is nothing to compare`);
  if (elsewhere.size > 0)
    notes.push(`the same on both sides, since it is not below ${now}: ${[...elsewhere].sort().join(", ")}`);
  const comparison = { suites, notes };
  terminal.write(flags.json ? comparisonJson(comparison) : comparisonText(comparison, terminal.colours));
  const { changed, unasked } = countsOfComparison(comparison);
  if (unasked > 0) return ExitCode.usage;
  return changed > 0 ? ExitCode.findings : ExitCode.ok;
}

function subjectOf(now: string, flags: Flags): Subject {
  const { rootNamespace, namespace, gateway, waypoint, service, serviceEntry, trustDomain } = flags;
  const fields = { ...flags, for: flags.for ?? "" };
  readWorkloadOptions(fields);
  const workload = {
    ...{ for: fields.for, rootNamespace, namespace },
    ...(gateway === undefined ? {} : { gateway }),
    ...(waypoint === undefined ? {} : { waypoint }),
    ...(service === undefined ? {} : { service }),
    ...(serviceEntry === undefined ? {} : { serviceEntry }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(flags.trustDomainAlias === undefined ? {} : { trustDomainAliases: flags.trustDomainAlias }),
  };
  return { kind: "policies", paths: [now], workload };
}
