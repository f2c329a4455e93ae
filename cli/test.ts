// The verb `test`: tests of policies, run in the filter itself.

import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { ConfigurationRefusedError, Filter } from "./evaluation/filter.js";
import { ExitCode, UsageError } from "./exit-code.js";
import { fileFault } from "./resources/files.js";
import type { Terminal } from "./terminal.js";
import { Coverage } from "./testing/coverage.js";
import { jsonReport } from "./testing/report-json.js";
import { junitReport } from "./testing/report-junit.js";
import { tapReport } from "./testing/report-tap.js";
import { percentText, textReport } from "./testing/report-text.js";
import { countsOf, coveragePercent, type Results, type SuiteResult } from "./testing/results.js";
import { runSuite } from "./testing/run-suite.js";
import { PoliciesRefusedError, resolveSubject, type Refusal } from "./testing/subject.js";
import type { Suite } from "./testing/suite.js";
import { readSuites } from "./testing/test-files.js";

const formats = ["text", "tap", "junit", "json"] as const;
type Format = (typeof formats)[number];

interface Flags {
  format: Format;
  json?: true;
  output?: string;
  coverage?: true;
  coverageMin?: number;
  only?: string;
  verbose?: true;
}

const examples = `
A test file, say policies/httpbin_test.yaml:

  policies: [.]
  for: foo/app=httpbin
  now: 2026-01-31T12:00:00Z
  tokens:
    alice: { claims: { groups: [admin] } }
    old: { from: alice, expired: true }
  tests:
    - name: reading headers
      request: GET /headers
      cases:
        - { token: alice, expect: allow }
        - { token: none, expect: 403 }
        - { token: old, expect: { status: 401, reason: Jwt is expired } }

Tokens are signed by issuers that exist for this run only. Nothing is fetched. docs/testing-policies.md tells the rest;
schema/policy-test.schema.json is for editors.

Examples:
  jwt-policy test policies/
  jwt-policy test policies/ --coverage-min 90
  jwt-policy test policies/ --format junit -o report.xml
`;

/** Adds `test` to the program. */
export function testVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command("test")
    .summary("run tests of policies")
    .description(
      "Ask the filter about the requests in test files, and compare its answers with what the files expect. It is the " +
        "same filter as Envoy runs.",
    )
    .argument(
      "<paths...>",
      "test files, and directories with files whose names end in _test.yaml; - is standard input",
    )
    .addOption(new Option("--format <format>", "how results are written").choices(formats).default("text"))
    .option("--json", "the same as --format json")
    .option("-o, --output <file>", "write the results to a file, and those for people to standard output")
    .option("--coverage", "tell which rules no test matches, and which conditions never failed")
    .option("--coverage-min <percent>", "fail if tests cover less", readPercent)
    .option("--only <text>", "run the tests whose names have this in them")
    .option("-v, --verbose", "list the tests that pass too")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await test(paths, flags, terminal)));
}

async function test(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.json && flags.format !== "text" && flags.format !== "json") {
    throw new UsageError(`--json and --format ${flags.format} exclude each other`);
  }
  const suites = selected(await readSuites(paths, terminal), flags.only);
  const coverage = flags.coverage || flags.coverageMin !== undefined ? new Coverage() : undefined;
  const filter = await Filter.load();
  const results: SuiteResult[] = [];
  for (const suite of suites) results.push(await resultOf(suite, filter, coverage, terminal));
  await report({ suites: results, coverage: coverage?.items }, flags, terminal);
  const { failed, refused } = countsOf(results);
  if (failed + refused > 0) return ExitCode.findings;
  const { coverageMin } = flags;
  if (coverageMin === undefined || coverage === undefined) return ExitCode.ok;
  if (coveragePercent(coverage.items) >= coverageMin) return ExitCode.ok;
  terminal.writeError(`jwt-policy: coverage is ${percentText(coverage.items)}, less than ${coverageMin} %\n`);
  return ExitCode.findings;
}

function selected(suites: readonly Suite[], only: string | undefined): readonly Suite[] {
  if (only === undefined) return suites;
  const some = suites
    .map((suite) => ({ ...suite, cases: suite.cases.filter(({ name }) => name.includes(only)) }))
    .filter(({ cases }) => cases.length > 0);
  if (some.length === 0) throw new UsageError(`--only ${only}: no test has this in its name`);
  return some;
}

async function resultOf(
  suite: Suite,
  filter: Filter,
  coverage: Coverage | undefined,
  terminal: Terminal,
): Promise<SuiteResult> {
  const start = performance.now();
  const result = (cases: SuiteResult["cases"], refusal?: Refusal) => ({
    suite,
    cases,
    refusal,
    milliseconds: performance.now() - start,
  });
  try {
    const subject = await resolveSubject(suite, filter, terminal);
    coverage?.begin(subject);
    return result(await runSuite(suite, subject, filter, coverage));
  } catch (error) {
    if (error instanceof PoliciesRefusedError) return result([], error.refusal);
    // The policies have been accepted without the key sets that the suite gives.
    if (error instanceof ConfigurationRefusedError) {
      throw new UsageError(`${suite.file}: keys: the filter refuses them: ${error.faults.join("; ")}`);
    }
    if (error instanceof UsageError) throw new UsageError(`${suite.file}: ${error.message}`);
    throw error;
  }
}

async function report(results: Results, flags: Flags, terminal: Terminal): Promise<void> {
  const { output, verbose = false } = flags;
  const format = flags.json ? "json" : flags.format;
  const forPeople = () => textReport(results, { colours: terminal.colours, verbose });
  const reports: Readonly<Record<Format, () => string>> = {
    text: forPeople,
    tap: () => tapReport(results),
    junit: () => junitReport(results),
    json: () => jsonReport(results),
  };
  if (output === undefined) {
    terminal.write(reports[format]());
    return;
  }
  await writeFile(output, reports[format]()).catch((error: unknown) => {
    throw new UsageError(`--output: cannot write ${output}: ${fileFault(error)}`);
  });
  if (format !== "text") terminal.write(forPeople());
}

function readPercent(text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new UsageError(`--coverage-min ${text}: expected a number from 0 to 100`);
}
