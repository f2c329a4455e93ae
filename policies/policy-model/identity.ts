// Conditions on who made the request, as its token says.

import { once } from "../lookups/once.js";
import { constraintsOf, type Constraint, type RuleModel } from "./rule-model.js";

/** Whether a constraint looks at the token. */
export function isOnIdentity({ attribute }: Constraint): boolean {
  return attribute === "requestPrincipals" || attribute.startsWith("request.auth.");
}

/** Whether a rule can match only a request with a valid token: some constraint wants a value of the token's. */
export const demandsIdentity = once((rule: RuleModel): boolean => {
  const demands = (part: readonly Constraint[]) =>
    part.some((one) => isOnIdentity(one) && one.values.length > 0);
  return demands(rule.conditions) || (rule.sources.length > 0 && rule.sources.every(demands));
});

/** Whether a DENY rule is there for requests without a token: `notRequestPrincipals: ["*"]` and its like, or for all. */
export function catchesAnonymous(rule: RuleModel): boolean {
  const constraints = constraintsOf(rule);
  if (constraints.length === 0) return true;
  return !demandsIdentity(rule) && constraints.some((one) => isOnIdentity(one) && one.notValues.length > 0);
}
