/**
 * Policies as they were written, with their values compiled: what rows are made from, and what explains a decision. Lives as long as
 * the configuration, in the region of its PolicySet, where no collector looks: thousands of policies are made in one callback. No request
 * touches it unless the debug log is on.
 */
import { text } from "../../config/fields";
import { Region } from "../../memory/region";
import { NO_SPAN, Span } from "../../memory/span";
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

/** A row's use of one pattern, three numbers in `AttributeModel.uses`: the pattern, its layer or `NEGATIVE`, the row. */
export const USE_SIZE = 3;
/** In place of a layer: the pattern must not match. */
export const NEGATIVE = -1;

/** One attribute (with its key, if it has one) and everything that any rule compares with it. */
export class AttributeModel {
  patterns: ValuePattern[] = [];
  /** What rows ask of the patterns, in ascending order of rows; empty once the tables are laid out. */
  uses: i32[] = [];
  /** For each layer the rows with a positive condition on it, ascending. */
  layers: i32[][] = [];
  /** The last row that has asked for it, and on how many layers it has. */
  private row: i32 = -1;
  private layersOfRow: i32 = 0;

  constructor(
    /** Place among the models of a configuration. */
    readonly number: i32,
    readonly attribute: Attribute,
    /** Path of a claim, name of a header, filter and key of dynamic metadata; empty for attributes without key. */
    readonly path: string[],
  ) {}

  /** The layer for a further positive condition of a row. */
  layerFor(row: i32): i32 {
    if (this.row != row) {
      this.row = row;
      this.layersOfRow = 0;
    }
    const layer = this.layersOfRow++;
    if (layer == this.layers.length) this.layers.push([]);
    this.layers[layer].push(row);
    return layer;
  }

  use(pattern: i32, layer: i32, row: i32): void {
    this.uses.push(pattern);
    this.uses.push(layer);
    this.uses.push(row);
  }

  /** Leaves what an explanation needs: the patterns. */
  forgetRows(): void {
    this.uses = [];
    this.layers = [];
  }
}

/** Where in a rule a condition stands. */
export const enum Part {
  From = 0,
  To = 1,
  When = 2,
  /** `claims` of `extensions.claimPolicies`. */
  Claims = 3,
}

/** "One of these values" or, negative, "none of them". Behind it in memory stand the numbers of its patterns. */
@unmanaged
export class Condition {
  /** Held by the set. */
  model: AttributeModel;
  /** The next one of its clause; null (address 0) behind the last. */
  next: Condition;
  patternCount: i32;
  negative: bool;
  part: Part;
  /** Which element of `from`, `to` or `when` it is part of. */
  index: i32;
  /** Name of the field of the values, a constant. */
  field: string;
  /** The key of an element of `when`, else missing. */
  key: Span;

  /** Number of a pattern in the model. */
  pattern(index: i32): i32 {
    return load<i32>(changetype<usize>(this) + offsetof<Condition>() + ((<usize>index) << 2));
  }

  setPattern(index: i32, pattern: i32): void {
    store<i32>(changetype<usize>(this) + offsetof<Condition>() + ((<usize>index) << 2), pattern);
  }

  /** The values as they are written in the policy. */
  get values(): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.patternCount; i++)
      values.push(text(this.model.patterns[this.pattern(i)].written));
    return values;
  }

  /** Relative to its rule: `from[0].source.notPaths`, `when[1].values of request.headers[x]`. */
  get place(): string {
    const element = "[" + this.index.toString() + "].";
    if (this.part == Part.From) return "from" + element + "source." + this.field;
    if (this.part == Part.To) return "to" + element + "operation." + this.field;
    return (this.part == Part.When ? "when" : "claims") + element + this.field + " of " + text(this.key);
  }
}

/** @param patterns how many it has, still to be set */
export function newCondition(
  region: Region,
  model: AttributeModel,
  patterns: i32,
  negative: bool,
  field: string,
): Condition {
  const condition = changetype<Condition>(region.allocate(offsetof<Condition>() + ((<usize>patterns) << 2)));
  condition.model = model;
  condition.patternCount = patterns;
  condition.negative = negative;
  condition.field = field;
  condition.key = NO_SPAN;
  return condition;
}

/** Conditions that must all hold: one element of `from` or `to`, or all of `when`. */
@unmanaged
export class Clause {
  /** Null (address 0) if it has none. */
  first: Condition;
  private last: Condition;
  count: i32;
  /** The next element of `from` or `to`; null (address 0) behind the last. */
  next: Clause;

  add(condition: Condition): void {
    if (this.count++ == 0) this.first = condition;
    else this.last.next = condition;
    this.last = condition;
  }
}

export function newClause(region: Region): Clause {
  return changetype<Clause>(region.allocate(offsetof<Clause>()));
}

/** Elements of `from` or of `to`, any of which will do. */
@unmanaged
export class Alternatives {
  /** Null (address 0) if there are none. */
  first: Clause;
  private last: Clause;
  count: i32;

  add(clause: Clause): void {
    if (this.count++ == 0) this.first = clause;
    else this.last.next = clause;
    this.last = clause;
  }
}


@unmanaged
export class RuleModel {
  /** The bytes of `name`, in the region of the set. */
  nameBytes: Span;
  segment: Segment;
  /** Place in the configuration: a list (a constant), the element of it, and the number of the rule in that; -1: the element itself. */
  private list: string;
  private element: i32;
  private rule: i32;
  from: Alternatives;
  to: Alternatives;
  when: Clause;
  /** Set for the stand-in of a policy without rules: Istio makes a rule of it that never matches. */
  neverMatches: bool;

  setPlace(list: string, element: i32, rule: i32): void {
    this.list = list;
    this.element = element;
    this.rule = rule;
  }

  /** `ns[foo]-policy[bar]-rule[0]`, as native reports it. */
  get name(): string {
    return text(this.nameBytes);
  }

  /** Place in the configuration. */
  get path(): string {
    const element = this.list + "[" + this.element.toString() + "]";
    return this.rule < 0 ? element : element + ".rules[" + this.rule.toString() + "]";
  }
}

/** A rule that anything meets. For the parameters see there. */
export function newRule(
  region: Region,
  name: Span,
  segment: Segment,
  list: string,
  element: i32,
  rule: i32,
): RuleModel {
  const model = changetype<RuleModel>(region.allocate(offsetof<RuleModel>()));
  model.nameBytes = name;
  model.segment = segment;
  model.setPlace(list, element, rule);
  model.from = changetype<Alternatives>(region.allocate(offsetof<Alternatives>()));
  model.to = changetype<Alternatives>(region.allocate(offsetof<Alternatives>()));
  model.when = newClause(region);
  return model;
}
