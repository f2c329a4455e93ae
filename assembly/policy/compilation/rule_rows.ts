/**
 * From rules to rows: a rule is met by any element of `from` together with any of `to` and all of `when`, so each such pair is a
 * row. Elements that differ in the values of one positive condition alone are joined first, since "a or b" is what one
 * condition with both values says: `from` with hundreds of namespaces or principals remains one row.
 */
import { Alternatives, Clause, Condition, NEGATIVE, RuleModel } from "../rules/policy_model";

/** Rows of a whole configuration. */
export const MAX_ROWS = 65536;

/** An element of `from` or `to`; or several of them in one, that differ in the values of one positive condition alone. */
class Alternative {
  /** What the others have there. */
  more: Condition[] | null = null;

  constructor(
    readonly clause: Clause,
    /** The condition whose values they differ in; null (address 0) if nothing can be joined with this one. */
    readonly open: Condition,
  ) {}
}

const NO_CONDITION = changetype<Condition>(0);

/**
 * Notes in the attributes' models what each row of a rule asks of them: any element of `from`, any of `to`, all of `when`. Rows come in
 * ascending order, `first` being the number of this rule's first.
 * @returns how many rows the rule has; -1, and nothing is noted, if they are more than `most`
 */
export function fileRows(rule: RuleModel, first: i32, most: i32): i32 {
  if (rule.neverMatches) return 0;
  if (rule.from.count <= 1 && rule.to.count <= 1 && most > 0) {
    if (rule.from.count == 1) fileClause(first, rule.from.first);
    if (rule.to.count == 1) fileClause(first, rule.to.first);
    fileClause(first, rule.when);
    return 1;
  }
  const from = joinAlternatives(rule.from);
  const to = joinAlternatives(rule.to);
  if (<i64>max(from.length, 1) * <i64>max(to.length, 1) > <i64>most) return -1;
  let row = first;
  for (let f = 0; f < max(from.length, 1); f++) {
    for (let t = 0; t < max(to.length, 1); t++) {
      if (f < from.length) fileAlternative(row, from[f]);
      if (t < to.length) fileAlternative(row, to[t]);
      fileClause(row++, rule.when);
    }
  }
  return row - first;
}

/**
 * The same alternatives in fewer elements. For each clause and its first positive condition, a signature of all the rest: clauses
 * with one signature are joined. One pass; a clause takes part in one join.
 */
function joinAlternatives(alternatives: Alternatives): Alternative[] {
  const joined: Alternative[] = [];
  const places = new Map<string, i32>();
  let clause = alternatives.first;
  for (let i = 0; i < alternatives.count; i++, clause = clause.next) {
    const open = openCondition(clause);
    if (changetype<usize>(open) == 0 || alternatives.count == 1) {
      joined.push(new Alternative(clause, NO_CONDITION));
      continue;
    }
    const signature = signatureWithout(clause, open);
    if (!places.has(signature)) {
      places.set(signature, joined.length);
      joined.push(new Alternative(clause, open));
      continue;
    }
    const place = joined[places.get(signature)];
    let more = place.more;
    if (more === null) {
      more = [];
      place.more = more;
    }
    more.push(open);
  }
  return joined;
}

/** The first positive condition of a clause, the one whose values may grow; null (address 0) if it has none. */
function openCondition(clause: Clause): Condition {
  for (let at = clause.first; changetype<usize>(at) != 0; at = at.next) {
    if (!at.negative) return at;
  }
  return NO_CONDITION;
}

/** All of a clause in a text, but for the patterns of one condition. */
function signatureWithout(clause: Clause, open: Condition): string {
  let signature = "";
  for (let at = clause.first; changetype<usize>(at) != 0; at = at.next) {
    signature += changetype<usize>(at.model).toString() + (at.negative ? "-" : "+");
    if (changetype<usize>(at) != changetype<usize>(open)) {
      for (let p = 0; p < at.patternCount; p++) signature += at.pattern(p).toString() + ",";
    }
    signature += ";";
  }
  return signature;
}

function fileAlternative(row: i32, alternative: Alternative): void {
  for (let at = alternative.clause.first; changetype<usize>(at) != 0; at = at.next) {
    const layer = layerOf(at, row);
    filePatterns(at, layer, row);
    const more = alternative.more;
    if (more === null || changetype<usize>(at) != changetype<usize>(alternative.open)) continue;
    for (let i = 0; i < more.length; i++) filePatterns(more[i], layer, row);
  }
}

function fileClause(row: i32, clause: Clause): void {
  for (let at = clause.first; changetype<usize>(at) != 0; at = at.next)
    filePatterns(at, layerOf(at, row), row);
}

function layerOf(condition: Condition, row: i32): i32 {
  return condition.negative ? NEGATIVE : condition.model.layerFor(row);
}

function filePatterns(condition: Condition, layer: i32, row: i32): void {
  for (let p = 0; p < condition.patternCount; p++) condition.model.use(condition.pattern(p), layer, row);
}
