// The right side of the page: what is known of the scene so far. Parts that are still to come keep what they showed of the scene before.

import { CannotRunError } from "../answer/built-filter.js";
import type { Told } from "../answer/ask.js";
import { byId, element } from "../elements/element.js";
import type { KeptCase } from "../scene/scene.js";
import type { Finding } from "../../policies/findings/finding.js";
import type { Position } from "../../policies/resources/position.js";
import { printable } from "../../policies/text/printable.js";
import { answerView, remediesView } from "../told/answer-view.js";
import { casesView, coverageText, type CaseActions } from "./cases-view.js";
import { findingsView, type FindingActions } from "./findings-view.js";
import { inPageWords } from "../told/page-words.js";

export interface PanelActions {
  readonly goTo: (at: Position) => void;
  readonly finding: FindingActions;
  readonly kept: CaseActions;
}

export class AnswerPanel {
  private readonly answer = byId("answer", HTMLElement);
  private shown: Told["answer"] | undefined;

  constructor(private readonly actions: PanelActions) {}

  /** What is shown is of before. */
  outdated(): void {
    this.answer.setAttribute("aria-busy", "true");
  }

  /**
   * @param cases those that are kept
   * @param isAll whether nothing more is to come
   */
  show(told: Told, cases: readonly KeptCase[], isAll: boolean): void {
    const { findings } = told;
    this.showAnswer(told);
    if (findings !== undefined)
      byId("findings", HTMLElement).replaceChildren(...findingsView(findings, this.actions.finding));
    this.showCases(told, cases);
    this.answer.setAttribute("aria-busy", String(!isAll));
  }

  /** The fault is the page's, or the browser's. */
  fail(error: unknown): void {
    const text =
      error instanceof CannotRunError
        ? error.message
        : `Something went wrong here, which is our fault: ${(error as Error).message}`;
    this.shown = undefined;
    this.showVerdict("NOT ASKED", "refused", [element("p", { text })]);
    this.answer.setAttribute("aria-busy", "false");
  }

  private showAnswer({ answer, isTrying }: Told): void {
    const { shown } = this;
    if (answer === shown) return;
    this.shown = answer;
    if (answer.kind === "explained" && shown?.kind === "explained") {
      const { explanation } = answer;
      if (
        explanation.policies === shown.explanation.policies &&
        explanation.tokens === shown.explanation.tokens
      ) {
        // The same answer, with what has been tried since.
        this.showRemedies(remediesView(explanation, isTrying));
        return;
      }
    }
    const findings = this.actions.finding;
    if (answer.kind === "explained") {
      const { explanation, warnings } = answer;
      const { verdict, decision, head, content } = answerView(explanation, this.actions.goTo);
      const warned = findingsView(warnings, findings);
      const list = warned.length === 0 ? [] : [element("ul", { class: "plain findings" }, ...warned)];
      this.showVerdict(verdict, decision, head, remediesView(explanation, isTrying), [...content, ...list]);
    } else if (answer.kind === "refused") {
      this.showVerdict("REFUSED", "refused", [
        element("p", { class: "why", text: refusalText(answer.findings) }),
        element("ul", { class: "plain findings" }, ...findingsView(answer.findings, findings)),
      ]);
    } else {
      const lines = answer.message.split("\n");
      this.showVerdict(
        "NOT ASKED",
        "refused",
        lines.map((line) => element("p", { text: printable(inPageWords(line.trim())) })),
      );
    }
  }

  private showVerdict(
    text: string,
    kind: string,
    head: readonly Node[],
    remedies?: HTMLElement,
    content: readonly Node[] = [],
  ): void {
    const verdict = byId("verdict", HTMLElement);
    // Whoever listens hears it only where it is another.
    if (verdict.textContent !== text) verdict.textContent = text;
    verdict.className = `verdict ${kind}`;
    const jump = byId("jump", HTMLElement);
    jump.textContent = text;
    jump.className = `jump ${kind}`;
    byId("explanation-head", HTMLElement).replaceChildren(...head);
    this.showRemedies(remedies);
    byId("explanation-rest", HTMLElement).replaceChildren(...content);
  }

  private showRemedies(remedies: HTMLElement | undefined): void {
    const place = byId("remedies", HTMLElement);
    if (place.textContent === (remedies?.textContent ?? "")) return;
    place.replaceChildren(...(remedies === undefined ? [] : [remedies]));
  }

  private showCases({ cases: answer, isTrying }: Told, cases: readonly KeptCase[]): void {
    byId("take-tests", HTMLElement).hidden = cases.length === 0;
    // They are run last: until then it stands there how they fared before.
    if (answer === undefined && cases.length > 0 && isTrying) return;
    byId("cases", HTMLElement).replaceChildren(...casesView(cases, answer, this.actions.kept));
    byId("cases-note", HTMLElement).textContent =
      answer === undefined
        ? "Keep a request with its answer, and it becomes a case of a test file."
        : coverageText(answer);
  }
}

/** JP002: there is no policy for this workload. */
const refusalText = (findings: readonly Finding[]) =>
  findings.every(({ id }) => id === "JP002")
    ? "None of these policies is for this workload."
    : "Istio or the filter refuses these policies.";
