// The policies that were asked, with the rules that are the reason, and each condition's want and what it sees.

import { isNegative } from "../../policies/evaluation/condition-place.js";
import { heldText } from "../../policies/evaluation/nearness.js";
import type {
  ConditionFinding,
  Explanation,
  PolicyFinding,
  RuleFinding,
} from "../../policies/explanation/explanation.js";
import type { Origin } from "../../policies/explanation/origin.js";
import { listText, outcomeText, seenText, toldRules } from "../../policies/explanation/told/words.js";
import { printable } from "../../policies/text/printable.js";
import { element } from "../elements/element.js";
import { placeButton, type GoTo } from "./place-button.js";

/** The rules that are the reason, nearest first; the others behind a fold. */
export function policiesView(explanation: Explanation, goTo: GoTo): HTMLElement[] {
  const shown = toldRules(explanation);
  const rest = explanation.policies.flatMap((policy) => {
    const rules = policy.rules.filter((rule) => shown.get(policy)?.includes(rule) !== true);
    return rules.length === 0 ? [] : [{ policy, rules }];
  });
  const count = rest.reduce((sum, { rules }) => sum + rules.length, 0);
  const all = [...shown].map(([policy, rules]) => policyView(policy, rules, goTo));
  if (count === 0) return all;
  const summary = `${shown.size === 0 ? "" : "and "}${count === 1 ? "1 rule" : `${count} rules`} that ${count === 1 ? "does" : "do"} not match`;
  const fold = element("details", {}, element("summary", { text: summary }));
  // Hundreds of rules cost nothing until somebody looks.
  fold.addEventListener(
    "toggle",
    () => fold.append(...rest.map(({ policy, rules }) => policyView(policy, rules, goTo))),
    { once: true },
  );
  return [...all, fold];
}

function policyView(policy: PolicyFinding, rules: readonly RuleFinding[], goTo: GoTo): HTMLElement {
  const { action, namespace, name, origin, decides } = policy;
  const outcome = decides ? (action === "DENY" ? "no" : "yes") : "quiet";
  return element(
    "div",
    { class: `policy${decides ? ` decides ${outcome}` : ""}` },
    element(
      "h4",
      {},
      element("span", { text: `${action} ${printable(`${namespace}/${name}`)} ` }),
      element("span", { class: outcome, text: `${outcomeText(policy)} ` }),
      placeOf(origin, goTo),
    ),
    ...rules.map((rule) => ruleView(rule, policy, goTo)),
  );
}

function ruleView(rule: RuleFinding, { action, decides }: PolicyFinding, goTo: GoTo): HTMLElement {
  if (rule.rule === "rules") return element("p", { class: "rule", text: "has no rules: it never matches" });
  const { matches, nearness, conditions } = rule;
  const held = matches || (nearness.total ?? 0) < 2 ? "" : ` ${heldText(nearness)} `;
  const open = matches
    ? decides && action === "DENY"
      ? conditions.filter(({ met }) => met)
      : []
    : nearness.lacking;
  const folded = conditions.filter((one) => !open.some(({ place }) => place === one.place));
  return element(
    "div",
    { class: "rule" },
    element(
      "p",
      {},
      element("span", { class: matches ? "yes" : "quiet", text: matches ? "✓ " : "✗ " }),
      element("span", { text: `${rule.rule} ` }),
      placeOf(rule.origin, goTo),
      element("span", { class: "quiet", text: held }),
    ),
    ...conditionsView(open, goTo),
    folded.length === 0
      ? undefined
      : element(
          "details",
          {},
          element("summary", {
            text: `${open.length === 0 ? "" : "and "}${folded.length === 1 ? "1 condition" : `${folded.length} conditions`} ${folded.every(({ met }) => met) ? "that held" : "of it"}`,
          }),
          ...conditionsView(folded, goTo),
        ),
  );
}

function conditionsView(conditions: readonly ConditionFinding[], goTo: GoTo): HTMLElement[] {
  return conditions.length === 0
    ? []
    : [element("ul", { class: "plain conditions" }, ...conditions.map((one) => conditionView(one, goTo)))];
}

function conditionView({ place, met, wants, sees, origin }: ConditionFinding, goTo: GoTo): HTMLElement {
  const none = isNegative(place) ? "none of " : "";
  return element(
    "li",
    {},
    element(
      "div",
      {},
      element("span", { class: met ? "yes" : "no", text: met ? "✓ " : "✗ " }),
      element("code", { text: printable(place) }),
      element("span", { text: " " }),
      placeOf(origin, goTo),
    ),
    element(
      "div",
      { class: "values" },
      element("span", { class: "quiet", text: "wants " }),
      element("code", { text: none + listText(wants) }),
    ),
    element(
      "div",
      { class: "values" },
      element("span", { class: "quiet", text: "sees " }),
      element("code", { class: met ? "" : "seen", text: seenText(sees) }),
    ),
  );
}

const placeOf = (origin: Origin | undefined, goTo: GoTo) =>
  origin === undefined ? undefined : placeButton(origin.at, goTo);
