// What the core says of a scene.

import { check } from "../../policies/check.js";
import type { Filter } from "../../policies/evaluation/filter.js";
import { explain, type Explained } from "../../policies/explain.js";
import type { Finding } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { test } from "../../policies/test.js";
import type { CoverageItem } from "../../policies/testing/run/coverage.js";
import type { SuiteResult } from "../../policies/testing/run/results.js";
import { explainOptions } from "../scene/explain-options.js";
import type { Scene } from "../scene/scene.js";
import { testFile, TEST_FILE } from "../scene/test-file.js";

export type Answer =
  | Explained
  /** Something in the form, or the policies, is of another form: nothing was asked. */
  | { readonly kind: "unasked"; readonly message: string };

/** What became of the kept cases. */
export interface CasesAnswer {
  readonly suite: SuiteResult;
  readonly coverage: readonly CoverageItem[];
}

export interface Told {
  readonly answer: Answer;
  readonly findings: readonly Finding[];
  readonly cases: CasesAnswer | undefined;
}

/** Asks all of it. */
export async function ask(filter: Filter, scene: Scene): Promise<Told> {
  const answer = await asked(filter, scene);
  return { answer, findings: await found(filter, scene), cases: await casesOf(filter, scene) };
}

async function asked(filter: Filter, scene: Scene): Promise<Answer> {
  try {
    return await explain(scene.files, filter, explainOptions(scene));
  } catch (error) {
    if (error instanceof InputError) return { kind: "unasked", message: error.message };
    throw error;
  }
}

async function found(filter: Filter, scene: Scene): Promise<readonly Finding[]> {
  try {
    return await check(scene.files, filter);
  } catch (error) {
    // There is nothing to check; what was asked says so.
    if (error instanceof InputError) return [];
    throw error;
  }
}

async function casesOf(filter: Filter, scene: Scene): Promise<CasesAnswer | undefined> {
  if (scene.cases.length === 0) return undefined;
  const tests = { file: TEST_FILE, text: testFile(scene) };
  const { suites, coverage = [] } = await test([...scene.files, tests], filter, { coverage: true });
  const [suite] = suites;
  return suite === undefined ? undefined : { suite, coverage };
}
