// The requests of test files, put to policies as they were and as they are.

import type { Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { UserFiles } from "../resources/user-files.js";
import { evaluateSuite } from "../testing/run/run-suite.js";
import { refusalLines } from "../testing/run/results.js";
import { PoliciesRefusedError, resolveSubject } from "../testing/run/subject.js";
import type { Suite, TestCase } from "../testing/suite/suite.js";
import { answerOf, changeOf, openAnswer, type Change, type SideAnswer } from "./answer.js";

export interface ComparedCase {
  readonly test: TestCase;
  readonly before: SideAnswer;
  readonly after: SideAnswer;
  /** Undefined: the answer is the same. */
  readonly change: Change | undefined;
}

export interface ComparedSuite {
  readonly suite: Suite;
  readonly cases: readonly ComparedCase[];
  /** Why its requests could not be asked, with the side; none: they were. */
  readonly faults: readonly string[];
}

/** The two sides: the same paths lead to the policies as they were, and as they are. */
export interface Sides {
  readonly before: UserFiles;
  readonly after: UserFiles;
}

/** Asks both sides about each request, and about those whose answer changes also why. What the tests expect does not count. */
export async function compareSuite(
  suite: Suite,
  { before, after }: Sides,
  filter: Filter,
): Promise<ComparedSuite> {
  const [old, now] = [await sideOf(suite, before, filter), await sideOf(suite, after, filter)];
  const faults = [
    ...("faults" in old ? old.faults.map((fault) => `old: ${fault}`) : []),
    ...("faults" in now ? now.faults.map((fault) => `new: ${fault}`) : []),
  ];
  if ("faults" in old || "faults" in now) return { suite, cases: [], faults };
  const changes = suite.cases.map((_, i) => changeOf(old.answers[i]!, now.answers[i]!));
  const changed = suite.cases.filter((_, i) => changes[i] !== undefined);
  const [whyOld, whyNow] = [await old.reasons(changed), await now.reasons(changed)];
  let told = 0;
  const cases = suite.cases.map((test, i): ComparedCase => {
    const change = changes[i];
    if (change === undefined) return { test, before: old.answers[i]!, after: now.answers[i]!, change };
    const at = told++;
    return { test, before: whyOld[at]!, after: whyNow[at]!, change };
  });
  return { suite, cases, faults };
}

interface AskedSide {
  /** Without the way to them. */
  readonly answers: readonly SideAnswer[];
  /** The answers to some of the cases, with the way to each. */
  readonly reasons: (cases: readonly TestCase[]) => Promise<readonly SideAnswer[]>;
}

type Side = AskedSide | { readonly faults: readonly string[] };

async function sideOf(suite: Suite, files: UserFiles, filter: Filter): Promise<Side> {
  try {
    const subject = await resolveSubject(suite, filter, files);
    const answersTo = async (cases: readonly TestCase[], trace: boolean) =>
      cases.length === 0
        ? []
        : (await evaluateSuite({ ...suite, cases }, subject, filter, files, trace)).map((one) =>
            answerOf(one, trace),
          );
    return { answers: await answersTo(suite.cases, false), reasons: (cases) => answersTo(cases, true) };
  } catch (error) {
    if (error instanceof PoliciesRefusedError) {
      const { findings, faults } = error.refusal;
      const isOpen = findings.length > 0 && faults.length === 0 && findings.every(({ id }) => id === "JP002");
      const open = (cases: readonly TestCase[]) => cases.map(() => openAnswer);
      if (isOpen) return { answers: open(suite.cases), reasons: (cases) => Promise.resolve(open(cases)) };
      return { faults: refusalLines(error.refusal) };
    }
    if (error instanceof InputError) return { faults: [error.message] };
    throw error;
  }
}
