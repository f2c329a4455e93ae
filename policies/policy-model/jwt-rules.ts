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
