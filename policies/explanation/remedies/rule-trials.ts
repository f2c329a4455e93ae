// What a caller would have to bring for one rule to match, or to match no more.

import { isNegative } from "../../evaluation/condition-place.js";
import type { Reason } from "../explanation.js";
import type { Question } from "../question.js";
import { type Trial, nameOf } from "./trial.js";
import { draftOf, finished, sentence } from "./draft.js";
import { bring } from "./bring.js";

/** All that a rule lacks, brought by the caller. */
export function towardsAllow(reason: Reason, question: Question): Trial[] {
  const { lacking } = reason.rule.nearness;
  const draft = draftOf(question);
  if (lacking.length === 0 || !lacking.every((condition) => bring(condition, draft))) return [];
  const changed = finished(draft);
  return changed === undefined
    ? []
    : [{ text: sentence(draft, `${nameOf(reason)} lets it pass then.`), question: changed }];
}

/** One of the conditions of a DENY rule, no longer met. */
export function againstDeny(reason: Reason, question: Question): Trial[] {
  return reason.rule.conditions.flatMap((condition): Trial[] => {
    const draft = draftOf(question);
    if (!isNegative(condition.place) || !bring({ ...condition, place: positive(condition.place) }, draft))
      return [];
    const changed = finished(draft);
    return changed === undefined
      ? []
      : [{ text: sentence(draft, `${nameOf(reason)} does not match then.`), question: changed }];
  });
}

const positive = (place: string) =>
  place.replace(/\.not([A-Z])/, (_, letter: string) => `.${letter.toLowerCase()}`);
