// The verb `test`: tests of policies, run in the filter itself.

import { runSuites } from "../../policies/testing/run/run-suites.js";
import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { githubReport } from "../../policies/findings/reports/report-github.js";
import { sarifReport } from "../../policies/findings/reports/report-sarif.js";
import { testFindings, testRules } from "../../policies/testing/reports/test-findings.js";
import { watched } from "../local-run/watched.js";
import { loadFilter } from "../files/filter-file.js";
import { filesOf } from "../files/load.js";
import { ExitCode } from "../terminal/exit-code.js";
import { findingsText } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { fileFault } from "../files/source-files.js";
import { initTests } from "../test-draft/init-tests.js";
import type { Terminal } from "../terminal/terminal.js";
import { jsonReport } from "../../policies/testing/reports/report-json.js";
import { junitReport } from "../../policies/testing/reports/report-junit.js";
import { tapReport } from "../../policies/testing/reports/report-tap.js";
import { percentText, textReport } from "../../policies/testing/reports/report-text.js";
import { countsOf, coveragePercent, type Results } from "../../policies/testing/run/results.js";
import { readSuites } from "../files/test-files.js";

const formats = ["text", "tap", "junit", "json", "sarif", "github"] as const;
type Format = (typeof formats)[number];

interface Flags {
  format: Format;
  json?: true;
  output?: string;
  coverage?: true;
  coverageMin?: number;
  only?: string;
  verbose?: true;
  watch?: true;
  strict?: true;
  failFast?: true;
  init?: true;
  for?: string;
  namespace?: string;
  rootNamespace?: string;
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
  jwt-policy test --init policies/ --for foo/app=httpbin -o policies/httpbin_test.yaml
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
    .option("--fail-fast", "end with the first test that fails")
    .option("--strict", "refuse CUSTOM policies instead of leaving them to the native filter")
    .option("--watch", "run the tests again when a file changes")
    .option("-v, --verbose", "list the tests that pass too")
    .optionsGroup("To draft a test file:")
    .option(
      "--init",
      "draft one from these policies: of each rule a request that it decides and one that it does not",
    )
    .option("--for <namespace/label=value,...>", "the workload: its namespace and labels")
    .option("--root-namespace <name>", "the mesh's root namespace (istio-system)")
    .option("-n, --namespace <name>", "the namespace of objects that name none (default)")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => finish(await test(paths, flags, terminal)));
}

async function test(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.init) return initTests(paths, flags, terminal);
  const misplaced = (["for", "namespace", "rootNamespace"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (misplaced !== undefined)
    throw new InputError(
      `--${misplaced === "rootNamespace" ? "root-namespace" : misplaced} is for --init: test files name their workload themselves`,
    );
  const once = () => testOnce(paths, flags, terminal);
  return flags.watch ? watched(paths, terminal, once) : once();
}

async function testOnce(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.json && flags.format !== "text" && flags.format !== "json") {
    throw new InputError(`--json and --format ${flags.format} exclude each other`);
  }
  const { coverageMin, only, failFast = false } = flags;
  const read = await readSuites(paths, terminal);
  const wantsCoverage = flags.coverage === true || coverageMin !== undefined;
  if (failFast && wantsCoverage)
    throw new InputError("--fail-fast and --coverage exclude each other: coverage is of all tests");
  const options = { only, coverage: wantsCoverage, strict: flags.strict === true, failFast };
  const results = await runSuites(read, filesOf(terminal), await loadFilter(), options);
  const warnings = results.suites.flatMap((one) => one.warnings ?? []);
  terminal.writeError(findingsText(warnings, [], terminal.colours));
  await report(results, flags, terminal);
  const { failed, refused, unusable } = countsOf(results.suites);
  if (unusable > 0) return ExitCode.usage;
  if (failed + refused > 0) return ExitCode.findings;
  const { coverage } = results;
  if (coverageMin === undefined || coverage === undefined) return ExitCode.ok;
  if (coveragePercent(coverage) >= coverageMin) return ExitCode.ok;
  terminal.writeError(`jwt-policy: coverage is ${percentText(coverage)}, less than ${coverageMin} %\n`);
  return ExitCode.findings;
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
    sarif: () => sarifReport(testFindings(results), testRules),
    github: () => githubReport(testFindings(results)),
  };
  if (output === undefined) {
    terminal.write(reports[format]());
    return;
  }
  await writeFile(output, reports[format]()).catch((error: unknown) => {
    throw new InputError(`--output: cannot write ${output}: ${fileFault(error)}`);
  });
  if (format !== "text") terminal.write(forPeople());
}

function readPercent(text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new InputError(`--coverage-min ${text}: expected a number from 0 to 100`);
}
