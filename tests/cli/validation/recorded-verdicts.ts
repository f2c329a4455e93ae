// Real Istio's answers about the corpus, as `npm run referee` wrote them: the tests need no Go.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";

/** What Istio objects to in one document; nothing where it accepts it. */
export interface RecordedVerdict {
  readonly document: string;
  /** The API server, by the CRD: structural schema, unknown fields, CEL rules. */
  readonly schema?: string;
  /** istiod's webhook (pkg/config/validation). */
  readonly webhook?: string;
  /** What the webhook lets through with a remark. */
  readonly warning?: string;
}

export const verdictsFile = join(repositoryRoot, "tests", "cli", "data", "istio-verdicts.json");

export async function recordedVerdicts(): Promise<RecordedVerdict[]> {
  return JSON.parse(await readFile(verdictsFile, "utf8")) as RecordedVerdict[];
}
