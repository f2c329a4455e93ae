// A change that may help, and whoever can say whether it does.

import type { Evaluation } from "../../evaluation/evaluation.js";
import type { Reason } from "../explanation.js";
import type { Question } from "../question.js";

export type Ask = (question: Question) => Promise<Evaluation | undefined>;

export interface Trial {
  readonly text: string;
  readonly question: Question;
}

export const nameOf = ({ policy, rule }: Reason) =>
  `${policy.action} ${policy.namespace}/${policy.name} ${rule.rule}`;
