// Results as one JSON object.

import { findingJson } from "../../findings/finding.js";
import { jsonText } from "../../text/printable.js";
import { isCovered, type CoverageItem } from "../run/coverage.js";
import { coveragePercent, countsOf, gapText, hasFailed, refusalText, type Results } from "../run/results.js";

export function jsonReport({ suites, coverage, notRun }: Results): string {
  const report = {
    summary: { ...countsOf(suites), ...(notRun === 0 ? {} : { notRun }) },
    suites: suites.map(({ suite, cases, refusal }) => ({
      name: suite.name,
      file: suite.file,
      ...(refusal === undefined
        ? {}
        : {
            refused: {
              reason: refusalText(refusal),
              findings: refusal.findings.map(findingJson),
              faults: refusal.faults,
            },
          }),
      tests: cases.map((one) => ({
        name: one.test.name,
        line: one.test.at.line,
        column: one.test.at.column,
        passed: !hasFailed(one),
        ...(hasFailed(one) ? { mismatches: one.mismatches, why: one.why } : {}),
      })),
    })),
    ...(coverage === undefined ? {} : { coverage: coverageJson(coverage) }),
  };
  return jsonText(report);
}

function coverageJson(items: readonly CoverageItem[]): object {
  return {
    percent: coveragePercent(items),
    total: items.length,
    covered: items.filter(isCovered).length,
    gaps: items
      .filter((item) => !isCovered(item))
      .map((item) => ({
        kind: item.kind,
        place: item.place,
        message: gapText(item),
        ...(item.at === undefined ? {} : { file: item.at.file, line: item.at.line, column: item.at.column }),
      })),
  };
}
