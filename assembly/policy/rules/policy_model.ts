/**
 * Policies as they were written, with their values compiled: what rows are made from, and what explains a decision. Lives as long as
 * the configuration; no request touches it unless the debug log is on.
 */
import { Attribute } from "../attributes/attribute";
import { ValuePattern } from "../values/value_pattern";

/** Where a policy's rules stand: native has an engine for each of these, in which the first match in order of names counts. */
export const enum Segment {
  Deny = 0,
  Allow = 1,
  Audit = 2,
  DryRunDeny = 3,
  DryRunAllow = 4,
  DryRunAudit = 5,
}

export const SEGMENTS = 6;

/** What one pattern of an attribute means to the rows: rows of positive conditions by layer, and rows of negative ones. */
export class PatternRows {
  positive: i32[][] = [];
  negative: i32[] = [];
}

/** One attribute (with its key, if it has one) and everything that any rule compares with it. */
export class AttributeModel {
  patterns: ValuePattern[] = [];
  /** Beside each pattern. */
  rows: PatternRows[] = [];
  /** For each layer the rows with a positive condition on it, ascending. */
  layers: i32[][] = [];
  /** Number of each pattern by syntax and text. */
  numbers: Map<string, i32> = new Map<string, i32>();

  constructor(
    readonly attribute: Attribute,
    /** Path of a claim, name of a header, filter and key of dynamic metadata; empty for attributes without key. */
    readonly path: string[],
  ) {}
}

/** "One of these values" or, negative, "none of them". */
export class Condition {
  constructor(
    readonly model: AttributeModel,
    /** Numbers of patterns in the model. */
    readonly patterns: i32[],
    readonly negative: bool,
    /** `from[0].source.notPaths`, `when[1].values`: relative to the rule. */
    readonly place: string,
    readonly values: string[],
  ) {}
}

/** Conditions that must all hold: one element of `from` or `to`, or all of `when`. */
export class Clause {
  conditions: Condition[] = [];
}

export class RuleModel {
  from: Clause[] = [];
  to: Clause[] = [];
  when: Clause = new Clause();
  /** Set for the stand-in of a policy without rules: Istio makes a rule of it that never matches. */
  neverMatches: bool = false;

  constructor(
    /** `ns[foo]-policy[bar]-rule[0]`, as native reports it. */
    readonly name: string,
    readonly segment: Segment,
    /** Place in the configuration. */
    readonly path: string,
  ) {}
}
