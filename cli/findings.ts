// What the command has to say about the user's files, and how it is printed.

import { positionText, type Position } from "./resources/position.js";
import type { Colours } from "./terminal.js";

export type Severity = "error" | "warning";

/** A replacement of a stretch of a file. */
export interface Fix {
  readonly at: Position;
  readonly text: string;
}

export interface Finding {
  /** Stable, such as `JP101`; docs/checks.md has a row for each. */
  readonly id: string;
  /** error: Istio or the filter refuses it. warning: accepted, and likely not what was meant. */
  readonly severity: Severity;
  readonly message: string;
  readonly at: Position;
  /** The object that it is about: `AuthorizationPolicy foo/allow`. */
  readonly resource: string;
  /** What to do. */
  readonly remedy?: string;
  /** The change that --fix makes; absent where a person has to decide. */
  readonly fix?: Fix;
}

/** Findings in the order of files given, then of lines. */
export function inOrder(findings: readonly Finding[], files: readonly string[]): Finding[] {
  const rank = new Map(files.map((file, i) => [file, i]));
  const key = ({ at }: Finding) => [rank.get(at.file) ?? files.length, at.offset] as const;
  return findings.toSorted((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1]);
}

/** One finding as compilers write it: `file:line:column: error: message [id]`, and the remedy on a line of its own. */
export function findingText(finding: Finding, colours: Colours): string {
  const colour = finding.severity === "error" ? colours.red : colours.yellow;
  const head = `${colours.bold(positionText(finding.at))}: ${colour(finding.severity)}: `;
  const lines = [`${head}${finding.message} ${colours.dim(`[${finding.id}]`)}`];
  if (finding.remedy !== undefined) lines.push(`    ${colours.cyan("help")}: ${finding.remedy}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** A finding as an object for --json. */
export function findingJson(finding: Finding): Record<string, unknown> {
  const { id, severity, message, at, resource, remedy, fix } = finding;
  return {
    id,
    severity,
    message,
    file: at.file,
    line: at.line,
    column: at.column,
    resource,
    ...(remedy === undefined ? {} : { remedy }),
    fixable: fix !== undefined,
  };
}
