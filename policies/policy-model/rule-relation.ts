// How the requests of two rules relate. Sure answers only: false may also mean "not known".

import { contains, disjoint, singleValued } from "./pattern.js";
import type { Constraint, Part, RuleModel } from "./rule-model.js";

/** Whether every request that `inner` matches is matched by `outer`. */
export function isWithin(inner: RuleModel, outer: RuleModel): boolean {
  return (
    alternativesWithin(inner.sources, outer.sources) &&
    alternativesWithin(inner.operations, outer.operations) &&
    partWithin(inner.conditions, outer.conditions)
  );
}

/** Whether no request is matched by both. */
export function areDisjoint(one: RuleModel, other: RuleModel): boolean {
  return (
    alternativesDisjoint(one.sources, other.sources) ||
    alternativesDisjoint(one.operations, other.operations) ||
    partsDisjoint(one.conditions, other.conditions)
  );
}

function alternativesWithin(inner: readonly Part[], outer: readonly Part[]): boolean {
  if (outer.length === 0) return true;
  if (inner.length === 0) return false;
  return inner.every((part) => outer.some((wide) => partWithin(part, wide)));
}

/** Every constraint of the wide part follows from one of the narrow part. */
function partWithin(narrow: Part, wide: Part): boolean {
  return wide.every((outer) => {
    const same = narrow.filter(({ attribute }) => attribute === outer.attribute);
    const values =
      outer.values.length === 0 ||
      same.some(
        (inner) =>
          inner.values.length > 0 &&
          inner.values.every((value) =>
            outer.values.some((one) => contains(outer.attribute, one.value, value.value)),
          ),
      );
    return values && outer.notValues.every(({ value }) => same.some((inner) => excludes(inner, value)));
  });
}

/** Whether a constraint lets none of a pattern's values through. */
function excludes(constraint: Constraint, pattern: string): boolean {
  const { attribute, values, notValues } = constraint;
  if (notValues.some(({ value }) => contains(attribute, value, pattern))) return true;
  const single = singleValued.has(attribute) && values.length > 0;
  return single && values.every(({ value }) => disjoint(attribute, value, pattern));
}

function alternativesDisjoint(one: readonly Part[], other: readonly Part[]): boolean {
  if (one.length === 0 || other.length === 0) return false;
  return one.every((part) => other.every((counterpart) => partsDisjoint(part, counterpart)));
}

function partsDisjoint(one: Part, other: Part): boolean {
  return one.some((left) =>
    other.some((right) => {
      if (left.attribute !== right.attribute) return false;
      return allExcluded(left, right) || allExcluded(right, left);
    }),
  );
}

/** Whether a constraint has values, and the other excludes each of them. */
function allExcluded({ values }: Constraint, by: Constraint): boolean {
  return values.length > 0 && values.every(({ value }) => excludes(by, value));
}
