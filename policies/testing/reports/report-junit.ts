// Results as JUnit XML, in the dialect that CI systems read (https://github.com/testmoapp/junitxml).

import { positionText } from "../../resources/position.js";
import { printableLines } from "../../text/printable.js";
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
            [text("error", refusalText(refusal), refusalLines(refusal))],
          ),
        ]),
    ...cases.map((one) => caseElement(one, suite.name)),
  ];
  const attributes = { name: suite.name, file: suite.file, ...counts, time: seconds(milliseconds) };
  return [element("testsuite", attributes, content)];
}

function caseElement(result: CaseResult, suite: string): string {
  const { test, mismatches, why } = result;
  const attributes = { name: test.name, classname: suite, file: test.at.file, line: test.at.line };
  if (!hasFailed(result)) return element("testcase", attributes, []);
  const lines = mismatches.map(mismatchText);
  const body = [positionText(test.at), requestText(test.request), ...lines, ...why];
  return element("testcase", attributes, [text("failure", lines[0] ?? "", body)]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${written.join("")}`;
  if (content.length === 0) return `${start}/>`;
  return [`${start}>`, ...content.map((one) => one.replaceAll(/^(?= *<)/gm, "  ")), `</${name}>`].join("\n");
}

const text = (name: string, message: string, lines: readonly string[]) =>
  `<${name} message="${escaped(message)}">${escaped(lines.join("\n"))}</${name}>`;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no characters for most controls, not even as references (§2.2). */
function escaped(value: string): string {
  return value
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
