// Findings as SARIF 2.1.0 (OASIS), which code scanning of GitHub, GitLab and Azure DevOps reads.

import { jsonText } from "../../text/printable.js";
import type { Finding, Severity } from "../finding.js";

/** What can be found. */
export interface SarifRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
}

/**
 * A log with one run.
 * @param rules all that there are; those without findings too
 */
export function sarifReport(
  findings: readonly Finding[],
  rules: readonly SarifRule[],
  tool = "jwt-policy",
): string {
  const index = new Map(rules.map(({ id }, i) => [id, i]));
  return jsonText({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: tool,
            rules: rules.map(({ id, severity, title }) => ({
              id,
              shortDescription: { text: title },
              defaultConfiguration: { level: severity },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((one) => result(one, index)),
      },
    ],
  });
}

function result(
  { id, severity, message, remedy, at, resource }: Finding,
  index: ReadonlyMap<string, number>,
): object {
  const rule = index.get(id);
  return {
    ruleId: id,
    ...(rule === undefined ? {} : { ruleIndex: rule }),
    level: severity,
    message: { text: remedy === undefined ? message : `${message}\n${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(at.file) },
          region: { startLine: at.line, startColumn: at.column },
        },
        logicalLocations: [{ fullyQualifiedName: resource, kind: "resource" }],
      },
    ],
  };
}

/** A relative reference for a relative path; standard input has a name of its own. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  const path = encodeURI(file.replaceAll("\\", "/")).replaceAll("#", "%23").replaceAll("?", "%3F");
  if (/^[A-Za-z]:\//.test(path)) return `file:///${path}`;
  return path.startsWith("/") ? `file://${path}` : path.replace(/^\.\//, "");
}
