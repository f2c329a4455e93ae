// From which severity on findings fail a run.

import type { Finding, Severity } from "./finding.js";

/** From the worst on. */
export const thresholds = ["error", "warning", "note"] as const satisfies readonly Severity[];
export type Threshold = (typeof thresholds)[number];

export const isThreshold = (text: string): text is Threshold =>
  (thresholds as readonly string[]).includes(text);

/** Whether a finding is as bad as that, or worse. */
export function fails({ severity }: Finding, threshold: Threshold): boolean {
  return thresholds.indexOf(severity) <= thresholds.indexOf(threshold);
}
