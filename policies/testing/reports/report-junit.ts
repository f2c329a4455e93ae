// Results as JUnit XML, in the dialect that CI systems read (https://github.com/testmoapp/junitxml).

import { positionText } from "../../resources/position.js";
import { printableLines } from "../../text/printable.js";
import { element, textElement } from "../../text/xml.js";
import { requestText } from "./report-text.js";
import {
  countsOf,
  hasFailed,
  mismatchText,
  refusalLines,
  refusalText,
  type Results,
  type SuiteResult,
} from "../run/results.js";
import type { CaseResult } from "../run/run-suite.js";

export function junitReport({ suites }: Results): string {
  const { tests, failed, refused } = countsOf(suites);
  const time = suites.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const counts = { tests: tests + refused, failures: failed, errors: refused, time: seconds(time) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    printableLines(element("testsuites", { name: "jwt-policy test", ...counts }, suites.flatMap(suiteLines))),
    "",
  ].join("\n");
}

function suiteLines({ suite, cases, refusal, milliseconds }: SuiteResult): string[] {
  const refused = refusal === undefined ? 0 : 1;
  const counts = { tests: cases.length + refused, failures: cases.filter(hasFailed).length, errors: refused };
  const content = [
    ...(refusal === undefined
      ? []
      : [
          element(
            "testcase",
            {
              name: refusal.kind === "input" ? "input" : "policies",
              classname: suite.name,
              file: suite.file,
            },
            [textElement("error", refusalText(refusal), refusalLines(refusal))],
          ),
        ]),
    ...cases.map((one, i) => caseElement(one, suite.name, cases.slice(0, i))),
  ];
  const attributes = { name: suite.name, file: suite.file, ...counts, time: seconds(milliseconds) };
  return [element("testsuite", attributes, content)];
}

/** @param before the cases before it in the suite: what has the same name as one of them gets a number, since readers merge what is called the same */
function caseElement(result: CaseResult, suite: string, before: readonly CaseResult[]): string {
  const { test, mismatches, why } = result;
  const same = before.filter((one) => one.test.name === test.name).length;
  const name = same === 0 ? test.name : `${test.name} #${same + 1}`;
  const attributes = { name, classname: suite, file: test.at.file, line: test.at.line };
  if (!hasFailed(result)) return element("testcase", attributes, []);
  const lines = mismatches.map(mismatchText);
  const body = [positionText(test.at), requestText(test.request), ...lines, ...why];
  return element("testcase", attributes, [textElement("failure", lines[0] ?? "", body)]);
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
