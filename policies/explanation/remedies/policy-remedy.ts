// What the policies would have to say where no caller can help.

import type { JsonObject } from "../../resources/tree.js";
import type { Explanation } from "../explanation.js";
import type { Question } from "../question.js";
import { type Ask, nameOf } from "./trial.js";
import { changedRule, withoutRule, widened } from "./changed-rule.js";

/** No caller can help: what the policy would have to say. */
export async function policyRemedy(
  { reasons, request }: Explanation,
  question: Question,
  ask: Ask,
): Promise<string> {
  const nobody = "No token and no header of the caller lets this request pass:";
  const [first] = reasons;
  if (first === undefined) return `${nobody} it takes another policy.`;
  if (first.rule.matches) {
    const without = withoutRule(question.configuration, first.rule.at);
    const { decision, policy, answer } = (await ask({ ...question, configuration: without })) ?? {};
    if (decision === "allowed") {
      return `${nobody} to let such requests pass, narrow ${nameOf(first)}; a DENY rule wins over every ALLOW rule, and without this one the request is allowed.`;
    }
    const then =
      policy === undefined
        ? `no ALLOW rule would match (${answer?.status ?? 403})`
        : `${policy} would refuse it`;
    return `${nobody} ${nameOf(first)} refuses it, and without that rule ${then}.`;
  }
  if (first.rule.rule === "rules")
    return `${nobody} the ALLOW policies have no rules. Add one for ${request.method} ${request.path}.`;
  const wider = changedRule(question.configuration, first.rule.at, (rule) =>
    first.rule.nearness.lacking.reduce<JsonObject>((changed, condition) => widened(changed, condition), rule),
  );
  const decision = (await ask({ ...question, configuration: wider }))?.decision;
  const lacks = first.rule.nearness.lacking.map(
    ({ place, sees }) =>
      `${place}${sees.length === 0 ? "" : ` would have to take ${sees.slice(0, 3).join(", ")}`}`,
  );
  return decision === "allowed"
    ? `${nobody} to allow it, change the nearest rule, ${nameOf(first)}: ${lacks.join("; ")}. Or write a rule of its own.`
    : `${nobody} it takes a rule of its own.`;
}
