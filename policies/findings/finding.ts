// What the command has to say about the user's files, and how it is printed.

import { positionText, type Position } from "../resources/position.js";
import type { SourceFile } from "../resources/source-file.js";
import type { Colours } from "../text/colours.js";
import { harmless, printable, wrapped } from "../text/printable.js";

export type Severity = "error" | "warning" | "note";

/** A replacement of a stretch of a file. */
export interface Fix {
  readonly at: Position;
  readonly text: string;
}

export interface Finding {
  /** Stable, such as `JP101`; docs/checks.md has a row for each. */
  readonly id: string;
  /** error: Istio or the filter refuses it. warning: accepted, likely not what was meant. note: worth knowing. */
  readonly severity: Severity;
  readonly message: string;
  /** Without a file where it is about none: that there are no policies. */
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

/**
 * Findings as compilers write them: `file:line:column: error: message [id]`, the line with a mark under the place, and
 * what to do.
 * @param sources the texts that they are about
 * @param width of the terminal, in columns
 */
export function findingsText(
  findings: readonly Finding[],
  sources: readonly SourceFile[],
  colours: Colours,
  width = Number.POSITIVE_INFINITY,
): string {
  const lines = new Map(sources.map(({ file, text }) => [file, text.split("\n")]));
  return findings
    .map((one) => findingText(one, lines.get(one.at.file)?.[one.at.line - 1], colours, width))
    .join("");
}

/** Longer lines are not repeated. */
const EXCERPT_WIDTH = 160;

function findingText(finding: Finding, line: string | undefined, colours: Colours, width: number): string {
  const { at, severity, message, remedy, id } = finding;
  const colour = { error: colours.red, warning: colours.yellow, note: colours.cyan }[severity];
  const text = [
    wrapped(
      `${at.file === "" ? "" : `${colours.bold(printable(positionText(at)))}: `}${colour(severity)}: ${printable(message)} ${colours.dim(`[${id}]`)}`,
      width,
    ),
  ];
  if (line !== undefined && line.trim() !== "" && line.length <= EXCERPT_WIDTH) {
    const number = String(at.line).padStart(5);
    const end = Math.min(at.column - 1 + at.end - at.offset, line.trimEnd().length);
    // The mark stands under the place as it is printed.
    const start = harmless(line.slice(0, at.column - 1)).length;
    const width = Math.max(1, harmless(line.slice(at.column - 1, end)).length);
    text.push(`${colours.dim(`${number} |`)} ${harmless(line.trimEnd())}`);
    text.push(`${colours.dim("      |")} ${" ".repeat(start)}${colour("^".repeat(width))}`);
  }
  if (remedy !== undefined)
    text.push(wrapped(printable(remedy), width, `      ${colours.dim("=")} ${colours.bold("help")}: `));
  return text.map((one) => `${one}\n`).join("");
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
