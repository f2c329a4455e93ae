// Findings that a user has judged and does not want to see again, at one place: by a comment at the line, or an annotation of the object.

import type { SourceFile } from "../resources/source-file.js";
import { resourceName, type Resource } from "../resources/resource.js";
import type { Finding } from "./finding.js";

/** Ids, separated by commas or blanks, that are silenced for the whole object. JSON has no comments. */
export const IGNORE_ANNOTATION = "jwt-policy/ignore";

const comment = /#\s*jwt-policy:\s*ignore\s+(JP\d{3}(?:[\s,]+JP\d{3})*)/;

/**
 * The findings that nobody has silenced.
 * `# jwt-policy: ignore JP210` counts for its own line, and for the line below the comments that it stands among.
 */
export function withoutSilenced(
  findings: readonly Finding[],
  sources: readonly SourceFile[],
  resources: readonly Resource[],
): Finding[] {
  const lines = new Map(
    sources
      .filter(({ text }) => text.includes("jwt-policy:"))
      .map(({ file, text }) => [file, text.split("\n")]),
  );
  const annotated = new Map(
    resources.flatMap((one) => {
      const ids = one.annotations.get(IGNORE_ANNOTATION);
      return ids === undefined ? [] : [[`${one.at.file} ${resourceName(one)}`, idsIn(ids)] as const];
    }),
  );
  return findings.filter(({ id, at, resource }) => {
    if (annotated.get(`${at.file} ${resource}`)?.includes(id) === true) return false;
    return !silencedAt(lines.get(at.file) ?? [], at.line - 1).includes(id);
  });
}

function silencedAt(lines: readonly string[], row: number): readonly string[] {
  const ids = [...idsInComment(lines[row])];
  for (let above = row - 1; above >= 0 && /^\s*#/.test(lines[above]!); above--)
    ids.push(...idsInComment(lines[above]));
  return ids;
}

function idsInComment(line: string | undefined): readonly string[] {
  const match = comment.exec(line ?? "");
  return match === null ? [] : idsIn(match[1]!);
}

const idsIn = (text: string): readonly string[] => text.split(/[\s,]+/);
