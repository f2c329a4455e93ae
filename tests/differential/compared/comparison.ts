// Puts cases to two sides and says where their answers differ.
import type { Case, Expectation } from "../case.js";
import { nativeAsMeant, withMisfitsBroken, withTokensAsSent } from "../native/deliberate.js";
import { differences, type Answer, type RequestSpec } from "./exchange.js";
import type { Policy } from "../policy.js";

/** Asks one side; requests about one policy come one after the other. */
export type Ask = (policy: Policy, request: RequestSpec) => Promise<Answer>;

export interface Comparison {
  readonly one: Case;
  /** Empty: as it should be. */
  readonly problems: readonly string[];
}

/** How many policies are worked on at once. */
const lanes = 12;

/** Asks both sides about every case; `done` is called when no more cases of a policy follow. */
export async function compareAll(
  cases: readonly Case[],
  native: Ask,
  ours: Ask,
  done: (policy: Policy) => void = () => undefined,
): Promise<Comparison[]> {
  const byPolicy = new Map<string, Case[]>();
  for (const one of cases) {
    const list = byPolicy.get(one.policy.name);
    if (list === undefined) byPolicy.set(one.policy.name, [one]);
    else list.push(one);
  }
  const waiting = [...byPolicy.values()];
  const results: Comparison[] = [];
  const lane = async () => {
    for (let list = waiting.pop(); list !== undefined; list = waiting.pop()) {
      for (const one of list) results.push({ one, problems: await compareOne(one, native, ours) });
      done(list[0]!.policy);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** Asks both sides about one case. */
export async function compareOne(one: Case, native: Ask, ours: Ask): Promise<string[]> {
  const { policy, request, deliberate } = one;
  const forNative = deliberate === undefined ? withMisfitsBroken(request) : request;
  const [first, second] = await Promise.all([asked(native, policy, forNative), asked(ours, policy, request)]);
  if (typeof first === "string" || typeof second === "string") {
    return [`native: ${describe(first)}`, `ours: ${describe(second)}`];
  }
  if (deliberate === undefined) {
    return differences(nativeAsMeant(policy, request, withTokensAsSent(first, request)), second);
  }
  return [...unmet("native", deliberate.native, first), ...unmet("ours", deliberate.ours, second)];
}

async function asked(ask: Ask, policy: Policy, request: RequestSpec): Promise<Answer | string> {
  try {
    return await ask(policy, request);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const describe = (answer: Answer | string) =>
  typeof answer === "string" ? answer : `status ${answer.status}`;

function unmet(side: string, wanted: Expectation, answer: Answer): string[] {
  const problems: string[] = [];
  const check = (what: string, expected: unknown, actual: unknown) => {
    if (expected !== undefined && expected !== actual) {
      problems.push(`${side} ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
    }
  };
  check("status", wanted.status, answer.status);
  check("body", wanted.body, answer.body);
  check("path", wanted.path, answer.received?.path);
  if (wanted.received !== undefined) {
    const [name, value] = wanted.received;
    const lines = answer.received?.headers.filter((line) => line[0] === name).map((line) => line[1]);
    check(`upstream's ${name}`, value, lines?.join(","));
  }
  check("challenge", wanted.challenge, answer.headers.find(([name]) => name === "www-authenticate")?.[1]);
  return problems;
}

/** The text of the problems, smallest case first, at most `limit` of them. */
export function report(results: readonly Comparison[], limit = 20): string {
  const failed = results.filter((one) => one.problems.length > 0);
  const size = ({ one }: Comparison) => JSON.stringify([one.policy.config, one.request]).length;
  failed.sort((a, b) => size(a) - size(b));
  const shown = failed
    .slice(0, limit)
    .map(({ one, problems }) =>
      [
        `${one.policy.name}: ${one.label}`,
        ...problems.map((line) => `    ${line.length > 600 ? line.slice(0, 600) + "…" : line}`),
        `    request ${JSON.stringify(one.request)}`,
        `    policy  ${JSON.stringify(one.policy.config)}`,
      ].join("\n"),
    );
  return `${results.length} cases, ${failed.length} with differences\n${shown.join("\n")}`;
}
