// An explanation as elements: the same parts in the same words as the command prints, what is asked first at the top.

import type { Explanation, HeaderFinding } from "../../policies/explanation/explanation.js";
import { changeMark } from "../../policies/explanation/told/words.js";
import { momentText } from "../../policies/text/moment.js";
import { printable } from "../../policies/text/printable.js";
import { element } from "../elements/element.js";
import { inPageWords } from "./page-words.js";
import type { GoTo } from "./place-button.js";
import { policiesView } from "./policies-view.js";
import { tokenView } from "./token-view.js";

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

export function answerView(explanation: Explanation, goTo: GoTo): ShownAnswer {
  const { decision, why, policies, headers } = explanation;
  const content = [section("Token", ...tokenView(explanation, goTo))];
  if (policies.length > 0) content.push(section("Policies", ...policiesView(explanation, goTo)));
  if (headers.length > 0)
    content.push(
      section(
        "Headers on the way to the upstream",
        element("ul", { class: "plain" }, ...headers.map(headerView)),
      ),
    );
  return {
    verdict: verdictText(explanation),
    decision,
    head: [subjectView(explanation), element("p", { class: "why", text: told(why) })],
    content,
  };
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

/** `ALLOWED`, `DENIED 403 RBAC: access denied` */
function verdictText({ decision, status, reason }: Explanation): string {
  const isAnswer = decision === "denied" || decision === "answered";
  return `${verdicts[decision]}${isAnswer ? ` ${status ?? ""} ${printable(reason ?? "")}` : ""}`;
}

function subjectView({ request, now, principal }: Explanation): HTMLElement {
  const parts = [
    `${request.method} ${request.authority}${request.path}`,
    ...(now === undefined ? [] : [`at ${momentText(now)}`]),
    ...(principal === undefined ? [] : [`by ${principal}`]),
  ];
  return element("p", { class: "subject", text: printable(parts.join(", ")) });
}

function headerView({ name, change, values }: HeaderFinding): HTMLElement {
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

const section = (title: string, ...content: readonly Node[]): HTMLElement =>
  element("section", {}, element("h3", { text: title }), ...content);
