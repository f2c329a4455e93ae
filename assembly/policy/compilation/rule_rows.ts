/**
 * From rules to rows: a rule is met by any element of `from` together with any of `to` and all of `when`, so each such pair is a
 * row. Elements that differ in the values of one positive condition alone are joined first, since "a or b" is what one
 * condition with both values says: `from` with hundreds of namespaces or principals remains one row.
 */
import { Clause, Condition, NEGATIVE, RuleModel } from "../rules/policy_model";

/** Rows of a whole configuration. */
export const MAX_ROWS = 65536;

/**
 * Notes in the attributes' models what each row of a rule asks of them: any element of `from`, any of `to`, all of `when`. Rows come in
 * ascending order, `first` being the number of this rule's first.
 * @returns how many rows the rule has; -1, and nothing is noted, if they are more than `most`
 */
export function fileRows(rule: RuleModel, first: i32, most: i32): i32 {
  if (rule.neverMatches) return 0;
  const from = joinAlternatives(rule.from);
  const to = joinAlternatives(rule.to);
  if (<i64>max(from.length, 1) * <i64>max(to.length, 1) > <i64>most) return -1;
  let row = first;
  for (let f = 0; f < max(from.length, 1); f++) {
    for (let t = 0; t < max(to.length, 1); t++) {
      if (f < from.length) fileClause(row, from[f]);
      if (t < to.length) fileClause(row, to[t]);
      fileClause(row++, rule.when);
    }
  }
  return row - first;
}

/**
 * The same alternatives in fewer clauses. For each clause and each of its positive conditions, a signature of all the rest: clauses
 * with one signature are joined. One pass; a clause takes part in one join.
 */
function joinAlternatives(clauses: Clause[]): Clause[] {
  if (clauses.length < 2) return clauses;
  const joined: Clause[] = [];
  const places = new Map<string, i32>();
  for (let i = 0; i < clauses.length; i++) {
    const open = soleOpenCondition(clauses[i]);
    if (open < 0) {
      joined.push(clauses[i]);
      continue;
    }
    const signature = signatureWithout(clauses[i], open);
    if (!places.has(signature)) {
      places.set(signature, joined.length);
      joined.push(clauses[i]);
      continue;
    }
    const place = places.get(signature);
    joined[place] = withMorePatterns(joined[place], open, clauses[i].conditions[open].patterns);
  }
  return joined;
}

/** The first positive condition of a clause, the one whose values may grow; -1 if it has none. */
function soleOpenCondition(clause: Clause): i32 {
  for (let i = 0; i < clause.conditions.length; i++) {
    if (!clause.conditions[i].negative) return i;
  }
  return -1;
}

/** All of a clause in a text, but for the patterns of one condition. */
function signatureWithout(clause: Clause, open: i32): string {
  let signature = "";
  for (let i = 0; i < clause.conditions.length; i++) {
    const condition = clause.conditions[i];
    signature += changetype<usize>(condition.model).toString() + (condition.negative ? "-" : "+");
    if (i != open) signature += condition.patterns.join(",");
    signature += ";";
  }
  return signature;
}

function withMorePatterns(clause: Clause, open: i32, patterns: i32[]): Clause {
  const wider = new Clause();
  for (let i = 0; i < clause.conditions.length; i++) {
    const condition = clause.conditions[i];
    wider.conditions.push(
      i != open
        ? condition
        : new Condition(
            condition.model,
            condition.patterns.concat(patterns),
            false,
            condition.at,
            condition.values,
          ),
    );
  }
  return wider;
}

function fileClause(row: i32, clause: Clause): void {
  const conditions = clause.conditions;
  for (let i = 0; i < conditions.length; i++) {
    const condition = conditions[i];
    const model = condition.model;
    const layer = condition.negative ? NEGATIVE : model.layerFor(row);
    for (let p = 0; p < condition.patterns.length; p++) model.use(condition.patterns[p], layer, row);
  }
}
