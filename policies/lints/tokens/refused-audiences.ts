// JP252: a condition on an audience that no JWT rule takes: a token that has it alone is refused before any policy looks at it.

import { remark, type Lint } from "../../findings/lint.js";
import { contains } from "../../policy-model/pattern.js";
import type { Constraint, RuleModel } from "../../policy-model/rule-model.js";
import { stringsOf, valueAt } from "../../resources/tree.js";
import { someOf } from "../../text/some-of.js";
import { rulesInReach } from "./rules-in-reach.js";

export const refusedAudiences: Lint = (context) => {
  const rulesFor = rulesInReach(context);
  return context.authorizationPolicies.flatMap(({ policy, rules }) => {
    const conditions = rules.flatMap(onAudiences);
    if (conditions.length === 0) return [];
    const taken = rulesFor(policy).map((rule) =>
      stringsOf(valueAt(rule, "audiences")).map(({ value }) => value),
    );
    // Without audiences a rule takes those of all tokens; without rules in the files, they may be in the cluster.
    if (taken.length === 0 || taken.some((audiences) => audiences.length === 0)) return [];
    const all = [...new Set(taken.flat())];
    return conditions
      .filter(
        ({ attribute, values }) =>
          !values.some(({ value }) => all.some((audience) => contains(attribute, value, audience))),
      )
      .map(({ attribute, at }) =>
        remark({
          id: "JP252",
          resource: policy.resource,
          at,
          message: `${attribute} is never one of these alone: the JWT rules for these workloads refuse such tokens`,
          remedy: `the rules take ${someOf(all)}: add what is wanted here to their audiences, or compare one of those`,
        }),
      );
  });
};

function onAudiences({ conditions }: RuleModel): readonly Constraint[] {
  return conditions.filter(
    ({ attribute, values }) =>
      /^request\.auth\.(audiences|claims\[aud\])$/.test(attribute) && values.length > 0,
  );
}
