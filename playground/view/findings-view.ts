// What `check` finds, as a list under the editor: what the marks in it say, for everybody.

import type { Finding, Severity } from "../../policies/findings/finding.js";
import { printable } from "../../policies/text/printable.js";
import { button, element } from "../elements/element.js";
import { inPageWords } from "../told/page-words.js";
import { placeButton, type GoTo } from "../told/place-button.js";

const kinds: Readonly<Record<Severity, string>> = { error: "no", warning: "warn", note: "quiet" };

export interface FindingActions {
  readonly goTo: GoTo;
  readonly fix: (finding: Finding) => void;
}

export function findingsView(findings: readonly Finding[], { goTo, fix }: FindingActions): HTMLElement[] {
  return findings.map((finding) => {
    const { severity, message, id, at, remedy } = finding;
    return element(
      "li",
      { class: severity },
      element(
        "p",
        {},
        element("span", { class: kinds[severity], text: `${severity} ` }),
        element("span", { text: `${printable(message)} ` }),
        element("span", { class: "quiet", text: `${id} ` }),
        placeButton(at, goTo),
      ),
      remedy === undefined
        ? undefined
        : element("p", { class: "quiet", text: printable(inPageWords(remedy)) }),
      finding.fix === undefined
        ? undefined
        : button("Fix", () => fix(finding), { class: "fix", label: `Fix ${id} in line ${at.line}` }),
    );
  });
}
