// JP230: `spiffe://` in front of a peer's principal: Istio's principals have no scheme, so this one matches nobody, and excludes nobody.

import { constraintsOf } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

const scheme = /^spiffe:\/\//i;

export const peerPrincipals: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, action, rules }) =>
    rules
      .flatMap(constraintsOf)
      .filter(({ attribute }) => attribute === "principals" || attribute === "source.principal")
      .flatMap(({ values, notValues }) => [
        ...values.map((one) => ({ ...one, excludes: action === "DENY" })),
        ...notValues.map((one) => ({ ...one, excludes: action !== "DENY" })),
      ])
      .filter(({ value }) => scheme.test(value))
      .map(({ value, at, excludes }) => {
        const right = JSON.stringify(value.replace(scheme, ""));
        return remark({
          id: "JP230",
          resource: policy.resource,
          at,
          message: `${value} matches nobody: a principal has no scheme${excludes ? ", and nobody is kept out" : ""}`,
          remedy: `write ${right}`,
          fix: { at, text: right },
        });
      }),
  );
