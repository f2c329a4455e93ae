// How near a rule that does not match has come to matching: which rule a refused request was most likely meant for, and what it lacked.

import { asPoliciesWrite, isNegative, keyOf, withoutKey } from "./condition-place.js";
import { addTo } from "../lookups/add-to.js";
import { remembered } from "../lookups/remembered.js";
import type { ConditionStep, PolicyStep } from "./step.js";

/** What is looked at of a condition. */
export type Compared = Pick<ConditionStep, "place" | "met" | "wants" | "sees">;

export interface Nearness<C extends Compared> {
  /** Conditions that hold; undefined where only the first that fails is known, as in a log that was not written at level trace. */
  readonly held: number | undefined;
  /** All conditions; of several sources or operations those of the one that came nearest. */
  readonly total: number | undefined;
  /** Those that do not hold. */
  readonly lacking: readonly C[];
  /** The less the nearer. */
  readonly cost: number;
}

/**
 * The nearness of a rule.
 * @param conditions all of the rule's; none if they are not known
 * @param failed the first that does not hold; undefined if the rule matches, or has no conditions to fail
 */
export function nearness<C extends Compared>(conditions: readonly C[], failed: C | undefined): Nearness<C> {
  if (conditions.length === 0) {
    return failed === undefined
      ? { held: undefined, total: undefined, lacking: [], cost: Infinity }
      : {
          held: undefined,
          total: undefined,
          lacking: [failed],
          cost: unexamined + costOf(failed) - order(failed),
        };
  }
  const parts = [...nearestAlternative(conditions, "from"), ...nearestAlternative(conditions, "to")];
  const relevant = [...parts, ...conditions.filter(({ place }) => alternativeOf(place) === undefined)];
  const lacking = relevant.filter(({ met }) => !met);
  return {
    held: relevant.length - lacking.length,
    total: relevant.length,
    lacking,
    cost: sum(lacking),
  };
}

/**
 * Things with their nearness, the nearest first: what lacks least, then what has most in common with the request, then the order of the files.
 */
export function nearestFirst<
  T extends { readonly at: string; readonly nearness: Pick<Nearness<Compared>, "cost" | "held"> },
>(rules: readonly T[]): T[] {
  const placed = rules.map((rule) => ({ rule, nearness: rule.nearness, order: orderInFiles(rule.at) }));
  return placed
    .toSorted(
      (a, b) =>
        compared(a.nearness.cost, b.nearness.cost) ||
        compared(b.nearness.held ?? 0, a.nearness.held ?? 0) ||
        compared(a.order, b.order),
    )
    .map(({ rule }) => rule);
}

/** The filter asks rules in the order of their names, `rules[10]` before `rules[2]`, as Istio does. */
function orderInFiles(at: string): number {
  const [policy = 0, rule = 0] = [...at.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
  return policy * 1e6 + rule;
}

const compared = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** The rules among a request's steps, with all that is known of their conditions. */
export function rulesWithNearness(
  rules: readonly PolicyStep[],
  conditions: readonly ConditionStep[],
): { readonly step: PolicyStep; readonly at: string; readonly nearness: Nearness<Compared> }[] {
  const byRule = grouped(conditions, ({ rule }) => rule);
  return rules.map((step) => {
    const failed =
      step.failed === undefined || hasNoRules(step)
        ? undefined
        : { ...asPoliciesWrite(step.failed), met: false };
    return {
      step,
      at: step.at,
      nearness: nearness<Compared>((byRule.get(step.rule) ?? []).map(asPoliciesWrite), failed),
    };
  });
}

/** Items by a key, in their order. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) addTo(groups, key(item), item);
  return groups;
}

/** Whether the step stands for a policy without rules, which never matches. */
export const hasNoRules = ({ at }: Pick<PolicyStep, "at">): boolean => !/\.rules\[\d+\]$/.test(at);

/** `from[1]`; undefined for conditions under `when`, all of which have to hold. */
const alternativeOf = (place: string): string | undefined => /^(?:from|to)\[\d+\]/.exec(place)?.[0];

/** One source, one operation is enough. */
function nearestAlternative<C extends Compared>(conditions: readonly C[], kind: "from" | "to"): readonly C[] {
  const ofKind = conditions.filter(({ place }) => place.startsWith(`${kind}[`));
  const alternatives = grouped(ofKind, ({ place }) => alternativeOf(place) ?? "");
  let best: readonly C[] = [];
  let least = Infinity;
  for (const list of alternatives.values()) {
    const cost = sum(list.filter(({ met }) => !met));
    if (cost < least) [best, least] = [list, cost];
  }
  return best;
}

const sum = (lacking: readonly Compared[]) => lacking.reduce((total, one) => total + costOf(one), 0);

/** More than any rule whose conditions are all known. */
const unexamined = 1000;

/** Of a rule of which only the first failure is known: what is asked later has come further. */
function order({ place }: Compared): number {
  if (place.startsWith("from")) return 0;
  return place.startsWith("to") ? 100 : 200 + Number(/^when\[(\d+)\]/.exec(place)?.[1] ?? 0);
}

/**
 * What a condition that fails weighs. A rule for another path or host is seldom the one that was meant, unless the two texts are nearly equal:
 * then that is the slip. Who is missing two claims is nearer.
 */
function costOf({ place, wants, sees }: Compared): number {
  const field = keyOf(place) === undefined ? (/(\w+)$/.exec(withoutKey(place))?.[1] ?? "") : "";
  if (field !== "paths" && field !== "hosts") return field === "methods" || field === "ports" ? 1.25 : 1;
  return wants.some((want) => sees.some((seen) => areSimilar(want, seen))) ? 1 : 2.5;
}

/** Whether two texts differ in case, slashes, a port, a dot or a wildcard at the end, or one letter. */
function areSimilar(want: string, seen: string): boolean {
  const [a, b] = [bare(want), bare(seen)];
  if (a === b) return true;
  if (a === "" || b === "") return false;
  return a.length > 3 && Math.abs(a.length - b.length) <= 1 && differInOneLetter(a, b);
}

/** Each value of a policy is compared with those of every request. */
const bare = remembered((text) =>
  text
    .toLowerCase()
    .replace(/\*+$/, "")
    .replace(/:\d*$/, "")
    .replaceAll(/\/+/g, "/")
    .replace(/[/.]+$/, "")
    .replace(/^\//, ""),
);

function differInOneLetter(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  return a.length - start - end <= 1 && b.length - start - end <= 1;
}

/** `4 of 5 conditions hold`; empty where that is not known. */
export function heldText({ held, total }: Pick<Nearness<Compared>, "held" | "total">): string {
  if (held === undefined || total === undefined) return "";
  if (total === 1) return "its only condition does not hold";
  return held === 0 ? `none of ${total} conditions holds` : `${held} of ${total} conditions hold`;
}

/** What a condition is about, without its place: `request.auth.claims[scope]`, `methods`. */
export const aboutText = (place: string): string =>
  keyOf(place) ?? /(\w+)$/.exec(withoutKey(place))?.[1] ?? place;

/** `methods (wants GET, sees POST)` */
export function lackText({ place, wants, sees }: Compared): string {
  const wanted = `${isNegative(place) ? "none of " : ""}${someOf(wants)}`;
  return `${aboutText(place)} (wants ${wanted}, sees ${sees.length === 0 ? "nothing" : someOf(sees)})`;
}

/** Values in a sentence. */
const maxValues = 3;

function someOf(values: readonly string[]): string {
  const told = values
    .slice(0, maxValues)
    .map((value) => (/^$|[\s,"()]/.test(value) ? JSON.stringify(value) : value));
  return values.length > maxValues
    ? `${told.join(", ")} and ${values.length - maxValues} more`
    : told.join(", ");
}
