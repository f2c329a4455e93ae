// Where a token was looked for, and each check of those that were found.

import type { Explanation, TokenFinding } from "../../policies/explanation/explanation.js";
import { foundText, locationText, ruleName } from "../../policies/explanation/told/words.js";
import type { Check } from "../../policies/explanation/token-checks.js";
import { printable } from "../../policies/text/printable.js";
import { element } from "../elements/element.js";
import { inPageWords } from "./page-words.js";
import { placeButton, type GoTo } from "./place-button.js";

export function tokenView({ locations, tokens }: Explanation, goTo: GoTo): HTMLElement[] {
  if (locations.length === 0 && tokens.length === 0) return [element("p", { text: "nobody looks for one" })];
  const places = locations.map((location) =>
    element(
      "li",
      {},
      element("span", { text: locationText(location.location) }),
      element("span", { class: location.tokens > 0 ? "yes" : "quiet", text: ` ${foundText(location)}` }),
    ),
  );
  return [
    element("ul", { class: "plain places" }, ...places),
    ...tokens.flatMap((one) => checksView(one, goTo)),
  ];
}

function checksView({ token, checks, origin }: TokenFinding, goTo: GoTo): HTMLElement[] {
  return [
    element(
      "p",
      { class: "against", text: `${locationText(token.location)}, against ${ruleName(token.rule, origin)} ` },
      origin === undefined ? undefined : placeButton(origin.at, goTo),
    ),
    element("ul", { class: "plain checks" }, ...checks.map(checkView)),
  ];
}

const results: Readonly<Record<Check["result"], readonly [mark: string, kind: string, spoken: string]>> = {
  passed: ["✓", "yes", "passed"],
  failed: ["✗", "no", "failed"],
  assumed: ["~", "warn", "assumed"],
  "not reached": ["·", "quiet", "not reached"],
};

function checkView({ name, result, text }: Check): HTMLElement {
  const [mark, kind, spoken] = results[result];
  return element(
    "li",
    {},
    element("span", { class: kind, text: mark }),
    element("span", { class: "unseen", text: `${spoken}: ` }),
    element("span", { class: "name", text: name }),
    element("span", {
      class: result === "failed" ? "no" : result === "passed" ? "" : kind,
      text: result === "not reached" ? "not reached" : printable(inPageWords(text)),
    }),
  );
}
