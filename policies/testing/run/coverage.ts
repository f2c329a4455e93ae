// What tests have touched of the policies: rules that matched, conditions that failed, JWT rules that took a token.

import { notField } from "../../istio/field-names.js";
import { withoutKey } from "../../evaluation/condition-place.js";
import type { Step } from "../../evaluation/step.js";
import { isObject, objectsIn } from "../../resources/json.js";
import type { Position } from "../../resources/position.js";
import { childOf, itemsOf, valueAt, type Json, type JsonObject, type Tree } from "../../resources/tree.js";
import { shortRuleName } from "../../policy-model/rule-name.js";
import type { ResolvedSubject } from "./subject.js";

/** Something that a test can touch. */
export interface CoverageItem {
  readonly kind: "rule" | "condition" | "jwtRule";
  /** `AuthorizationPolicy foo/allow rules[0].when[1].values` */
  readonly place: string;
  /** Where it stands in the user's files, if it does. */
  readonly at: Position | undefined;
  /** A rule that matched, a condition that held, a JWT rule that took a token. */
  held: boolean;
  /** A condition that failed. */
  failed: boolean;
}

export class Coverage {
  private readonly found = new Map<string, CoverageItem>();
  /** Place in the configuration -> item, for the subject whose tests are running. */
  private current = new Map<string, CoverageItem>();
  /** The same by the filter's name of a rule and the place of a condition in it, as far as steps have told of them. */
  private readonly byRule = new Map<string, Map<string, CoverageItem | undefined>>();

  /** The items so far, in the order of the policies. */
  get items(): readonly CoverageItem[] {
    return [...this.found.values()];
  }

  /** The following steps come from tests of this subject. Policies that another subject has as well are the same. */
  begin({ configuration, authorizationPolicies, requestAuthentications }: ResolvedSubject): void {
    this.current = new Map();
    this.byRule.clear();
    for (const [i, policy] of objectsIn(configuration["authorizationPolicies"]).entries())
      this.registerRules("AuthorizationPolicy", policy, authorizationPolicies[i]);
    const { extensions } = configuration;
    // Their rules have a namespace of their own (assembly/policy/compilation/policy_reader.ts).
    for (const policy of isObject(extensions) ? objectsIn(extensions["claimPolicies"]) : [])
      this.registerRules("claimPolicies", { ...policy, namespace: "extensions" }, undefined);
    for (const [i, one] of objectsIn(configuration["requestAuthentications"]).entries()) {
      for (const [j] of objectsIn(one["jwtRules"]).entries()) {
        const at = itemsOf(valueAt(requestAuthentications[i], "jwtRules"))[j]?.at;
        const holder = nameOf("RequestAuthentication", one);
        this.register({ key: jwtRuleKey(i, j), holder, field: `jwtRules[${j}]` }, "jwtRule", at);
      }
    }
  }

  /** The steps of one test. */
  add(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.step === "policy" && step.matches) touch(this.itemAt(step.rule, ""), true);
      if (step.step === "condition") touch(this.itemAt(step.rule, step.place), step.met);
      if (step.step === "token" && step.status === "OK" && step.rule !== undefined)
        touch(this.current.get(step.rule), true);
    }
  }

  /** @param place of a condition; empty: the rule itself. Each has a step in every test. */
  private itemAt(rule: string, place: string): CoverageItem | undefined {
    let places = this.byRule.get(rule);
    if (places === undefined) this.byRule.set(rule, (places = new Map<string, CoverageItem | undefined>()));
    if (!places.has(place)) {
      const name = shortRuleName(rule);
      places.set(place, this.current.get(place === "" ? name : `${name} ${withoutKey(place)}`));
    }
    return places.get(place);
  }

  /** @param tree of the policy in the user's files; undefined: its rules have no place there */
  private registerRules(kind: string, policy: JsonObject, tree: Tree | undefined): void {
    for (const [j, rule] of objectsIn(policy["rules"]).entries()) {
      const ruleTree = itemsOf(valueAt(tree, "rules"))[j];
      const item = { key: ruleKey(policy, j), holder: nameOf(kind, policy), field: `rules[${j}]` };
      this.register(item, "rule", ruleTree?.at);
      for (const { place, path } of conditionsOf(rule))
        this.register(
          { ...item, key: `${item.key} ${place}`, field: `${item.field}.${place}` },
          "condition",
          path.reduce(childOf, ruleTree)?.at,
        );
    }
  }

  private register(
    { key, holder, field }: { key: string; holder: string; field: string },
    kind: CoverageItem["kind"],
    at: Position | undefined,
  ): void {
    const place = `${holder} ${field}`;
    const item = this.found.get(place) ?? { kind, place, at, held: false, failed: false };
    this.found.set(place, item);
    this.current.set(key, item);
  }
}

function touch(item: CoverageItem | undefined, held: boolean): void {
  if (item === undefined) return;
  if (held) item.held = true;
  else item.failed = true;
}

/** Whether tests show what the item is for. A condition that always held could be taken out, and no test would notice. */
export function isCovered({ kind, held, failed }: CoverageItem): boolean {
  return kind === "condition" ? held && failed : held;
}

const nameOf = (kind: string, policy: JsonObject) => `${kind} ${fullName(policy)}`;

/** As `shortRuleName` has it. */
const ruleKey = (policy: JsonObject, rule: number) => `${fullName(policy)}[${rule}]`;

function fullName({ namespace, name }: JsonObject): string {
  return `${typeof namespace === "string" ? namespace : ""}/${typeof name === "string" ? name : ""}`;
}

const jwtRuleKey = (authentication: number, rule: number) =>
  `requestAuthentications[${authentication}].jwtRules[${rule}]`;

interface ConditionPlace {
  /** As the filter's log has it: `to[0].operation.notPaths`. */
  readonly place: string;
  readonly path: readonly (string | number)[];
}

/** The conditions of a rule: every list of values that is not empty. */
function conditionsOf(rule: JsonObject): ConditionPlace[] {
  return [
    ...conditionsIn(rule, "from", "source"),
    ...conditionsIn(rule, "to", "operation"),
    ...conditionsIn(rule, "when", undefined),
    ...claimConditionsOf(rule),
  ];
}

/** As the filter's log has them; `every` is two: that there is a value, and that there is no other. */
function claimConditionsOf(rule: JsonObject): ConditionPlace[] {
  return objectsIn(rule["claims"]).flatMap((condition, i) => {
    const test = claimTests.find((name) => name in condition) ?? "";
    const isNegative = (condition["not"] === true) !== (condition["present"] === false);
    const field = isNegative ? notField(test) : test;
    const fields = condition["every"] === true ? ["every", "notOther"] : [field];
    return fields.map((one) => ({ place: `claims[${i}].${one}`, path: ["claims", i] }));
  });
}

const claimTests = [
  "lessThan",
  "atMost",
  "moreThan",
  "atLeast",
  "equals",
  "present",
  "equalsHeader",
  "equalsSegment",
  "equalsPath",
];

function conditionsIn(rule: JsonObject, list: string, member: string | undefined): ConditionPlace[] {
  return objectsIn(rule[list]).flatMap((item, i) => {
    const holder: Json | undefined = member === undefined ? item : item[member];
    if (!isObject(holder)) return [];
    const path = [list, i, ...(member === undefined ? [] : [member])];
    const prefix = `${list}[${i}]${member === undefined ? "" : `.${member}`}`;
    return Object.entries(holder)
      .filter(([, values]) => Array.isArray(values) && values.length > 0)
      .map(([field]) => ({ place: `${prefix}.${field}`, path: [...path, field] }));
  });
}
