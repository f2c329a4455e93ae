// Failed tests as findings, for the formats that show findings in a review.

import type { Finding } from "../../findings/finding.js";
import type { SarifRule } from "../../findings/reports/report-sarif.js";
import { hasFailed, mismatchText, refusalLines, refusalText, type Results } from "../run/results.js";
import { requestText } from "./report-text.js";

export const testRules: readonly SarifRule[] = [
  { id: "test-failed", severity: "error", title: "A test of policies that failed" },
  { id: "test-refused", severity: "error", title: "A test file of which no test could be run" },
];

/** A finding for each failed test, and for each file of which none could be run. */
export function testFindings({ suites }: Results): Finding[] {
  return suites.flatMap(({ suite, cases, refusal }): Finding[] => {
    const refused: Finding[] =
      refusal === undefined
        ? []
        : [
            {
              id: "test-refused",
              severity: "error",
              message: [refusalText(refusal), ...refusalLines(refusal)].join("\n"),
              at: suite.at,
              resource: suite.name,
            },
          ];
    const failed = cases.filter(hasFailed).map(({ test, mismatches, why }): Finding => ({
      id: "test-failed",
      severity: "error",
      message: [`${test.name}: ${requestText(test.request)}`, ...mismatches.map(mismatchText), ...why].join(
        "\n",
      ),
      at: test.at,
      resource: suite.name,
    }));
    return [...refused, ...failed];
  });
}
