// Puts random requests to policies, many policies at once, and shrinks what fails.
import fc from "fast-check";
import { compareOne, type Comparison } from "../compared/comparison.js";
import type { DifferentialRun } from "../differential-run.js";
import type { RequestSpec } from "../compared/exchange.js";
import type { Policy } from "../policy.js";
import { requestArbitrary } from "./request-arbitrary.js";

const lanes = 12;

/**
 * Draws `count` requests for each policy from a seed, among those that are wanted, and compares the answers.
 * @returns for each policy that failed the smallest request found; and how many requests were compared without shrinking
 */
export async function compareGenerated(
  run: DifferentialRun,
  policies: readonly Policy[],
  count: number,
  seed: number,
  wanted: (policy: Policy, request: RequestSpec) => boolean = () => true,
): Promise<{ failures: Comparison[]; compared: number }> {
  const waiting = policies.map((policy, i) => ({ policy, seed: seed + i }));
  const failures: Comparison[] = [];
  let compared = 0;
  const problemsOf = (policy: Policy, request: RequestSpec) =>
    compareOne(
      { policy, label: "generated", request },
      (one, spec) => run.runner.ask("native", one, spec),
      (one, spec) => run.runner.ask(run.other, one, spec),
    );
  const lane = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { policy } = next;
      const requests = requestArbitrary(policy).filter((request) => wanted(policy, request));
      const property = fc.asyncProperty(requests, async (request) => {
        return (await problemsOf(policy, request)).length === 0;
      });
      const details = await fc.check(property, { numRuns: count, seed: next.seed });
      compared += details.numRuns;
      if (details.failed) {
        const request = details.counterexample![0];
        const problems = await problemsOf(policy, request);
        const label = `generated, seed ${next.seed}, path ${details.counterexamplePath ?? ""}`;
        failures.push({
          one: { policy, label, request },
          problems: problems.length > 0 ? problems : ["not again"],
        });
      }
      run.runner.release(policy);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { failures, compared };
}
