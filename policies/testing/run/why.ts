// Why the filter decided as it did, in a few lines.

import { isNegative } from "../../evaluation/condition-place.js";
import type { Evaluation } from "../../evaluation/evaluation.js";
import {
  hasNoRules,
  heldText,
  nearestFirst,
  rulesWithNearness,
  type Compared,
  type Nearness,
} from "../../evaluation/nearness.js";
import {
  missedToken,
  stepsNamed,
  type MissedToken,
  type PolicyStep,
  type TokenStep,
} from "../../evaluation/step.js";
import { momentText } from "../../text/moment.js";
import { shortRuleName } from "../../policy-model/rule-name.js";

/** More rules than these are counted, not told. */
const MAX_RULES = 5;

/**
 * Of a refused token why; else the rules that can be the reason. Who is refused by a rule, that one; who is refused since no ALLOW rule
 * matched, those, the nearest first; who is allowed, the rule that let the request pass, and the DENY rules that came nearest.
 */
export function why(evaluation: Evaluation): string[] {
  const exempt = stepsNamed(evaluation.steps, "exemption").map(
    ({ at }) => `no identity, whatever tokens the request has: ${at}`,
  );
  return [...decidedBy(evaluation), ...exempt];
}

function decidedBy({ steps, reason, decision, policy }: Evaluation): string[] {
  const refused = stepsNamed(steps, "token").filter(({ status }) => status === reason);
  if (refused.length > 0) return refused.map(tokenLine);
  const missed = reason === "Jwt is missing" ? missedToken(steps) : undefined;
  if (missed !== undefined) return [missedLine(missed)];
  const rules = rulesWithNearness(stepsNamed(steps, "policy"), stepsNamed(steps, "condition"));
  if (rules.length === 0) return reason === undefined ? ["no policy asks for more"] : [];
  const deciding = rules.filter(({ step }) => step.matches && step.rule === policy);
  if (decision === "denied" && deciding.length > 0) return deciding.map(({ step }) => ruleLine(step));
  const action = decision === "denied" ? "ALLOW" : "DENY";
  const near = nearestFirst(rules.filter(({ step }) => step.action === action));
  const lines = near.slice(0, MAX_RULES).map(({ step, nearness }) => ruleLine(step, nearness));
  const more = near.length > MAX_RULES ? [`and ${near.length - MAX_RULES} ${action} rules more`] : [];
  const all = [...deciding.map(({ step }) => ruleLine(step)), ...lines, ...more];
  return all.length > 0 ? all : [`no ${action} rule is there`];
}

const missedLine = ({ rule, locations }: MissedToken) =>
  `${rule} requires a token (presence: REQUIRED), and there is none in ${locations.join(" or ")}`;

function tokenLine(step: TokenStep): string {
  const facts = [
    ["iss", step.issuer],
    ["aud", step.audiences.length === 0 ? undefined : step.audiences.join(", ")],
    ["alg", step.alg],
    ["kid", step.kid],
    ["exp", timeText(step.exp)],
    ["nbf", timeText(step.nbf)],
    ["now", timeText(step.now)],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const told = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return `token in ${step.location}: ${step.status}${told}`;
}

/** A time that no calendar has is left out. */
const timeText = (seconds: number | undefined) =>
  seconds === undefined || Math.abs(seconds) > 8.64e12 ? undefined : momentText(seconds);

function ruleLine(step: PolicyStep, near?: Nearness<Compared>): string {
  const { action, rule, matches, failed } = step;
  const name = `${action} ${shortRuleName(rule)}`;
  if (matches || failed === undefined) return `${name} matches`;
  if (hasNoRules(step)) return `${name} never matches: its policy has no rules`;
  const lacking = near === undefined || near.lacking.length === 0 ? [failed] : near.lacking;
  const held = near?.total === undefined || near.total < 2 ? "" : ` (${heldText(near)})`;
  return `${name} fails at ${lacking.map(conditionText).join("; and at ")}${held}`;
}

function conditionText({ place, wants, sees }: Pick<Compared, "place" | "wants" | "sees">): string {
  const wanted = `${isNegative(place) ? "none" : "one"} of ${JSON.stringify(wants)}`;
  return `${place}: wants ${wanted}, sees ${sees.length === 0 ? "nothing" : JSON.stringify(sees)}`;
}
