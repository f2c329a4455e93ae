/**
 * Policies as they were written, with their values compiled: what rows are made from, and what explains a decision. Lives as long as
 * the configuration; no request touches it unless the debug log is on.
 */
import { text } from "../../config/fields";
import { Span } from "../../memory/span";
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
  /** Number of each pattern by syntax and text. */
  numbers: Map<string, i32> = new Map<string, i32>();
  /** The last row that has asked for it, and on how many layers it has. */
  private row: i32 = -1;
  private layersOfRow: i32 = 0;

  constructor(
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
    this.numbers.clear();
  }
}

/** Where in a rule a condition stands. */
export const enum Part {
  From = 0,
  To = 1,
  When = 2,
}

/** "One of these values" or, negative, "none of them". */
export class Condition {
  constructor(
    readonly model: AttributeModel,
    /** Numbers of patterns in the model. */
    readonly patterns: i32[],
    readonly negative: bool,
    readonly at: ConditionPlace,
    readonly values: string[],
  ) {}

  get place(): string {
    return this.at.text;
  }
}

/** Place of a condition relative to its rule. Most are never shown, so it is no text before somebody asks. */
export class ConditionPlace {
  constructor(
    readonly part: Part,
    readonly index: i32,
    /** Name of the field of the values. */
    readonly field: string,
    /** The key of an element of `when`. */
    readonly key: string = "",
  ) {}

  /** `from[0].source.notPaths`, `when[1].values of request.headers[x]`. */
  get text(): string {
    const element = "[" + this.index.toString() + "].";
    if (this.part == Part.From) return "from" + element + "source." + this.field;
    if (this.part == Part.To) return "to" + element + "operation." + this.field;
    return "when" + element + this.field + " of " + this.key;
  }
}

/** Conditions that must all hold: one element of `from` or `to`, or all of `when`. */
export class Clause {
  conditions: Condition[] = [];
}

export class RuleModel {
  /** Filled by `addFrom` and `addTo` alone: rules without any share an empty list. */
  from: Clause[] = NO_CLAUSES;
  to: Clause[] = NO_CLAUSES;
  when: Clause = NO_CONDITIONS;
  /** Set for the stand-in of a policy without rules: Istio makes a rule of it that never matches. */
  neverMatches: bool = false;

  constructor(
    /** The bytes of `name`, in the region of the set. */
    readonly nameBytes: Span,
    readonly segment: Segment,
    /** Place in the configuration: a list, the element of it, and the number of the rule in that; -1: the element itself. */
    private readonly list: string,
    private readonly element: i32,
    private readonly rule: i32,
  ) {}

  addFrom(clause: Clause): void {
    if (this.from.length == 0) this.from = [];
    this.from.push(clause);
  }

  addTo(clause: Clause): void {
    if (this.to.length == 0) this.to = [];
    this.to.push(clause);
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

/** What a rule has that says nothing; nobody writes to them. */
const NO_CLAUSES: Clause[] = [];
const NO_CONDITIONS: Clause = new Clause();
