// What a dry run would do in earnest.

import { objectsIn } from "../../resources/json.js";
import type { Question } from "../question.js";
import type { Ask } from "./trial.js";

/** Policies that only watch: whether the request would be refused if they did not. Undefined if not. */
export async function inEarnest(question: Question, ask: Ask): Promise<string | undefined> {
  const { configuration } = question;
  const policies = objectsIn(configuration["authorizationPolicies"]);
  if (policies.every(({ dryRun }) => dryRun !== true)) return undefined;
  const enforced = policies.map((policy) => ({ ...policy, dryRun: false }));
  const evaluation = await ask({
    ...question,
    configuration: { ...configuration, authorizationPolicies: enforced },
  });
  if (evaluation === undefined || evaluation.decision === "allowed") return undefined;
  const by =
    evaluation.policy === undefined ? "no ALLOW rule would match" : `${evaluation.policy} would refuse it`;
  return `A policy here is a dry run: in earnest this request would be denied, since ${by}.`;
}
