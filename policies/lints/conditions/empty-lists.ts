// JP222: an empty list where one might take it for "nobody": to Istio it is a field that is not set, and constrains nothing.

import type { Finding } from "../../findings/finding.js";
import type { Resource } from "../../resources/resource.js";
import type { Tree } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

/** What an empty list of that name lets in; any other lets any value in. */
const meanings: Readonly<Record<string, string>> = {
  from: "any source",
  to: "any operation",
  when: "no condition",
  audiences: "any audience",
};

/** Lists whose being empty is no surprise: no rules at all, or the default places of a token. */
const plain: ReadonlySet<string> = new Set([
  "rules",
  "jwtRules",
  "targetRefs",
  "fromHeaders",
  "fromParams",
  "fromCookies",
  "outputClaimToHeaders",
  "spaceDelimitedClaims",
]);

export const emptyLists: Lint = ({ requestAuthentications, authorizationPolicies }) =>
  [...requestAuthentications, ...authorizationPolicies.map(({ policy }) => policy)].flatMap(
    ({ resource, spec }) => visit(spec, resource),
  );

function visit(tree: Tree, resource: Resource): Finding[] {
  if (tree.kind === "list") return tree.items.flatMap((item) => visit(item, resource));
  if (tree.kind !== "map") return [];
  return tree.entries.flatMap(({ key, value }) => {
    if (value.kind !== "list" || value.items.length > 0 || plain.has(key)) return visit(value, resource);
    return [
      remark({
        id: "JP222",
        resource,
        at: value.at,
        message: `an empty list is no constraint: ${meanings[key] ?? `${key} may be anything`}`,
        remedy: `leave ${key} out, or write what it is to be`,
      }),
    ];
  });
}
