// JP254: alternatives that each leave something out: what one leaves out the other takes, so that together they take everything. DENY denies all then, and
// ALLOW allows all.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { prefixesOverlap } from "../../golang/ip.js";
import { notField } from "../../istio/field-names.js";
import { disjoint, singleValued } from "../../policy-model/pattern.js";
import type { Constraint, Part, PolicyModel, RuleModel } from "../../policy-model/rule-model.js";

export const excludedAlternatives: Lint = ({ authorizationPolicies }) => authorizationPolicies.flatMap(judge);

/** More are written by programs. */
const MOST_ALTERNATIVES = 50;

function judge({ policy, action, rules }: PolicyModel): Finding[] {
  const lists = [
    ...rules.flatMap(({ sources, operations }) => [sources, operations]),
    // Rules are alternatives too.
    rules.flatMap(onlyPart),
  ];
  return lists.flatMap((parts) => {
    const found = parts.length > MOST_ALTERNATIVES ? undefined : complementIn(parts);
    if (found === undefined) return [];
    const field = notField(found.attribute);
    return [
      remark({
        id: "JP254",
        resource: policy.resource,
        at: found.at,
        message: `alternatives of ${field}: what one leaves out, another takes, and together they ${taken(action)} all`,
        remedy: `write one ${field} with all of the values`,
      }),
    ];
  });
}

function taken(action: string): string {
  if (action === "DENY") return "deny";
  return action === "ALLOW" ? "allow" : "match";
}

/** The one part of a rule that has nothing else. */
function onlyPart({ sources, operations, conditions }: RuleModel): readonly Part[] {
  if (conditions.length > 0 || sources.length + operations.length !== 1) return [];
  return [...sources, ...operations];
}

/** The second of two parts of which every request is in one. */
function complementIn(parts: readonly Part[]): Constraint | undefined {
  const excluding = parts.flatMap((part) => (part.length === 1 ? part : [])).filter(excludesOnly);
  return excluding.find((one, i) =>
    excluding.slice(0, i).some((other) => other.attribute === one.attribute && areApart(one, other)),
  );
}

/** Attributes of which a request has one value, or none that is in two of these. */
const single: ReadonlySet<string> = new Set([
  ...singleValued,
  "namespaces",
  "principals",
  "serviceAccounts",
  "ipBlocks",
  "remoteIpBlocks",
]);

function excludesOnly({ attribute, values, notValues }: Constraint): boolean {
  return single.has(attribute) && values.length === 0 && notValues.length > 0;
}

function areApart(one: Constraint, other: Constraint): boolean {
  return one.notValues.every((a) =>
    other.notValues.every((b) => noneIsBoth(one.attribute, a.value, b.value)),
  );
}

function noneIsBoth(attribute: string, one: string, other: string): boolean {
  if (attribute.endsWith("pBlocks")) return !prefixesOverlap(one, other);
  if (one.includes("*") || other.includes("*") || one.includes("{")) return disjoint(attribute, one, other);
  return attribute === "hosts" ? one.toLowerCase() !== other.toLowerCase() : one !== other;
}
