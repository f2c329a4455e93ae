// The JWT rules that may apply to a workload of a policy's.

import type { LintContext } from "../../findings/lint.js";
import type { Policy } from "../../istio/policy.js";
import { jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { mayMeet, reachOf } from "../../policy-model/reach.js";
import type { Tree } from "../../resources/tree.js";

/** What asks for the rules of a policy's workloads, and finds them once for all policies that are for the same ones. */
export function rulesInReach({
  requestAuthentications,
  rootNamespace,
}: LintContext): (policy: Policy) => readonly Tree[] {
  const byReach = new Map<string, readonly Tree[]>();
  return (policy) => {
    const reach = reachOf(policy);
    const before = byReach.get(reach);
    if (before !== undefined) return before;
    const reaching = requestAuthentications.filter((one) => mayMeet(one, policy, rootNamespace));
    const rules = reaching.flatMap(jwtRulesOf);
    byReach.set(reach, rules);
    return rules;
  };
}
