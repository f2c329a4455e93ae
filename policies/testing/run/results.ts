// The results of a run, as every report tells them.

import { positionText } from "../../resources/position.js";
import type { Finding } from "../../findings/finding.js";
import type { Mismatch } from "./compare.js";
import { isCovered, type CoverageItem } from "./coverage.js";
import type { CaseResult } from "./run-suite.js";
import type { Refusal } from "./subject.js";
import type { Suite } from "../suite/suite.js";

export interface SuiteResult {
  readonly suite: Pick<Suite, "file" | "at" | "name">;
  readonly cases: readonly CaseResult[];
  /** Why no test of the suite could be run. */
  readonly refusal: Refusal | undefined;
  /** About policies that are not tested: CUSTOM stays with the native filter. */
  readonly warnings?: readonly Finding[];
  /** How long it took. */
  readonly milliseconds: number;
}

export interface Results {
  readonly suites: readonly SuiteResult[];
  /** Undefined: nobody asked. */
  readonly coverage: readonly CoverageItem[] | undefined;
  /** Tests that were not run, since one before them failed and nobody wanted to know more. */
  readonly notRun: number;
}

export interface Counts {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  /** Suites of which no test could be run: their policies are refused, or they are unusable. */
  readonly refused: number;
  /** Those of them that cannot be read, or name what cannot be. */
  readonly unusable: number;
}

export function countsOf(suites: readonly SuiteResult[]): Counts {
  const cases = suites.flatMap((one) => one.cases);
  const failed = cases.filter(hasFailed).length;
  const refused = suites.filter(({ refusal }) => refusal !== undefined).length;
  const unusable = suites.filter(({ refusal }) => refusal?.kind === "input").length;
  return { tests: cases.length, passed: cases.length - failed, failed, refused, unusable };
}

export const hasFailed = ({ mismatches }: CaseResult) => mismatches.length > 0;

/** What tests touch of 100 items; 100 where there is nothing to touch. */
export function coveragePercent(items: readonly CoverageItem[]): number {
  return items.length === 0 ? 100 : (100 * items.filter(isCovered).length) / items.length;
}

/** What is missing for an item to be covered. */
export function gapText({ kind, held, failed }: CoverageItem): string {
  if (kind === "rule") return "no test matches this rule";
  if (kind === "jwtRule") return "no test has a token that this rule accepts";
  if (held) return "it held in every test: none shows what it keeps out";
  return failed
    ? "it failed in every test: none shows what it lets through"
    : "no test gets as far as this condition";
}

/** What is not as expected, in a line. */
export const mismatchText = ({ what, expected, seen }: Mismatch) =>
  `${what}: expected ${expected}, got ${seen}`;

/** What stands in a report for the tests of a refused suite. */
export const refusalText = ({ kind }: Refusal) =>
  kind === "input" ? "no test of this file could be run" : "the policies are refused";

/** The lines that say what is wrong with a refused suite, without excerpts. */
export function refusalLines({ findings, faults }: Refusal): string[] {
  return [...findings.map(({ at, message, id }) => `${positionText(at)}: ${message} [${id}]`), ...faults];
}
