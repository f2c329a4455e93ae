// Results for people.

import { findingsText } from "../../findings/finding.js";
import { positionText } from "../../resources/position.js";
import type { Colours } from "../../text/colours.js";
import { printable } from "../../text/printable.js";
import { isCovered, type CoverageItem } from "../run/coverage.js";
import {
  coveragePercent,
  countsOf,
  gapText,
  hasFailed,
  refusalText,
  type Results,
  type SuiteResult,
} from "../run/results.js";
import type { CaseResult } from "../run/run-suite.js";
import type { RequestFields } from "../suite/suite.js";

export interface TextOptions {
  readonly colours: Colours;
  /** Whether tests that passed are listed too. */
  readonly verbose: boolean;
}

export function textReport(results: Results, options: TextOptions): string {
  const { suites, coverage } = results;
  const { failed, refused } = countsOf(suites);
  const parts = [
    ...suites.map((one) => suiteText(one, options)),
    ...(coverage === undefined ? [] : [coverageText(coverage, options)]),
    summary(results, failed + refused > 0 ? options.colours.red : options.colours.green),
  ];
  return parts.join("");
}

function suiteText({ suite, cases, refusal }: SuiteResult, options: TextOptions): string {
  const { colours, verbose } = options;
  const head =
    suite.name === suite.file || suite.file.endsWith(`/${suite.name}`)
      ? suite.file
      : `${suite.file} (${suite.name})`;
  if (refusal !== undefined) {
    const faults = refusal.faults.map(
      (fault) =>
        `      ${refusal.kind === "input" ? "" : "the filter refuses this configuration: "}${printable(fault)}\n`,
    );
    const findings = findingsText(refusal.findings, refusal.sources, colours);
    return `${colours.red("FAIL")}  ${head}: ${refusalText(refusal)}\n${findings}${faults.join("")}`;
  }
  const failures = cases.filter(hasFailed);
  const passed = cases.length - failures.length;
  const mark = failures.length === 0 ? colours.green("ok") : colours.red("FAIL");
  const counts = failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} failed`;
  const shown = verbose ? cases : failures;
  return `${mark.padEnd(mark.length + (failures.length === 0 ? 2 : 0))}  ${head}  ${counts}\n${shown.map((one) => caseText(one, colours)).join("")}`;
}

function caseText(result: CaseResult, colours: Colours): string {
  const { test, mismatches, why } = result;
  if (!hasFailed(result)) return `      ${colours.green("ok")} ${printable(test.name)}\n`;
  const lines = [
    `  ${colours.red("not ok")} ${colours.bold(printable(test.name))}  ${colours.dim(positionText(test.at))}`,
    `      ${printable(requestText(test.request))}`,
    ...mismatches.map(
      ({ what, expected, seen }) =>
        `      ${what === "decision" ? "" : `${printable(what)}: `}expected ${colours.green(printable(expected))}, got ${colours.red(printable(seen))}`,
    ),
    ...why.map((line) => `      ${colours.dim("|")} ${printable(line)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** `GET /headers, token alice` */
export function requestText({ method, path, token }: RequestFields): string {
  return `${method} ${path}, ${token === undefined ? "no token" : `token ${token}`}`;
}

function coverageText(items: readonly CoverageItem[], { colours }: TextOptions): string {
  const gaps = items.filter((item) => !isCovered(item));
  const lines = gaps.map((item) => {
    const where = item.at === undefined ? "" : `${positionText(item.at)}: `;
    return `  ${colours.bold(where)}${item.place}: ${gapText(item)}\n`;
  });
  const covered = items.length - gaps.length;
  return `coverage: ${covered} of ${items.length} rules and conditions, ${percentText(items)}\n${lines.join("")}`;
}

/** Rounded down: 100 % is for nothing but all. */
export function percentText(items: readonly CoverageItem[]): string {
  return `${Math.floor(coveragePercent(items) * 10) / 10} %`;
}

function summary({ suites, notRun }: Results, colour: (text: string) => string): string {
  const { tests, passed, failed, refused } = countsOf(suites);
  const parts = [`${tests} ${tests === 1 ? "test" : "tests"}`, `${passed} passed`, `${failed} failed`];
  if (refused > 0) parts.push(`${refused} ${refused === 1 ? "file" : "files"} that could not be run`);
  if (notRun > 0) parts.push(`${notRun} not run`);
  return `${colour(parts.join(", "))}\n`;
}
