// One side's answer to a request, and how two of them differ.

import { changeWord, type Evaluation } from "../evaluation/evaluation.js";
import { why } from "../testing/run/why.js";
import { decisionText } from "../testing/run/compare.js";

export interface SideAnswer {
  readonly decision: "allowed" | "denied";
  /** Undefined when allowed. */
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** What happens to the headers towards the upstream: `added x-user`. */
  readonly headers: readonly string[];
  /** The way to the decision, a line each; none where nobody asked for it. */
  readonly why: readonly string[];
}

/** Undefined: nothing changes. */
export type Change =
  "allowed → denied" | "denied → allowed" | "another refusal" | "other headers to the upstream";

/**
 * @param evaluation a text: Envoy answers without asking any policy
 * @param traced whether it tells the way to the decision
 */
export function answerOf(evaluation: Evaluation | string, traced: boolean): SideAnswer {
  if (typeof evaluation === "string")
    return {
      decision: "denied",
      status: 400,
      reason: undefined,
      headers: [],
      why: [`Envoy answers 400 itself: ${evaluation}`],
    };
  const { decision, reason, answer, headerChanges } = evaluation;
  const headers = headerChanges.map((change) => `${changeWord(change)} ${change.name}`);
  return {
    decision: decision === "allowed" ? decision : "denied",
    status: answer?.status,
    reason,
    headers: headers.sort(),
    why: traced ? why(evaluation) : [],
  };
}

/** Where no policy applies, no filter is there. */
export const openAnswer: SideAnswer = {
  decision: "allowed",
  status: undefined,
  reason: undefined,
  headers: [],
  why: ["no policy applies to the workload: every request is let through"],
};

export function changeOf(before: SideAnswer, after: SideAnswer): Change | undefined {
  if (before.decision !== after.decision)
    return before.decision === "allowed" ? "allowed → denied" : "denied → allowed";
  if (before.status !== after.status || before.reason !== after.reason) return "another refusal";
  return before.headers.join() === after.headers.join() ? undefined : "other headers to the upstream";
}

/** `allow`, `403 RBAC: access denied` */
export const answerText = ({ status, reason }: SideAnswer): string =>
  status === undefined
    ? "allow"
    : decisionText({ answer: { status, details: "", headers: [], body: "" }, reason });
