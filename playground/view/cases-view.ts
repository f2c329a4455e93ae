// The kept cases, each with what became of it.

import { mismatchText, refusalLines, type SuiteResult } from "../../policies/testing/run/results.js";
import { coveragePercent } from "../../policies/testing/run/results.js";
import type { CasesAnswer } from "../answer/ask.js";
import type { KeptCase } from "../scene/scene.js";
import { button, element } from "../elements/element.js";

export interface CaseActions {
  /** Puts the case into the form. */
  readonly open: (one: KeptCase) => void;
  readonly remove: (one: KeptCase) => void;
}

/** @param answer of these very cases; undefined: not asked yet */
export function casesView(
  cases: readonly KeptCase[],
  answer: CasesAnswer | undefined,
  { open, remove }: CaseActions,
): HTMLElement[] {
  const results = answer?.suite.cases ?? [];
  return cases.map((one, i) => {
    const result = results[i];
    const isRight = result?.mismatches.length === 0;
    const mark = result === undefined ? "·" : isRight ? "✓" : "✗";
    const kind = result === undefined ? "quiet" : isRight ? "yes" : "no";
    const spoken = result === undefined ? "not run" : isRight ? "passes" : "fails";
    return element(
      "li",
      {},
      element("span", { class: kind, text: mark }),
      element("span", { class: "unseen", text: `${spoken}: ` }),
      button(one.name, () => open(one), { class: "place case", title: "Ask it again" }),
      element("span", {
        class: "no",
        text: (result?.mismatches ?? []).map((mismatch) => ` ${mismatchText(mismatch)}`).join(";"),
      }),
      button("Remove", () => remove(one), { class: "small", label: `Remove ${one.name}` }),
    );
  });
}

/** What the cases cover, in a line. */
export function coverageText({ suite, coverage }: CasesAnswer): string {
  const refused = refusalOf(suite);
  if (refused !== undefined) return refused;
  return `The cases cover ${coveragePercent(coverage).toFixed(0)} % of the rules and conditions: ✓ and ○ in the editor's margin.`;
}

function refusalOf({ refusal }: SuiteResult): string | undefined {
  return refusal === undefined ? undefined : `No case could be run: ${refusalLines(refusal).join("; ")}`;
}
