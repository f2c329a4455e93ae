// JP250: an ALLOW rule that asks for nothing but an Authorization header: anybody can send one, and no RequestAuthentication judges what stands there.

import { remark, type Lint } from "../../findings/lint.js";
import { tokenHeadersOf } from "../../policy-model/jwt-rules.js";
import type { Constraint, RuleModel } from "../../policy-model/rule-model.js";
import { rulesInReach } from "./rules-in-reach.js";

export const askedForHeader: Lint = (context) => {
  const rulesFor = rulesInReach(context);
  return context.authorizationPolicies.flatMap(({ policy, action, rules }) => {
    const open = action === "ALLOW" ? rules.flatMap(onlyCondition).filter(isAskedFor) : [];
    if (open.length === 0) return [];
    // With one that reads the header, what is no good token there is refused.
    if (rulesFor(policy).flatMap(tokenHeadersOf).includes("authorization")) return [];
    return open.map(({ attribute, at }) =>
      remark({
        id: "JP250",
        resource: policy.resource,
        at,
        message: `${attribute} is only to be there: whatever a client writes into it lets the request pass`,
        remedy: 'let a RequestAuthentication judge the token, and require requestPrincipals: ["*"]',
      }),
    );
  });
};

/** The condition that is all that a rule asks of who calls. */
function onlyCondition({ sources, conditions }: RuleModel): readonly Constraint[] {
  return sources.length === 0 && conditions.length === 1 ? conditions : [];
}

function isAskedFor({ attribute, values, notValues }: Constraint): boolean {
  return (
    attribute.toLowerCase() === "request.headers[authorization]" &&
    notValues.length === 0 &&
    values.some(({ value }) => /^(bearer *)?\*$/i.test(value))
  );
}
