// What Envoy answered to every committed case with this filter in it, recorded by `npm run differential -- --record`: the command's evaluation
// is held against it without an Envoy.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { Case, Table } from "../case.js";
import type { Answer } from "./exchange.js";

/**
 * The filter's word: response-code details when it refused, `allowed` when it let the request on, `not asked` when Envoy's HTTP layer
 * answered before it, and what is wrong with the keys when it refused its configuration.
 */
export type FilterAnswer = string;

export const allowed: FilterAnswer = "allowed";
export const notAsked: FilterAnswer = "not asked";

const ofTheFilter = /^(jwt_authn_access_denied|rbac_access_denied|Jwt_policy_filter_failed)/;

/** What the filter said, seen from outside. */
export function filterAnswer({ status, details, body, received }: Answer): FilterAnswer {
  if (status === 0) return `keys: ${body}`;
  if (ofTheFilter.test(details)) return details;
  // Behind the filter: the upstream answered, or the router or the upstream refused what the filter had made of the request.
  return received !== null || ["", "route_not_found"].includes(details) ? allowed : notAsked;
}

const directory = join(repositoryRoot, "tests", "differential", "data", "answers");
const fileOf = (table: string) => join(directory, `${table}.json`);

/** Each answer once; for each policy the number of the answer to each of its cases, in their order. */
interface Recorded {
  readonly answers: readonly FilterAnswer[];
  readonly policies: Readonly<Record<string, readonly number[]>>;
}

/** Writes the answers to the cases of a table. */
export async function writeAnswers(
  { name, cases }: Table,
  answers: ReadonlyMap<Case, FilterAnswer>,
): Promise<void> {
  const known = [...new Set(cases.map((one) => answers.get(one)!))].sort();
  const policies: Record<string, number[]> = {};
  for (const one of cases) (policies[one.policy.name] ??= []).push(known.indexOf(answers.get(one)!));
  const lines = Object.entries(policies).map(
    ([policy, list]) => `${JSON.stringify(policy)}: ${JSON.stringify(list)}`,
  );
  await writeFile(
    fileOf(name),
    `{"answers": ${JSON.stringify(known)},\n"policies": {\n${lines.join(",\n")}\n}}\n`,
  );
}

/** The answers to the cases of a table. Throws if they are not those of these cases: record anew. */
export async function readAnswers({ name, cases }: Table): Promise<Map<Case, FilterAnswer>> {
  const { answers, policies } = JSON.parse(await readFile(fileOf(name), "utf8")) as Recorded;
  const next = new Map<string, number>();
  const found = new Map<Case, FilterAnswer>();
  for (const one of cases) {
    const place = next.get(one.policy.name) ?? 0;
    next.set(one.policy.name, place + 1);
    const answer = answers[policies[one.policy.name]?.[place] ?? -1];
    if (answer === undefined)
      throw new Error(`${one.policy.name} ${one.label}: no answer; npm run differential -- --record`);
    found.set(one, answer);
  }
  return found;
}
