// Why the filter decided as it did, in a few lines.

import { isNegative } from "../../evaluation/condition-place.js";
import type { Evaluation } from "../../evaluation/evaluation.js";
import type { PolicyStep, TokenStep } from "../../evaluation/step.js";
import { momentText } from "../../text/moment.js";
import { shortRuleName } from "../../policy-model/rule-name.js";

/** More rules than these are counted, not told. */
const MAX_RULES = 8;

/** One line for each token that was refused and each rule that was asked, with the first condition that failed. */
export function why({ steps, reason }: Evaluation): string[] {
  const refused = steps.filter((step) => step.step === "token").filter(({ status }) => status !== "OK");
  if (refused.length > 0) return refused.map(tokenLine);
  const rules = steps.filter((step) => step.step === "policy");
  if (rules.length === 0) return reason === undefined ? ["no policy asks for more"] : [];
  const lines = rules.slice(0, MAX_RULES).map(ruleLine);
  return rules.length > MAX_RULES ? [...lines, `and ${rules.length - MAX_RULES} rules more`] : lines;
}

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

function ruleLine({ action, rule, matches, failed }: PolicyStep): string {
  const name = `${action} ${shortRuleName(rule)}`;
  if (matches || failed === undefined) return `${name} matches`;
  const { place, wants, sees } = failed;
  if (wants.length === 0) return `${name} never matches: its policy has no rules`;
  const wanted = `${isNegative(place) ? "none" : "one"} of ${JSON.stringify(wants)}`;
  return `${name} fails at ${place}: wants ${wanted}, sees ${sees.length === 0 ? "nothing" : JSON.stringify(sees)}`;
}
