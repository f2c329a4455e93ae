// JP211: an ALLOW rule that a DENY rule swallows. JP212: a DENY rule for what nothing allows. JP213: an ALLOW policy that
// allows everything, so that other ALLOW policies do nothing.

import type { Finding } from "../../findings/finding.js";
import { isDryRun } from "../../istio/policy.js";
import { covers, mayMeet } from "../../policy-model/reach.js";
import { areDisjoint, isWithin } from "../../policy-model/rule-relation.js";
import type { PolicyModel } from "../../policy-model/rule-model.js";
import { positionText } from "../../resources/position.js";
import { resourceName } from "../../resources/resource.js";
import { someOf } from "../../text/some-of.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

export const mootPolicies: Lint = (context) => {
  const enforced = context.authorizationPolicies.filter(({ policy }) => !isDryRun(policy));
  const allow = enforced.filter(({ action }) => action === "ALLOW");
  const deny = enforced.filter(({ action }) => action === "DENY");
  return [
    ...allow.flatMap((one) => swallowed(one, deny, context)),
    ...deny.flatMap((one) => needless(one, allow, context)),
    ...allow.flatMap((one) => widened(one, allow, context)),
  ];
};

function swallowed(
  allow: PolicyModel,
  deny: readonly PolicyModel[],
  { rootNamespace }: LintContext,
): Finding[] {
  const covering = deny.filter((one) => covers(one.policy, allow.policy, rootNamespace));
  return allow.rules.flatMap((rule) => {
    for (const other of covering) {
      const wide = other.rules.find((one) => isWithin(rule, one));
      if (wide === undefined) continue;
      return [
        remark({
          id: "JP211",
          resource: allow.policy.resource,
          at: rule.at,
          message: `this rule allows nothing: ${resourceName(other.policy.resource)} denies all of it`,
          remedy: `DENY comes before ALLOW; the rule that denies is at ${positionText(wide.at)}`,
        }),
      ];
    }
    return [];
  });
}

function needless(
  deny: PolicyModel,
  allow: readonly PolicyModel[],
  { rootNamespace }: LintContext,
): Finding[] {
  // Every workload of the DENY policy must have one of these ALLOW policies, and none in reach may allow what it denies.
  const covering = allow.filter((one) => covers(one.policy, deny.policy, rootNamespace));
  if (covering.length === 0) return [];
  const meeting = allow.filter((one) => mayMeet(one.policy, deny.policy, rootNamespace));
  return deny.rules
    .filter((rule) => meeting.every(({ rules }) => rules.every((one) => areDisjoint(one, rule))))
    .map((rule) =>
      remark({
        id: "JP212",
        resource: deny.policy.resource,
        at: rule.at,
        severity: "note",
        message: "this rule denies only what no ALLOW policy allows",
        remedy: `with ${someOf(covering.map(({ policy }) => resourceName(policy.resource)))} in place it makes no difference`,
      }),
    );
}

function widened(
  open: PolicyModel,
  allow: readonly PolicyModel[],
  { rootNamespace }: LintContext,
): Finding[] {
  const everything = open.rules.find(
    ({ sources, operations, conditions }) => sources.length + operations.length + conditions.length === 0,
  );
  if (everything === undefined) return [];
  return allow
    .filter((one) => one !== open && one.rules.length > 0 && covers(open.policy, one.policy, rootNamespace))
    .map(({ policy }) =>
      remark({
        id: "JP213",
        resource: policy.resource,
        at: policy.resource.at,
        message: `this ALLOW policy restricts nothing: ${resourceName(open.policy.resource)} allows every request`,
        remedy: `ALLOW policies add up; the rule that allows everything is at ${positionText(everything.at)}`,
      }),
    );
}
