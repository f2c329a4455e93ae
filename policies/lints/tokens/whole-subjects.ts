// JP253: a whole principal, issuer and subject, where the claim sub alone is compared.

import { remark, type Lint } from "../../findings/lint.js";
import { stringAt } from "../../resources/tree.js";
import { rulesInReach } from "./rules-in-reach.js";

export const wholeSubjects: Lint = (context) => {
  const rulesFor = rulesInReach(context);
  return context.authorizationPolicies.flatMap(({ policy, rules }) =>
    rules
      .flatMap(({ conditions }) => conditions)
      .filter(({ attribute }) => attribute === "request.auth.claims[sub]")
      .flatMap(({ values, notValues }) => [...values, ...notValues])
      .flatMap(({ value, at }) => {
        const begun = rulesFor(policy)
          .map((rule) => (stringAt(rule, "issuer") ?? "").replace(/\/$/, ""))
          .find((issuer) => issuer !== "" && value.startsWith(`${issuer}/`));
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
      }),
  );
};
