// Policies on claims with their types, as an object of ours has them: what can be told of them without the filter.

import type { Attached } from "../istio/policy.js";
import { entry, itemsOf, stringAt, valueAt, type Tree } from "../resources/tree.js";
import { partOf } from "./extensions-object.js";

/** A policy of `claimPolicies` that decides. */
export interface ClaimPolicy {
  readonly action: string;
  /** The conditions of each rule. */
  readonly rules: readonly (readonly Tree[])[];
}

/** Those of an object, without those that only watch. */
export function claimPoliciesOf(object: Attached): readonly ClaimPolicy[] {
  return itemsOf(partOf(object, "claimPolicies"))
    .filter((policy) => !isTrue(policy, "dryRun"))
    .map((policy) => ({
      action: stringAt(policy, "action") ?? "ALLOW",
      rules: itemsOf(valueAt(policy, "rules")).map((rule) => itemsOf(valueAt(rule, "claims"))),
    }));
}

/** Whether a condition holds where the claim is not there, as in a request without a token. */
export const holdsWithoutClaim = (condition: Tree): boolean =>
  isTrue(condition, "not") !== isFalse(condition, "present");

/** Whether a policy turns requests without a token away, from some path at least. */
export const turnsAnonymousAway = ({ action, rules }: ClaimPolicy): boolean =>
  action === "DENY"
    ? rules.some((rule) => rule.every(holdsWithoutClaim))
    : action === "ALLOW" && rules.some((rule) => !rule.every(holdsWithoutClaim));

function isTrue(tree: Tree, name: string): boolean {
  return scalarAt(tree, name) === true;
}

function isFalse(tree: Tree, name: string): boolean {
  return scalarAt(tree, name) === false;
}

function scalarAt(tree: Tree, name: string): unknown {
  const value = entry(tree, name)?.value;
  return value?.kind === "scalar" ? value.value : undefined;
}
