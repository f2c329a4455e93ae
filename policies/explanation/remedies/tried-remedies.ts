// What would let a refused request pass: each change is made and put to the filter, and told only if the answer is another then.

import { isDenial } from "../../evaluation/outcomes.js";
import type { Explanation } from "../explanation.js";
import type { Question } from "../question.js";
import { preflight } from "./preflight.js";
import type { Ask, Trial } from "./trial.js";
import { missingPrefix, unreadTokens, withoutToken } from "./token-trials.js";
import { againstDeny, towardsAllow } from "./rule-trials.js";
import { policyRemedy } from "./policy-remedy.js";

/** So many changes are tried; and so many that help are told. */
const maxTrials = 16;
const maxRemedies = 4;

/** What helps, and what is known not to: every denial ends in a sentence about what to do. */
export async function triedRemedies(
  explanation: Explanation,
  question: Question,
  ask: Ask,
): Promise<string[]> {
  const helping: string[] = [];
  for (const { text, question: changed } of trialsOf(explanation, question).slice(0, maxTrials)) {
    if (helping.length >= maxRemedies || helping.includes(text)) continue;
    if ((await ask(changed))?.decision === "allowed") helping.push(text);
  }
  if (!isDenial(explanation.reason) || helping.length > 0) return helping;
  return [await policyRemedy(explanation, question, ask)];
}

function trialsOf(explanation: Explanation, question: Question): Trial[] {
  if (!isDenial(explanation.reason)) return withoutToken(explanation, question);
  const trials = [
    ...preflight(explanation, question),
    ...unreadTokens(explanation, question),
    ...missingPrefix(explanation, question),
  ];
  const [first] = explanation.reasons;
  if (first?.rule.matches === true) return [...trials, ...againstDeny(first, question)];
  return [...trials, ...explanation.reasons.slice(0, 5).flatMap((reason) => towardsAllow(reason, question))];
}
