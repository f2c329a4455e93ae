// The policies with one rule changed, or without it.

import { isNegative, withoutKey } from "../../evaluation/condition-place.js";
import { isObject, objectsIn } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { ConditionFinding } from "../explanation.js";

/** The configuration with the rule at `authorizationPolicies[0].rules[1]` changed. */
export function changedRule(
  configuration: JsonObject,
  at: string,
  change: (rule: JsonObject) => JsonObject,
): JsonObject {
  return withRules(configuration, at, (rules, index) =>
    rules.map((rule, i) => (i === index ? change(rule) : rule)),
  );
}

/** The configuration without a rule. */
export const withoutRule = (configuration: JsonObject, at: string): JsonObject =>
  withRules(configuration, at, (rules, index) => rules.filter((_, i) => i !== index));

/** The rule with other values in a list of it. */
export function withValues(
  rule: JsonObject,
  place: string,
  values: (old: Json | undefined) => Json,
): JsonObject {
  const path = [...withoutKey(place).matchAll(/[^.[\]]+/g)].map(([name]) => name);
  const change = (holder: Json, [name, ...rest]: readonly string[]): Json => {
    if (name === undefined) return holder;
    if (Array.isArray(holder))
      return holder.map((item, i) => (i === Number(name) ? change(item, rest) : item));
    if (!isObject(holder)) return holder;
    if (rest.length > 0) return { ...holder, [name]: change(holder[name] ?? {}, rest) };
    return { ...holder, [name]: values(holder[name]) };
  };
  return change(rule, path) as JsonObject;
}

/** The rule with a condition that takes what it sees, or without it where it sees nothing. */
export const widened = (rule: JsonObject, { place, sees }: ConditionFinding): JsonObject =>
  withValues(rule, place, () => (sees.length === 0 || isNegative(place) ? [] : [...sees]));

function withRules(
  configuration: JsonObject,
  at: string,
  change: (rules: readonly JsonObject[], index: number) => JsonObject[],
): JsonObject {
  const [, list, policy, rule] =
    /^(authorizationPolicies|extensions\.claimPolicies)\[(\d+)\]\.rules\[(\d+)\]$/.exec(at) ?? [];
  const changed = (policies: Json | undefined) =>
    objectsIn(policies).flatMap((one, i) => {
      if (i !== Number(policy)) return [one];
      const rules = change(objectsIn(one["rules"]), Number(rule));
      // A policy without rules would be another one: a DENY policy is gone with its last rule.
      return rules.length === 0 ? [] : [{ ...one, rules }];
    });
  if (list !== "extensions.claimPolicies")
    return { ...configuration, authorizationPolicies: changed(configuration["authorizationPolicies"]) };
  const { extensions } = configuration;
  if (!isObject(extensions)) return configuration;
  const { claimPolicies, ...others } = extensions;
  const left = changed(claimPolicies);
  // An empty list is refused.
  return { ...configuration, extensions: left.length === 0 ? others : { ...others, claimPolicies: left } };
}
