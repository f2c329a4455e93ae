// JP211: an ALLOW rule that a DENY rule swallows. JP212: a DENY rule for what nothing allows. JP213: an ALLOW policy that
// allows everything, so that other ALLOW policies do nothing, or a rule beside a wider one.

import type { Finding } from "../../findings/finding.js";
import { isDryRun } from "../../istio/policy.js";
import { addTo } from "../../lookups/add-to.js";
import { covers, mayMeet, reachOf } from "../../policy-model/reach.js";
import { areDisjoint, isWithin } from "../../policy-model/rule-relation.js";
import { RulesByPath } from "../../policy-model/rules-by-path.js";
import type { PolicyModel, RuleModel } from "../../policy-model/rule-model.js";
import { positionText } from "../../resources/position.js";
import { resourceName } from "../../resources/resource.js";
import { someOf } from "../../text/some-of.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

export const mootPolicies: Lint = (context) => {
  const enforced = context.authorizationPolicies.filter(({ policy }) => !isDryRun(policy));
  const allow = enforced.filter(({ action }) => action === "ALLOW");
  const deny = enforced.filter(({ action }) => action === "DENY");
  const [allowGroups, denyGroups] = [sameReach(allow), sameReach(deny)];
  return [
    ...allowGroups.flatMap((group) => {
      const covering = deny.filter((one) => covers(one.policy, group[0]!.policy, context.rootNamespace));
      return group.flatMap((one) => swallowed(one, covering));
    }),
    ...denyGroups.flatMap((group) => {
      // Every workload of the DENY policies must have one of these ALLOW policies, and none in reach may allow what they deny.
      const { policy } = group[0]!;
      const covering = allow.filter((one) => covers(one.policy, policy, context.rootNamespace));
      if (covering.length === 0) return [];
      const meeting = allow.filter((one) => mayMeet(one.policy, policy, context.rootNamespace));
      const allowed = new RulesByPath(meeting.flatMap(({ rules }) => rules));
      return group.flatMap((one) => needless(one, covering, allowed));
    }),
    ...allow.flatMap((one) => widened(one, allow, context)),
    ...allow.flatMap(besideWider),
  ];
};

/** Policies by what they are for: whom one of them covers, all do. Findings are put in order later. */
function sameReach(policies: readonly PolicyModel[]): readonly (readonly PolicyModel[])[] {
  const groups = new Map<string, PolicyModel[]>();
  for (const one of policies) addTo(groups, reachOf(one.policy), one);
  return [...groups.values()];
}

/** @param covering the DENY policies of all of its workloads */
function swallowed(allow: PolicyModel, covering: readonly PolicyModel[]): Finding[] {
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

/**
 * @param covering the ALLOW policies of all of its workloads
 * @param allowed the rules of those of any of them
 */
function needless(deny: PolicyModel, covering: readonly PolicyModel[], allowed: RulesByPath): Finding[] {
  const isAllowed = (rule: RuleModel): boolean => {
    for (const one of allowed.mayMeet(rule)) if (!areDisjoint(one, rule)) return true;
    return false;
  };
  return deny.rules
    .filter((rule) => !isAllowed(rule))
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

/** Each rule is compared with every other. */
const MOST_RULES = 100;

/** Rules whose every request a wider one of the same policy allows: what they demand, nobody has to fulfil. */
function besideWider({ policy, rules }: PolicyModel): Finding[] {
  if (rules.length > MOST_RULES) return [];
  return rules.flatMap((rule) => {
    const wide = rules.find((one) => one !== rule && isWithin(rule, one) && !isWithin(one, rule));
    if (wide === undefined) return [];
    return [
      remark({
        id: "JP213",
        resource: policy.resource,
        at: rule.at,
        message: `this rule adds nothing: the one at line ${wide.at.line} allows all of its requests, and more`,
        remedy: "one rule is enough: take out the wider one, or this one",
      }),
    ];
  });
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
