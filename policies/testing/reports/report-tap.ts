// Results in the Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html

import { positionText } from "../../resources/position.js";
import { printableLines } from "../../text/printable.js";
import { oneLine, tapBlock, tapTitle } from "../../findings/reports/tap.js";
import { percentText, requestText } from "./report-text.js";
import {
  countsOf,
  hasFailed,
  mismatchText,
  refusalLines,
  refusalText,
  type Results,
} from "../run/results.js";
import type { CaseResult } from "../run/run-suite.js";

export function tapReport({ suites, coverage }: Results): string {
  const { tests, refused } = countsOf(suites);
  const lines = ["TAP version 14", `1..${tests + refused}`];
  let number = 0;
  for (const { suite, cases, refusal } of suites) {
    lines.push(`# ${oneLine(suite.file)}`);
    if (refusal !== undefined) {
      lines.push(`not ok ${++number} - ${tapTitle(suite.name)}: ${refusalText(refusal)}`);
      lines.push(...tapBlock({ message: refusalLines(refusal).join("\n"), at: positionText(suite.at) }));
    }
    for (const one of cases) {
      const mark = hasFailed(one) ? "not ok" : "ok";
      lines.push(`${mark} ${++number} - ${tapTitle(`${suite.name} > ${one.test.name}`)}`);
      if (hasFailed(one)) lines.push(...tapBlock(diagnostic(one)));
    }
  }
  if (coverage !== undefined) lines.push(`# coverage ${percentText(coverage)}`);
  // In a JSON string of YAML, too, `\x9b` means the character.
  return printableLines(`${lines.join("\n")}\n`);
}

function diagnostic({ test, mismatches, why }: CaseResult): Record<string, string> {
  return {
    message: mismatches.map(mismatchText).join("\n"),
    at: positionText(test.at),
    request: requestText(test.request),
    why: why.join("\n"),
  };
}
