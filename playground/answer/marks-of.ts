// What an answer marks in the editor.

import type { Explanation } from "../../policies/explanation/explanation.js";
import { gapText } from "../../policies/testing/run/results.js";
import { isCovered } from "../../policies/testing/run/coverage.js";
import type { Covered, DecidingRule, Marks } from "../editor/marks.js";
import type { CasesAnswer, Told } from "./ask.js";

export function marksOf({ answer, cases }: Told): Marks {
  const coverage = cases === undefined ? [] : coveredIn(cases);
  if (answer.kind !== "explained") return { rules: [], conditions: [], coverage };
  const { explanation } = answer;
  const conditions = explanation.policies.flatMap(({ rules }) => rules.flatMap((rule) => rule.conditions));
  return { rules: decidingRules(explanation), conditions, coverage };
}

/** The rule that decided; where none did, the one that came nearest. */
function decidingRules({ reasons }: Explanation): DecidingRule[] {
  const [first] = reasons;
  if (first?.rule.origin === undefined) return [];
  const { policy, rule } = first;
  const how = !rule.matches ? "nearest" : policy.action === "DENY" ? "denies" : "allows";
  return [{ at: rule.origin!.at, how }];
}

function coveredIn({ coverage }: CasesAnswer): Covered[] {
  return coverage.flatMap((item) => {
    if (item.at === undefined) return [];
    const covered = isCovered(item);
    return [{ at: item.at, covered, text: covered ? "covered by the kept requests" : gapText(item) }];
  });
}
