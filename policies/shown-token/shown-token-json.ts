// A shown token as JSON: docs/command.md describes the shape, which later versions only add to.

import { sourceJson } from "../explanation/told/explanation-json.js";
import { momentText } from "../text/moment.js";
import type { RuleVerdict } from "./rule-verdicts.js";
import type { ShownToken } from "./shown-token.js";

/** What is not known is null. */
export function shownTokenJson(shown: ShownToken): object {
  const { kind, what, verified, fault, now, header, claims, times, principal, rules, notes, remedies } =
    shown;
  return {
    kind,
    what,
    verified,
    fault: fault ?? null,
    now: momentText(now),
    header: header ?? null,
    claims: claims ?? null,
    times,
    principal: principal ?? null,
    rules: rules?.map(ruleJson) ?? null,
    notes,
    remedies,
  };
}

function ruleJson({ rule, issuer, looksIn, verdict, reason, why, checks, origin }: RuleVerdict): object {
  return {
    rule,
    issuer: issuer ?? null,
    looksIn,
    verdict,
    reason: reason ?? null,
    why,
    checks,
    source: sourceJson(origin),
  };
}
