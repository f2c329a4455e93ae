// Findings as the results of tests, for systems that know no others: JUnit XML and TAP. What is below --fail-on has passed.

import { positionText } from "../../resources/position.js";
import { printableLines } from "../../text/printable.js";
import type { Finding } from "../finding.js";
import { tapBlock, tapTitle } from "./tap.js";
import { element, textElement } from "../../text/xml.js";

/** What there is to report. */
export interface CheckedFiles {
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
  readonly fails: (finding: Finding) => boolean;
}

const textOf = ({ message, remedy }: Finding) => (remedy === undefined ? message : `${message}\n${remedy}`);

/** A suite for each file, a case for each finding; of a file without findings, one that has passed. */
export function junitFindings({ findings, files, fails }: CheckedFiles): string {
  const suites = files.map((file) => {
    const found = findings.filter(({ at }) => at.file === file);
    const cases = found.map((one) =>
      element(
        "testcase",
        {
          name: `${one.id} ${one.resource} ${one.at.line}:${one.at.column}`,
          classname: file,
          file,
          line: one.at.line,
        },
        fails(one) ? [textElement("failure", one.message, [positionText(one.at), textOf(one)])] : [],
      ),
    );
    const none = element("testcase", { name: "check", classname: file, file }, []);
    const counts = { tests: Math.max(1, found.length), failures: found.filter(fails).length, errors: 0 };
    return element("testsuite", { name: file, file, ...counts }, cases.length === 0 ? [none] : cases);
  });
  const tests = files.reduce(
    (sum, file) => sum + Math.max(1, findings.filter(({ at }) => at.file === file).length),
    0,
  );
  const counts = { tests, failures: findings.filter(fails).length, errors: 0 };
  const all = element("testsuites", { name: "jwt-policy check", ...counts }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${printableLines(all)}\n`;
}

/** A line for each finding, and for each file without any. */
export function tapFindings({ findings, files, fails }: CheckedFiles): string {
  const clean = files.filter((file) => !findings.some(({ at }) => at.file === file));
  const lines = ["TAP version 14", `1..${clean.length + findings.length}`];
  let number = 0;
  for (const file of clean) lines.push(`ok ${++number} - ${tapTitle(file)}`);
  for (const one of findings) {
    const title = `${positionText(one.at)} ${one.id} ${one.message}`;
    lines.push(`${fails(one) ? "not ok" : "ok"} ${++number} - ${tapTitle(title)}`);
    if (fails(one)) {
      lines.push(...tapBlock({ severity: one.severity, message: textOf(one), at: positionText(one.at) }));
    }
  }
  return printableLines(`${lines.join("\n")}\n`);
}
