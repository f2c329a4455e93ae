/**
 * The policies' part of the debug log: a line per rule, with the first condition that failed and the values that it saw; at level trace a
 * line per condition before it.
 */
import { LogLevel } from "../../abi/calls/log";
import { explainCondition, explainRule, RuleExplanation } from "../../policy/evaluation/explain";
import { Alternatives, Clause, RuleModel, Segment } from "../../policy/rules/policy_model";
import { PolicySet } from "../../policy/tables/policy_set";
import { RequestAttributes } from "../../policy/attributes/request_attributes";
import { bytes, endLine, endStep, list, quoted, step, tracingConditions, word } from "../telemetry/trace";

export function tracePolicies(
  policies: PolicySet,
  attributes: RequestAttributes,
  audit: i32,
  dryRunDeny: i32,
  dryRunAllow: i32,
): void {
  for (let i = 0; i < policies.rules.length; i++) {
    const rule = policies.rules[i];
    if (tracingConditions) traceConditions(policies, rule, attributes);
    const explanation = explainRule(policies, i, attributes);
    step("policy");
    word("action", actionOf(rule.segment));
    bytes("rule", rule.nameBytes);
    quoted("at", rule.path);
    word("matches", explanation.matches ? "true" : "false");
    if (!explanation.matches) {
      quoted("condition", explanation.place);
      traceValues(explanation);
    }
    endStep();
  }
  traceShadow(policies, "AUDIT", audit);
  traceShadow(policies, "DENY-dry-run", dryRunDeny);
  traceShadow(policies, "ALLOW-dry-run", dryRunAllow);
}

function traceConditions(policies: PolicySet, rule: RuleModel, attributes: RequestAttributes): void {
  traceAlternatives(policies, rule, rule.from, attributes);
  traceAlternatives(policies, rule, rule.to, attributes);
  traceClause(policies, rule, rule.when, attributes);
}

function traceAlternatives(
  policies: PolicySet,
  rule: RuleModel,
  alternatives: Alternatives,
  attributes: RequestAttributes,
): void {
  for (let clause = alternatives.first; changetype<usize>(clause) != 0; clause = clause.next)
    traceClause(policies, rule, clause, attributes);
}

function traceClause(
  policies: PolicySet,
  rule: RuleModel,
  clause: Clause,
  attributes: RequestAttributes,
): void {
  for (let condition = clause.first; changetype<usize>(condition) != 0; condition = condition.next) {
    const explanation = explainCondition(policies, condition, attributes);
    step("condition");
    bytes("rule", rule.nameBytes);
    quoted("place", explanation.place);
    word("met", explanation.matches ? "true" : "false");
    traceValues(explanation);
    endLine(LogLevel.Trace);
  }
}

function traceValues(explanation: RuleExplanation): void {
  list("wants", explanation.wants);
  list("sees", explanation.sees);
}

/** What a policy that only watches would have done. */
function traceShadow(policies: PolicySet, action: string, rule: i32): void {
  if (rule < 0) return;
  step("shadow");
  word("action", action);
  bytes("rule", policies.ruleName(rule));
  endStep();
}

function actionOf(segment: Segment): string {
  if (segment == Segment.Deny) return "DENY";
  if (segment == Segment.Allow) return "ALLOW";
  if (segment == Segment.Audit) return "AUDIT";
  if (segment == Segment.DryRunDeny) return "DENY-dry-run";
  return segment == Segment.DryRunAllow ? "ALLOW-dry-run" : "AUDIT-dry-run";
}
