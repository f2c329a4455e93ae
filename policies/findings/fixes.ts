// What --fix does: replaces stretches of files as findings propose.

import type { Finding, Fix } from "./finding.js";
import type { SourceFile } from "../resources/source-file.js";

/**
 * The texts that the fixes of findings change.
 * @returns the files that differ, with their new texts, and the number of changes
 */
export function applyFixes(
  sources: readonly SourceFile[],
  findings: readonly Finding[],
): { readonly changed: readonly SourceFile[]; readonly count: number } {
  let count = 0;
  const changed = sources.flatMap(({ file, text }) => {
    const fixes = findings.flatMap(({ fix }) => (fix !== undefined && fix.at.file === file ? [fix] : []));
    const chosen = withoutOverlaps(fixes);
    count += chosen.length;
    return chosen.length === 0 ? [] : [{ file, text: replaced(text, chosen) }];
  });
  return { changed, count };
}

/** From the end of the file to its beginning, so that offsets stay true; of two that overlap, the later one. */
function withoutOverlaps(fixes: readonly Fix[]): Fix[] {
  const chosen: Fix[] = [];
  let free = Number.POSITIVE_INFINITY;
  for (const fix of fixes.toSorted((a, b) => b.at.offset - a.at.offset)) {
    if (fix.at.end > free) continue;
    chosen.push(fix);
    free = fix.at.offset;
  }
  return chosen;
}

function replaced(text: string, fixes: readonly Fix[]): string {
  return fixes.reduce((all, { at, text: by }) => all.slice(0, at.offset) + by + all.slice(at.end), text);
}
