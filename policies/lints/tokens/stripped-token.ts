// JP220: a condition on the header that carried the token: jwt_authn has removed it before policies look.

import type { Policy } from "../../istio/policy.js";
import { jwtRulesOf, wholeTokenHeadersOf } from "../../policy-model/jwt-rules.js";
import { covers } from "../../policy-model/reach.js";
import { constraintsOf } from "../../policy-model/rule-model.js";
import { valueAt } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const strippedToken: Lint = ({ requestAuthentications, authorizationPolicies, rootNamespace }) =>
  authorizationPolicies.flatMap(({ policy, rules }) => {
    const onHeaders = rules.flatMap(constraintsOf).flatMap(({ attribute, at }) => {
      const header = /^request\.headers\[(.+)\]$/.exec(attribute)?.[1]?.toLowerCase();
      return header === undefined ? [] : [{ header, at }];
    });
    if (onHeaders.length === 0) return [];
    const covering = requestAuthentications.filter((one) => covers(one, policy, rootNamespace));
    const stripped = new Set(covering.flatMap(strippedHeaders));
    return onHeaders.flatMap(({ header, at }) => {
      if (!stripped.has(header)) return [];
      return [
        remark({
          id: "JP220",
          resource: policy.resource,
          at,
          message: `a valid token is removed from the header ${header} before policies look at it`,
          remedy: "set forwardOriginalToken: true in the JWT rule, or compare a claim",
        }),
      ];
    });
  });

function strippedHeaders(authentication: Policy): string[] {
  return jwtRulesOf(authentication).flatMap((rule) => {
    const forward = valueAt(rule, "forwardOriginalToken");
    return forward?.kind === "scalar" && forward.value === true ? [] : wholeTokenHeadersOf(rule);
  });
}
