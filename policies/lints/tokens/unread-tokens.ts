// JP228: a rule on principals or claims where no RequestAuthentication applies: nobody reads the tokens, so nobody has a principal.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import type { Policy } from "../../istio/policy.js";
import { isOnIdentity } from "../../policy-model/identity.js";
import { mayMeet } from "../../policy-model/reach.js";
import { constraintsOf, type Constraint, type PolicyModel } from "../../policy-model/rule-model.js";
import { resourceName } from "../../resources/resource.js";
import { someOf } from "../../text/some-of.js";

export const unreadTokens: Lint = (context) =>
  context.authorizationPolicies.flatMap((model) => judge(model, context));

function judge(model: PolicyModel, context: LintContext): Finding[] {
  const { requestAuthentications, rootNamespace } = context;
  const { policy, action, rules } = model;
  const [first] = rules.flatMap(constraintsOf).filter(isOnIdentity);
  // The native filter of a CUSTOM policy cannot look at tokens, which Istio's webhook says.
  if (first === undefined || action === "CUSTOM") return [];
  if (requestAuthentications.some((one) => mayMeet(one, policy, rootNamespace))) return [];
  return [
    remark({
      id: "JP228",
      resource: policy.resource,
      at: first.at,
      // It may be in the cluster, or in another folder.
      severity: requestAuthentications.length === 0 ? "note" : "warning",
      message: `no RequestAuthentication in these files applies to these workloads: tokens are not read, and ${effect(model, first)}`,
      remedy: remedy(policy, requestAuthentications),
    }),
  ];
}

function effect({ action }: PolicyModel, { attribute, values }: Constraint): string {
  if (values.length > 0) return `${attribute} is empty for every request, so this never matches`;
  return `${attribute} is empty for every request, so this matches ${action === "DENY" ? "and denies " : ""}all`;
}

function remedy({ resource }: Policy, others: readonly Policy[]): string {
  if (others.length === 0)
    return "check it together with its RequestAuthentication, or add one with the same namespace and selector";
  const shown = someOf(others.map((one) => resourceName(one.resource)));
  const elsewhere = others.every((one) => one.resource.namespace !== resource.namespace);
  return elsewhere
    ? `there is ${shown}, in another namespace: one in ${resource.namespace}, or in the root namespace, would apply`
    : `there is ${shown}, for other workloads: look at the selectors and targetRefs of both`;
}
