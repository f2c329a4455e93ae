// Rules by the paths that they are for: of many rules those that may have a request in common with one, without a look at each.

import { addTo } from "../lookups/add-to.js";
import { pathPattern, type Pattern } from "./pattern.js";
import type { RuleModel } from "./rule-model.js";

interface Filed {
  readonly text: string;
  readonly rule: RuleModel;
}

export class RulesByPath {
  /** Rules of any path, or of one that is no text or beginning. */
  private readonly anywhere: RuleModel[] = [];
  private readonly exact = new Map<string, RuleModel[]>();
  private readonly beginnings = new Map<string, RuleModel[]>();
  /** The lengths of beginnings. */
  private readonly lengths = new Set<number>();
  /** All that have a text, sorted by it. */
  private readonly filed: readonly Filed[];

  constructor(rules: Iterable<RuleModel>) {
    const filed: Filed[] = [];
    for (const rule of rules) {
      const paths = pathsOf(rule);
      if (paths === undefined) this.anywhere.push(rule);
      for (const { kind, text } of paths ?? []) {
        filed.push({ text, rule });
        addTo(kind === "exact" ? this.exact : this.beginnings, text, rule);
        if (kind === "prefix") this.lengths.add(text.length);
      }
    }
    this.filed = filed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  }

  /** The rules that may match a request that `rule` matches; by their paths, the others match none. A rule may come more than once. */
  *mayMeet(rule: RuleModel): Generator<RuleModel> {
    yield* this.anywhere;
    const paths = pathsOf(rule);
    if (paths === undefined) {
      for (const one of this.filed) yield one.rule;
      return;
    }
    for (const { kind, text } of paths) {
      for (const length of this.lengths)
        if (length <= text.length) yield* this.beginnings.get(text.slice(0, length)) ?? [];
      if (kind === "exact") yield* this.exact.get(text) ?? [];
      else yield* this.beginningWith(text);
    }
  }

  private *beginningWith(text: string): Generator<RuleModel> {
    let [low, high] = [0, this.filed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.filed[middle]!.text < text) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.filed.length && this.filed[i]!.text.startsWith(text); i++)
      yield this.filed[i]!.rule;
  }
}

/** Texts and beginnings, one of which each request of the rule has as its path; undefined: its paths may be others. */
function pathsOf({ operations }: RuleModel): readonly Pattern[] | undefined {
  if (operations.length === 0) return undefined;
  const patterns: Pattern[] = [];
  for (const operation of operations) {
    const values = operation.find(({ attribute }) => attribute === "paths")?.values ?? [];
    if (values.length === 0) return undefined;
    for (const { value } of values) {
      const path = pathPattern(value);
      if (path?.kind !== "exact" && path?.kind !== "prefix") return undefined;
      patterns.push(path);
    }
  }
  return patterns;
}
