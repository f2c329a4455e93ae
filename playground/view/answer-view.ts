// An explanation as elements: the same parts in the same words as the command prints, what is asked first at the top.

import { isNegative } from "../../policies/evaluation/condition-place.js";
import { heldText } from "../../policies/evaluation/nearness.js";
import type {
  ConditionFinding,
  Explanation,
  HeaderFinding,
  PolicyFinding,
  RuleFinding,
  TokenFinding,
} from "../../policies/explanation/explanation.js";
import type { Origin } from "../../policies/explanation/origin.js";
import {
  changeMark,
  foundText,
  listText,
  locationText,
  outcomeText,
  ruleName,
  seenText,
  toldRules,
} from "../../policies/explanation/told/words.js";
import type { Check } from "../../policies/explanation/token-checks.js";
import type { Position } from "../../policies/resources/position.js";
import { momentText } from "../../policies/text/moment.js";
import { printable } from "../../policies/text/printable.js";
import { button, element } from "../elements/element.js";
import { inPageWords } from "./page-words.js";

export interface ShownAnswer {
  /** `ALLOWED`, `DENIED 403 RBAC: access denied` */
  readonly verdict: string;
  readonly decision: Explanation["decision"];
  /** Request and reason. */
  readonly head: readonly Node[];
  /** Token, policies, headers. */
  readonly content: readonly Node[];
}

const verdicts = {
  allowed: "ALLOWED",
  denied: "DENIED",
  answered: "ANSWERED",
  unknown: "NOT KNOWN",
} as const;

/**
 * The explanation.
 * @param goTo shows a place in the editor
 */
export function answerView(explanation: Explanation, goTo: (at: Position) => void): ShownAnswer {
  return new View(goTo).show(explanation);
}

/**
 * What would let the request pass; undefined: nothing is to be said.
 * @param isTrying whether there may be more
 */
export function remediesView(
  { decision, remedies }: Explanation,
  isTrying: boolean,
): HTMLElement | undefined {
  const coming = isTrying && decision === "denied" ? ["Trying what would let it pass …"] : [];
  const texts = [...remedies.map(told), ...coming];
  if (texts.length === 0) return undefined;
  return section(
    decision === "allowed" ? "Worth knowing" : "What to do",
    element("ul", { class: "remedies" }, ...texts.map((text) => element("li", { text }))),
  );
}

const told = (text: string) => printable(inPageWords(text));

class View {
  constructor(private readonly goTo: (at: Position) => void) {}

  show(explanation: Explanation): ShownAnswer {
    const { decision, status, reason, why, policies, headers } = explanation;
    const isAnswer = decision === "denied" || decision === "answered";
    const outcome = isAnswer ? ` ${status ?? ""} ${printable(reason ?? "")}` : "";
    return {
      verdict: `${verdicts[decision]}${outcome}`,
      decision,
      head: [this.subject(explanation), element("p", { class: "why", text: told(why) })],
      content: [
        section("Token", ...this.token(explanation)),
        ...(policies.length === 0 ? [] : [section("Policies", ...this.policies(explanation))]),
        ...(headers.length === 0
          ? []
          : [
              section(
                "Headers on the way to the upstream",
                element("ul", { class: "plain" }, ...headers.map((one) => this.header(one))),
              ),
            ]),
      ],
    };
  }

  private subject({ request, now, principal }: Explanation): HTMLElement {
    const parts = [
      `${request.method} ${request.authority}${request.path}`,
      ...(now === undefined ? [] : [`at ${momentText(now)}`]),
      ...(principal === undefined ? [] : [`by ${principal}`]),
    ];
    return element("p", { class: "subject", text: printable(parts.join(", ")) });
  }

  private token({ locations, tokens }: Explanation): HTMLElement[] {
    if (locations.length === 0 && tokens.length === 0)
      return [element("p", { text: "nobody looks for one" })];
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
      ...tokens.flatMap((one) => this.checks(one)),
    ];
  }

  private checks({ token, checks, origin }: TokenFinding): HTMLElement[] {
    return [
      element(
        "p",
        {
          class: "against",
          text: `${locationText(token.location)}, against ${ruleName(token.rule, origin)} `,
        },
        this.place(origin),
      ),
      element("ul", { class: "plain checks" }, ...checks.map(check)),
    ];
  }

  /** The rules that are the reason, nearest first; the others behind a fold. */
  private policies(explanation: Explanation): HTMLElement[] {
    const shown = toldRules(explanation);
    const rest = explanation.policies.flatMap((policy) => {
      const rules = policy.rules.filter((rule) => shown.get(policy)?.includes(rule) !== true);
      return rules.length === 0 ? [] : [{ policy, rules }];
    });
    const count = rest.reduce((sum, { rules }) => sum + rules.length, 0);
    const all = [...shown].map(([policy, rules]) => this.policy(policy, rules));
    if (count === 0) return all;
    const summary = `${shown.size === 0 ? "" : "and "}${count === 1 ? "1 rule" : `${count} rules`} that ${count === 1 ? "does" : "do"} not match`;
    const fold = element("details", {}, element("summary", { text: summary }));
    // Hundreds of rules cost nothing until somebody looks.
    fold.addEventListener(
      "toggle",
      () => fold.append(...rest.map(({ policy, rules }) => this.policy(policy, rules))),
      { once: true },
    );
    return [...all, fold];
  }

  private policy(policy: PolicyFinding, rules: readonly RuleFinding[]): HTMLElement {
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
        this.place(origin),
      ),
      ...rules.map((rule) => this.rule(rule, policy)),
    );
  }

  private rule(rule: RuleFinding, { action, decides }: PolicyFinding): HTMLElement {
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
        this.place(rule.origin),
        element("span", { class: "quiet", text: held }),
      ),
      ...this.conditions(open),
      folded.length === 0
        ? undefined
        : element(
            "details",
            {},
            element("summary", {
              text: `${open.length === 0 ? "" : "and "}${folded.length === 1 ? "1 condition" : `${folded.length} conditions`} ${folded.every(({ met }) => met) ? "that held" : "of it"}`,
            }),
            ...this.conditions(folded),
          ),
    );
  }

  private conditions(conditions: readonly ConditionFinding[]): HTMLElement[] {
    return conditions.length === 0
      ? []
      : [element("ul", { class: "plain conditions" }, ...conditions.map((one) => this.condition(one)))];
  }

  private condition({ place, met, wants, sees, origin }: ConditionFinding): HTMLElement {
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
        this.place(origin),
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

  private header({ name, change, values }: HeaderFinding): HTMLElement {
    const kind = { added: "yes", removed: "no", replaced: "warn" }[change];
    const value = values === undefined ? "" : `: ${values.join(", ")}`;
    return element(
      "li",
      {},
      element("span", { class: kind, text: `${changeMark[change]} ` }),
      element("code", { text: printable(name + value) }),
      element("span", { class: "unseen", text: ` ${change}` }),
    );
  }

  /** The line of the policies, which leads there. */
  private place(origin: Origin | undefined): HTMLElement | undefined {
    if (origin === undefined) return undefined;
    const { at } = origin;
    return button(`line ${at.line}`, () => this.goTo(at), {
      class: "place",
      label: `line ${at.line} of ${at.file}, in the editor`,
    });
  }
}

const section = (title: string, ...content: readonly Node[]): HTMLElement =>
  element("section", {}, element("h3", { text: title }), ...content);

const results: Readonly<Record<Check["result"], readonly [mark: string, kind: string, spoken: string]>> = {
  passed: ["✓", "yes", "passed"],
  failed: ["✗", "no", "failed"],
  assumed: ["~", "warn", "assumed"],
  "not reached": ["·", "quiet", "not reached"],
};

function check({ name, result, text }: Check): HTMLElement {
  const [mark, kind, spoken] = results[result];
  return element(
    "li",
    {},
    element("span", { class: kind, text: mark }),
    element("span", { class: "unseen", text: `${spoken}: ` }),
    element("span", { class: "name", text: name }),
    element("span", {
      class: result === "failed" ? "no" : result === "passed" ? "" : kind,
      text: result === "not reached" ? "not reached" : told(text),
    }),
  );
}
