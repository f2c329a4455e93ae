// Asks Envoy with this filter in it about cases, for data/answers/.
import type { Case } from "./case.js";
import type { DifferentialRun } from "./differential-run.js";
import { filterAnswer, type FilterAnswer } from "./compared/filter-answers.js";
import type { Policy } from "./policy.js";

/** How many policies are worked on at once. */
const lanes = 12;

/** The filter's answer to each case. */
export async function answersOf(
  cases: readonly Case[],
  run: DifferentialRun,
): Promise<Map<Case, FilterAnswer>> {
  const byPolicy = new Map<Policy, Case[]>();
  for (const one of cases) byPolicy.set(one.policy, [...(byPolicy.get(one.policy) ?? []), one]);
  const waiting = [...byPolicy];
  const answers = new Map<Case, FilterAnswer>();
  const lane = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [policy, list] = next;
      for (const one of list)
        answers.set(one, filterAnswer(await run.runner.ask("ours", policy, one.request)));
      run.runner.release(policy);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
}
