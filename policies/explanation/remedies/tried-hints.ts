// What people get wrong about conditions, told where it is so.

import { isDenial } from "../../evaluation/outcomes.js";
import { objectsIn, textsIn } from "../../resources/json.js";
import type { JsonObject } from "../../resources/tree.js";
import { conditionHints, maxHinted, maxHints, type Known, type ProposedChange } from "../condition-hints.js";
import type { ConditionFinding, Explanation } from "../explanation.js";
import type { Question } from "../question.js";
import type { Ask } from "./trial.js";
import { changedRule, withValues, widened } from "./changed-rule.js";

/**
 * What people get wrong about the conditions of the nearest rules. A sentence that proposes a change is told if the rule matches with it, and not
 * without it, were its other conditions met.
 */
export async function triedHints(
  { reason, reasons, principal }: Explanation,
  question: Question,
  ask: Ask,
  known: Omit<Known, "log">,
): Promise<string[]> {
  if (!isDenial(reason) || reasons[0]?.rule.matches === true) return [];
  const told = new Set<string>();
  for (const { rule } of reasons.slice(0, maxHinted)) {
    for (const condition of rule.nearness.lacking) {
      const others = rule.nearness.lacking.filter((one) => one !== condition);
      const lacking = changedRule(question.configuration, rule.at, (one) => others.reduce(widened, one));
      const isAllowed = async (configuration: JsonObject) =>
        (await ask({ ...question, configuration }))?.decision === "allowed";
      let without: boolean | undefined;
      for (const { text, change } of conditionHints(condition, principal, { ...known, log: undefined })) {
        if (told.size >= maxHints) break;
        if (change !== undefined) {
          without ??= await isAllowed(lacking);
          if (without || !(await isAllowed(withChange(lacking, rule.at, condition, change)))) continue;
        }
        told.add(text);
        break;
      }
    }
  }
  return [...told];
}

function withChange(
  configuration: JsonObject,
  at: string,
  { place }: ConditionFinding,
  { values, paths, spaceDelimited, issuer }: ProposedChange,
): JsonObject {
  if (spaceDelimited !== undefined) {
    const split = (rule: JsonObject) => ({
      ...rule,
      spaceDelimitedClaims: [...textsIn(rule["spaceDelimitedClaims"]), spaceDelimited],
    });
    const authentications = objectsIn(configuration["requestAuthentications"]).map((one) => ({
      ...one,
      jwtRules: objectsIn(one["jwtRules"]).map(split),
    }));
    return { ...configuration, requestAuthentications: authentications };
  }
  return changedRule(configuration, at, (rule) => {
    if (issuer !== undefined) {
      const others = Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "from"));
      const asks = { key: "request.auth.claims[iss]", values: [issuer] };
      return { ...others, when: [...objectsIn(rule["when"]), asks] };
    }
    const changed = withValues(rule, place, (old) =>
      textsIn(old).flatMap((one) => (one === values?.want ? values.by : [one])),
    );
    return paths === undefined
      ? changed
      : withValues(changed, place.replace(/methods$/, "paths"), (old) => [...textsIn(old), ...paths]);
  });
}
