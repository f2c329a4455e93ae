// What `render` has to say about the policies, beside what it writes.

import { findingJson, findingsText, inOrder, type Finding } from "../../policies/findings/finding.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { jsonText } from "../../policies/text/printable.js";
import type { Terminal } from "../terminal/terminal.js";

/** Findings go to standard error, since standard output is the result; with --json and no result, to the latter. */
export function reportFindings(
  unordered: readonly Finding[],
  sources: readonly SourceFile[],
  asJson: boolean,
  terminal: Terminal,
): void {
  const findings = inOrder(
    unordered,
    sources.map(({ file }) => file),
  );
  const refused = findings.some(({ severity }) => severity === "error");
  const json = jsonText({ findings: findings.map(findingJson) });
  if (asJson && refused) terminal.write(json);
  else if (asJson && findings.length > 0) terminal.writeError(json);
  else terminal.writeError(findingsText(findings, sources, terminal.colours));
}
