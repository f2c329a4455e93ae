// Findings as GitHub's workflow commands, which become annotations at the lines of a pull request:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions

import { printable } from "../../text/printable.js";
import type { Finding } from "../finding.js";

const commands = { error: "error", warning: "warning", note: "notice" } as const;

/** A line for each. */
export function githubReport(findings: readonly Finding[]): string {
  return findings.map((one) => `${command(one)}\n`).join("");
}

function command({ id, severity, message, remedy, at }: Finding): string {
  const text = remedy === undefined ? message : `${message}\n${remedy}`;
  const properties = Object.entries({ file: at.file, line: at.line, col: at.column, title: id })
    .map(([name, value]) => `${name}=${property(String(value))}`)
    .join(",");
  return `::${commands[severity]} ${properties}::${data(text)}`;
}

/** Nothing of a file can begin a command of its own: line ends are escaped here, other controls by `printable`. */
const data = (text: string) =>
  text
    .split("\n")
    .map((line) => printable(line).replaceAll("%", "%25").replaceAll("\r", "%0D"))
    .join("%0A");

const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
