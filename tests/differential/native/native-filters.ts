// Istio's filters for the policies of the tables, as the referee wrote them into data/native/: one line a policy.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { policiesOf, type Table } from "../case.js";
import type { Policy } from "../policy.js";
import type { Answer, Finding, Query } from "../../referee/client.js";
import type { Recording } from "../../referee/recording.js";

/** What the referee said about one policy. */
export interface NativeFilters {
  readonly policy: string;
  /** Of the policy that was asked about; see {@link digest}. */
  readonly digest: string;
  readonly httpFilters: readonly unknown[];
  readonly findings?: readonly Finding[];
}

/** The file that holds a table's answers. */
export function nativeFile(table: Table): string {
  return join(repositoryRoot, "tests", "differential", "data", "native", `${table.name}.jsonl`);
}

/** Tells whether an answer belongs to a policy as it is now. */
export function digest(policy: Policy): string {
  const text = JSON.stringify(policy.forReferee ?? policy.config);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The content of a table's file, from the referee's verdicts. Throws when the referee could not read a policy. */
function nativeText(policies: readonly Policy[], verdicts: readonly Answer[]): string {
  const lines = policies.map((policy, i): NativeFilters => {
    const verdict = verdicts[i]!;
    if (verdict.error !== undefined) throw new Error(`${policy.name}: ${verdict.error}`);
    return {
      policy: policy.name,
      digest: digest(policy),
      httpFilters: verdict.httpFilters ?? [],
      ...(verdict.findings === undefined ? {} : { findings: verdict.findings }),
    };
  });
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}

/** The question what Istio makes of a policy. */
export function policyQuery(policy: Policy): Query {
  return { id: policy.name, policy: policy.forReferee ?? policy.config };
}

/** The answers for a table, to be written down. */
export function nativeRecording(table: Table): Recording {
  const policies = policiesOf(table);
  return {
    file: nativeFile(table),
    queries: policies.map(policyQuery),
    text: (answers) => nativeText(policies, answers),
  };
}

/** The committed answers for a table: policy name -> filters. Throws when they are not for its present policies. */
export async function readNative(table: Table): Promise<Map<string, NativeFilters>> {
  const text = await readFile(nativeFile(table), "utf8").catch(() => "");
  const answers = new Map<string, NativeFilters>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const answer = JSON.parse(line) as NativeFilters;
    answers.set(answer.policy, answer);
  }
  for (const policy of policiesOf(table)) {
    if (answers.get(policy.name)?.digest === digest(policy)) continue;
    throw new Error(
      `${nativeFile(table)} does not know ${policy.name} as it is now: run npm run referee (needs Go).`,
    );
  }
  return answers;
}
