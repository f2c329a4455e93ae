// What Istio objects to in the policies of cases/refusals.ts, as the referee wrote it into data/objections.jsonl.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { Answer } from "../../referee/client.js";
import type { Recording } from "../../referee/recording.js";
import { refusals } from "../cases/refusals.js";
import { digest, policyQuery } from "./native-filters.js";
import type { Policy } from "../policy.js";

/** Istio's objections to one policy. */
export interface Objections {
  readonly policy: string;
  /** See digest in native-filters.ts. */
  readonly digest: string;
  /** The texts of the API server's schema validation, of istiod's webhook, and of protobuf. */
  readonly texts: readonly string[];
}

export const objectionsFile = join(repositoryRoot, "tests", "differential", "data", "objections.jsonl");

/** The file's content, from the referee's verdicts. Throws when Istio has nothing against one of the policies. */
function objectionsText(policies: readonly Policy[], verdicts: readonly Answer[]): string {
  const lines = policies.map((policy, i): Objections => {
    const { error, findings = [] } = verdicts[i]!;
    const texts = [...findings.flatMap((one) => [one.schema, one.webhook]), error].filter(
      (one) => one !== undefined,
    );
    if (texts.length === 0) throw new Error(`Istio has nothing against ${policy.name}`);
    // protobuf varies the blanks of its messages from build to build, so that nobody relies on them.
    return {
      policy: policy.name,
      digest: digest(policy),
      texts: texts.map((one) => one.replace(/\s+/g, " ").trim()),
    };
  });
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}

/** The objections to cases/refusals.ts, to be written down. */
export const objectionsRecording: Recording = {
  file: objectionsFile,
  queries: refusals.map(policyQuery),
  text: (answers) => objectionsText(refusals, answers),
};

/** The committed objections, by policy name. Throws when they are not for the present policies. */
export async function readObjections(policies: readonly Policy[]): Promise<Map<string, Objections>> {
  const lines = (await readFile(objectionsFile, "utf8")).split("\n").filter((line) => line !== "");
  const known = new Map(lines.map((line) => JSON.parse(line) as Objections).map((one) => [one.policy, one]));
  for (const policy of policies) {
    if (known.get(policy.name)?.digest === digest(policy)) continue;
    throw new Error(
      `${objectionsFile} does not know ${policy.name} as it is now: run npm run referee (needs Go).`,
    );
  }
  return known;
}
