// `check` refuses what real Istio refuses, and nothing else: both gatekeepers, on every document of the corpus.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPolicy } from "../../../policies/istio/policy.js";
import { parseResources } from "../../../policies/documents/documents.js";
import { schemaObjections, webhookObjections } from "../../../policies/validation/validate-policy.js";
import { corpus } from "./corpus.js";
import { recordedVerdicts, type RecordedVerdict } from "./recorded-verdicts.js";

/** Documents that Istio and this command see differently, with the reason. */
const known: ReadonlyMap<string, string> = new Map([]);

function ours(document: string) {
  const resources = parseResources([{ file: "policy.yaml", text: document }], "default");
  const policy = readPolicy(resources[0]!);
  assert.ok(policy !== undefined, "no policy");
  return { schema: schemaObjections(policy), webhook: webhookObjections(policy) };
}

function disagreement(verdict: RecordedVerdict): string | undefined {
  const { schema, webhook } = ours(verdict.document);
  const errors = webhook.filter(({ severity }) => severity === "error");
  // Istio reports no remark beside an objection.
  const remarks = errors.length === 0 ? webhook.length : 0;
  const differs = [
    schema.length > 0 !== (verdict.schema !== undefined) ? "schema" : "",
    errors.length > 0 !== (verdict.webhook !== undefined) ? "webhook" : "",
    remarks > 0 !== (verdict.warning !== undefined) ? "warning" : "",
  ].filter((layer) => layer !== "");
  if (differs.length === 0) return undefined;
  const mine = [...schema, ...webhook].map(
    ({ layer, severity, message }) => `${layer} ${severity}: ${message}`,
  );
  return [
    `${differs.join(", ")}: ${verdict.document.trim().slice(-300)}`,
    `  Istio: ${JSON.stringify({ ...verdict, document: undefined }).slice(0, 400)}`,
    `  ours: ${mine.join("; ") || "nothing"}`,
  ].join("\n");
}

describe("against the recorded verdicts of real Istio", async () => {
  const verdicts = await recordedVerdicts();

  it("the verdicts are those of the corpus", () => {
    assert.deepEqual(
      verdicts.map(({ document }) => document),
      corpus,
      "run npm run referee",
    );
  });

  it(`all ${verdicts.length} documents are judged alike`, () => {
    const disagreements = verdicts
      .filter(({ document }) => !known.has(document))
      .flatMap((one) => disagreement(one) ?? []);
    assert.equal(disagreements.join("\n"), "");
  });
});
