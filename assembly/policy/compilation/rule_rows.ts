/**
 * From rules to rows: a rule is met by any element of `from` together with any of `to` and all of `when`, so each such pair is a
 * row. Elements that differ in the values of one positive condition alone are joined first, since "a or b" is what one
 * condition with both values says: `from` with hundreds of namespaces or principals remains one row.
 */
import { Clause, Condition, RuleModel } from "../rules/policy_model";

/** Rows of a whole configuration. */
export const MAX_ROWS = 65536;

/** The conditions of each row of a rule; null if there would be more than `most` of them. */
export function rowsOf(rule: RuleModel, most: i32): Condition[][] | null {
  const rows: Condition[][] = [];
  if (rule.neverMatches) return rows;
  const from = joinAlternatives(rule.from);
  const to = joinAlternatives(rule.to);
  if (<i64>max(from.length, 1) * <i64>max(to.length, 1) > <i64>most) return null;
  for (let f = 0; f < max(from.length, 1); f++) {
    for (let t = 0; t < max(to.length, 1); t++) {
      let row: Condition[] = [];
      if (f < from.length) row = row.concat(from[f].conditions);
      if (t < to.length) row = row.concat(to[t].conditions);
      rows.push(row.concat(rule.when.conditions));
    }
  }
  return rows;
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
            condition.place,
            condition.values,
          ),
    );
  }
  return wider;
}

/** Notes in the attributes' models what row number `row` asks of them. Rows come in ascending order. */
export function fileRow(row: i32, conditions: Condition[]): void {
  const layersUsed = new Map<usize, i32>();
  for (let i = 0; i < conditions.length; i++) {
    const condition = conditions[i];
    const model = condition.model;
    if (condition.negative) {
      for (let p = 0; p < condition.patterns.length; p++)
        pushRow(model.rows[condition.patterns[p]].negative, row);
      continue;
    }
    const key = changetype<usize>(model);
    const layer = layersUsed.has(key) ? layersUsed.get(key) : 0;
    layersUsed.set(key, layer + 1);
    while (model.layers.length <= layer) model.layers.push([]);
    pushRow(model.layers[layer], row);
    for (let p = 0; p < condition.patterns.length; p++) {
      const positive = model.rows[condition.patterns[p]].positive;
      while (positive.length <= layer) positive.push([]);
      pushRow(positive[layer], row);
    }
  }
}

function pushRow(rows: i32[], row: i32): void {
  if (rows.length == 0 || rows[rows.length - 1] != row) rows.push(row);
}
