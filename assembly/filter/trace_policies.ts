/** The policies' part of the debug log: a line per rule, with the first condition that failed and the value that it saw. */
import { explainRule } from "../policy/explain";
import { Segment } from "../policy/policy_model";
import { PolicySet } from "../policy/policy_set";
import { RequestAttributes } from "../policy/request_attributes";
import { bytes, endStep, quoted, step, word } from "./trace";

export function tracePolicies(
  policies: PolicySet,
  attributes: RequestAttributes,
  audit: i32,
  dryRunDeny: i32,
  dryRunAllow: i32,
): void {
  for (let i = 0; i < policies.rules.length; i++) {
    const explanation = explainRule(policies, i, attributes);
    step("policy");
    word("action", actionOf(policies.segmentOf(i)));
    bytes("rule", policies.ruleName(i));
    word("matches", explanation.matches ? "true" : "false");
    if (!explanation.matches) {
      quoted("condition", explanation.place);
      quoted("wants", explanation.wanted);
      quoted("sees", explanation.saw);
    }
    endStep();
  }
  traceShadow(policies, "AUDIT", audit);
  traceShadow(policies, "DENY-dry-run", dryRunDeny);
  traceShadow(policies, "ALLOW-dry-run", dryRunAllow);
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
