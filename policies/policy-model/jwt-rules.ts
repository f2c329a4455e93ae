// The JWT rules of a RequestAuthentication, as its spec has them.

import type { Policy } from "../istio/policy.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../resources/tree.js";

export function jwtRulesOf({ spec }: Pick<Policy, "spec">): readonly Tree[] {
  return itemsOf(valueAt(spec, "jwtRules"));
}

/** Whether a rule lets no request pass without its token. */
export function isRequired(rule: Tree): boolean {
  return stringAt(rule, "presence") === "REQUIRED";
}

/** Where the keys of its rules are fetched, by their own word. */
export const jwksUrisOf = ({ resource, spec }: Pick<Policy, "resource" | "spec">) =>
  jwtRulesOf({ spec }).flatMap((rule) => {
    const uri = stringAt(rule, "jwksUri");
    if (uri === undefined) return [];
    return [{ resource, issuer: stringAt(rule, "issuer"), uri, at: valueAt(rule, "jwksUri")!.at }];
  });

/** The headers that its rules write, in lower case: whoever reads them reads the token. */
export function writtenHeadersOf(policy: Pick<Policy, "spec">): readonly string[] {
  return jwtRulesOf(policy)
    .flatMap((rule) => [
      stringAt(rule, "outputPayloadToHeader"),
      ...itemsOf(valueAt(rule, "outputClaimToHeaders")).map((output) => stringAt(output, "header")),
    ])
    .flatMap((name) => (name === undefined || name === "" ? [] : [name.toLowerCase()]));
}
