// JP253: a whole principal, issuer and subject, where the claim sub alone is compared.

import { remark, type Lint } from "../../findings/lint.js";
import type { RuleModel } from "../../policy-model/rule-model.js";
import { stringAt, type LocatedString } from "../../resources/tree.js";
import { rulesInReach } from "./rules-in-reach.js";

export const wholeSubjects: Lint = (context) => {
  const rulesFor = rulesInReach(context);
  return context.authorizationPolicies.flatMap(({ policy, rules }) => {
    const subjects = rules.flatMap(subjectsIn);
    if (subjects.length === 0) return [];
    const issuers = rulesFor(policy).map((rule) => (stringAt(rule, "issuer") ?? "").replace(/\/$/, ""));
    return subjects.flatMap(({ value, at }) => {
      const begun = issuers.find((issuer) => issuer !== "" && value.startsWith(`${issuer}/`));
      if (begun === undefined) return [];
      const subject = value.slice(begun.length).replace(/^\/+/, "");
      return [
        remark({
          id: "JP253",
          resource: policy.resource,
          at,
          message: `${value} is a whole principal: the claim sub is what stands behind the issuer`,
          remedy:
            subject === "" || subject === "*"
              ? "for any subject of this issuer write it under requestPrincipals"
              : `write ${JSON.stringify(subject)}, or the whole under requestPrincipals`,
        }),
      ];
    });
  });
};

function subjectsIn({ conditions }: RuleModel): readonly LocatedString[] {
  return conditions
    .filter(({ attribute }) => attribute === "request.auth.claims[sub]")
    .flatMap(({ values, notValues }) => [...values, ...notValues]);
}
