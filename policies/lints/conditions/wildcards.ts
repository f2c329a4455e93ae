// JP209: a `*` that is no wildcard: only one at the end or the beginning of a value is.

import { constraintsOf } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

/** In namespaces every `*` is a wildcard; the others take none, or Istio's validation sees to them. */
const others =
  /^(namespaces|source\.namespace|serviceAccounts|source\.serviceAccount|trustDomains|source\.trustDomain|ports|destination\.port|.*ip|.*[iI]pBlocks)$/;

export const wildcards: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap(constraintsOf).flatMap(({ attribute, values, notValues }) =>
      [...values, ...notValues]
        .filter(({ value }) => !others.test(attribute) && hasLiteralStar(attribute, value))
        .map(({ value, at }) =>
          remark({
            id: "JP209",
            resource: policy.resource,
            at,
            message: `${attribute}: ${JSON.stringify(value)} is ${meaning(value)}`,
            remedy:
              attribute === "paths"
                ? `a * stands at one end of a value; within a path write {*} for one segment, {**} for any number`
                : "a * stands at one end of a value",
          }),
        ),
    ),
  );

function hasLiteralStar(attribute: string, value: string): boolean {
  if (attribute === "paths" && /\{\*\*?\}/.test(value)) return false;
  if (value === "*") return false;
  return (value.startsWith("*") ? value.slice(1) : value.replace(/\*$/, "")).includes("*");
}

function meaning(value: string): string {
  if (value.startsWith("*"))
    return `the suffix ${JSON.stringify(value.slice(1))}, in which * is a character like others`;
  if (value.endsWith("*"))
    return `the prefix ${JSON.stringify(value.slice(0, -1))}, in which * is a character like others`;
  return "taken literally, with its *";
}
