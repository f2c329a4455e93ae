// JP236: a value that is written in a language which policies do not have: regular expressions, lists in one string, path parameters.

import { constraintsOf } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

export const literalValues: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap(constraintsOf).flatMap(({ attribute, values, notValues }) =>
      [...values, ...notValues].flatMap(({ value, at }) => {
        const fault = faultOf(attribute, value);
        if (fault === undefined) return [];
        const [message, remedy] = fault;
        return [
          remark({
            id: "JP236",
            resource: policy.resource,
            at,
            message: `${attribute}: ${JSON.stringify(value)} ${message}, and is compared as it is written`,
            remedy,
          }),
        ];
      }),
    ),
  );

/** Addresses and ports, which Istio's validation sees to. */
const addresses = /ip$|[iI]pBlocks$|ports?$/;

type Fault = readonly [message: string, remedy: string];

function faultOf(attribute: string, value: string): Fault | undefined {
  if (addresses.test(attribute)) return undefined;
  if (
    attribute === "paths" &&
    !/\{\*\*?\}/.test(value) &&
    /\/(:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})(\/|$)/.test(value)
  )
    return ["has the parameter of a route", "write {*} for any one segment, {**} for any number"];
  // Entity tags and their like have quotes of their own.
  if (!attribute.startsWith("request.headers[") && /^(["']).+\1$/.test(value))
    return ["has quotes in it", `write ${value.slice(1, -1)}`];
  if (isExpression(attribute, value))
    return [
      "is a regular expression",
      "a value is a text, with at most one * at its end or beginning; name each value",
    ];
  if (isList(attribute, value))
    return ["is a list in one string", "write each value on its own: values are alternatives"];
  return undefined;
}

function isExpression(attribute: string, value: string): boolean {
  if (value.startsWith("^") || /\\[.dwsSDWb/-]/.test(value)) return true;
  if (/[^/$]\$$/.test(value) && attribute !== "request.auth.presenter") return true;
  // Prefixes end in .* as well: `hosts: ["shop.*"]`, `/app.*`.
  if (/\.[*+]./.test(value) || /\/\.[*+]/.test(value)) return true;
  if (/\.[*+]$/.test(value) && /^request\.auth\.claims/.test(attribute)) return true;
  if (attribute !== "hosts" && /\[[^\]"']*[\w]-[\w][^\]"']*\]/.test(value)) return true;
  if (/\([^()]*\|[^()]*\)/.test(value)) return true;
  // Subjects of some providers have a bar: auth0|abc.
  return (
    /^[A-Za-z/_-]+(\|[A-Za-z/_-]+)+$/.test(value) &&
    !/[pP]rincipal|\[(sub|user|uid)|presenter/.test(attribute)
  );
}

function isList(attribute: string, value: string): boolean {
  if (/^\[.*["'].*\]$/.test(value)) return true;
  if (attribute === "paths") return /,\s*\//.test(value);
  return (
    /^(methods|hosts|namespaces|source\.namespace|request\.auth\.(audiences|presenter|claims\[.*))$/.test(
      attribute,
    ) && /^[\w.*-]+(,\s*[\w.*-]+)+$/.test(value)
  );
}
