// The rules of an AuthorizationPolicy, taken apart for comparison: which values each attribute may have.

import { actionOf, type Action, type Policy } from "../istio/policy.js";
import type { Position } from "../resources/position.js";
import { itemsOf, stringAt, stringsOf, valueAt, type LocatedString, type Tree } from "../resources/tree.js";

/** One attribute in one source, operation or condition. */
export interface Constraint {
  /** The field or the key of `when`: `methods`, `request.auth.claims[scope]`. */
  readonly attribute: string;
  /** Where the field's list, or the key, is. */
  readonly at: Position;
  /** Any of these; empty: no constraint. */
  readonly values: readonly LocatedString[];
  /** None of these. */
  readonly notValues: readonly LocatedString[];
}

/** A source or an operation: all of its constraints hold. */
export type Part = readonly Constraint[];

export interface RuleModel {
  readonly at: Position;
  /** Any of these; empty: any source. */
  readonly sources: readonly Part[];
  /** Any of these; empty: any operation. */
  readonly operations: readonly Part[];
  /** All of these. */
  readonly conditions: readonly Constraint[];
}

export interface PolicyModel {
  readonly policy: Policy;
  readonly action: Action;
  readonly rules: readonly RuleModel[];
}

/** The model of an AuthorizationPolicy. What is of another type than it should be is left out. */
export function policyModel(policy: Policy): PolicyModel {
  const rules = itemsOf(valueAt(policy.spec, "rules")).map(ruleModel);
  return { policy, action: actionOf(policy), rules };
}

/** All constraints of a rule, wherever they stand. */
export function constraintsOf(rule: RuleModel): Constraint[] {
  return [...rule.sources.flat(), ...rule.operations.flat(), ...rule.conditions];
}

function ruleModel(rule: Tree): RuleModel {
  return {
    at: rule.at,
    sources: itemsOf(valueAt(rule, "from")).map((from) => part(valueAt(from, "source"))),
    operations: itemsOf(valueAt(rule, "to")).map((to) => part(valueAt(to, "operation"))),
    conditions: itemsOf(valueAt(rule, "when")).flatMap((condition) => {
      const attribute = stringAt(condition, "key");
      if (attribute === undefined) return [];
      const at = valueAt(condition, "key")!.at;
      const values = stringsOf(valueAt(condition, "values"));
      return [{ attribute, at, values, notValues: stringsOf(valueAt(condition, "notValues")) }];
    }),
  };
}

function part(tree: Tree | undefined): Constraint[] {
  const constraints = new Map<string, Constraint>();
  for (const { key, value } of tree?.kind === "map" ? tree.entries : []) {
    const negated = /^not[A-Z]/.test(key);
    const attribute = negated ? key[3]!.toLowerCase() + key.slice(4) : key;
    const before = constraints.get(attribute) ?? { attribute, at: value.at, values: [], notValues: [] };
    constraints.set(attribute, { ...before, [negated ? "notValues" : "values"]: stringsOf(value) });
  }
  return [...constraints.values()];
}
