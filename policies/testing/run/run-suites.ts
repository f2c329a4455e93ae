// Suites, run one after the other, each with its result.

import { ConfigurationRefusedError, type Filter } from "../../evaluation/filter.js";
import type { Finding } from "../../findings/finding.js";
import { InputError } from "../../resources/input-error.js";
import type { UserFiles } from "../../resources/user-files.js";
import type { Suite } from "../suite/suite.js";
import type { ReadSuites, UnusableSuite } from "../suite/suites.js";
import { Coverage } from "./coverage.js";
import { hasFailed, type Results, type SuiteResult } from "./results.js";
import { runSuite, type CaseResult } from "./run-suite.js";
import { PoliciesRefusedError, resolveSubject, type Refusal } from "./subject.js";

export interface RunOptions {
  /** Runs the tests whose names have this in them. Default: all. */
  readonly only?: string | undefined;
  /** Whether to tell what tests touch of the policies. */
  readonly coverage?: boolean;
  /** Whether CUSTOM policies are refused instead of being left to the native filter. */
  readonly strict?: boolean;
  /** Whether the first test that fails is the last one that is run. */
  readonly failFast?: boolean;
}

/**
 * Runs suites. What cannot be read or used is a result, too, and keeps no other from its own.
 * @param files where the suites' policies and key sets lie
 * @throws InputError if no test has the wanted name
 */
export async function runSuites(
  { suites, unusable }: ReadSuites,
  files: UserFiles,
  filter: Filter,
  { only, coverage: wantsCoverage = false, strict = false, failFast = false }: RunOptions = {},
): Promise<Results> {
  const coverage = wantsCoverage ? new Coverage() : undefined;
  const results: SuiteResult[] = [];
  const isLast = (result: CaseResult) => failFast && hasFailed(result);
  let hasEnded = false;
  let notRun = 0;
  for (const suite of selected(suites, only)) {
    if (!hasEnded) {
      const result = await resultOf(suite, filter, files, { coverage, strict, isLast });
      results.push(result);
      hasEnded = result.cases.some(isLast);
      if (hasEnded) notRun = suite.cases.length - result.cases.length;
    } else notRun += suite.cases.length;
  }
  results.push(...unusable.map(unusableResult));
  return { suites: results, coverage: coverage?.items, notRun };
}

function unusableResult({ file, at, faults }: UnusableSuite): SuiteResult {
  const suite = { file, at, name: file.replace(/^.*[/\\]/, "") };
  return { suite, cases: [], refusal: inputRefusal(faults), milliseconds: 0 };
}

const inputRefusal = (faults: readonly string[]): Refusal => ({
  kind: "input",
  findings: [],
  sources: [],
  faults,
});

function selected(suites: readonly Suite[], only: string | undefined): readonly Suite[] {
  if (only === undefined) return suites;
  const some = suites
    .map((suite) => ({ ...suite, cases: suite.cases.filter(({ name }) => name.includes(only)) }))
    .filter(({ cases }) => cases.length > 0);
  if (some.length === 0) throw new InputError(`--only ${only}: no test has this in its name`);
  return some;
}

interface SuiteOptions {
  readonly coverage: Coverage | undefined;
  readonly strict: boolean;
  readonly isLast: (result: CaseResult) => boolean;
}

async function resultOf(
  suite: Suite,
  filter: Filter,
  files: UserFiles,
  { coverage, strict, isLast }: SuiteOptions,
): Promise<SuiteResult> {
  const start = performance.now();
  const result = (cases: SuiteResult["cases"], refusal?: Refusal, warnings: readonly Finding[] = []) => ({
    suite,
    cases,
    refusal,
    warnings,
    milliseconds: performance.now() - start,
  });
  try {
    const subject = await resolveSubject(suite, filter, files, strict);
    coverage?.begin(subject);
    const cases = await runSuite(suite, subject, filter, files, coverage, isLast);
    return result(cases, undefined, subject.warnings);
  } catch (error) {
    if (error instanceof PoliciesRefusedError) return result([], error.refusal);
    // The policies have been accepted without the key sets that the suite gives.
    if (error instanceof ConfigurationRefusedError) {
      const fault = `${suite.file}: keys: the filter refuses them: ${error.faults.join("; ")}`;
      return result([], inputRefusal([fault]));
    }
    if (error instanceof InputError) return result([], inputRefusal([`${suite.file}: ${error.message}`]));
    throw error;
  }
}
