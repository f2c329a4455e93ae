// A request and its answer, kept as a case.

import type { Explanation } from "../../policies/explanation/explanation.js";
import type { Explained } from "../../policies/explain.js";
import { momentText } from "../../policies/text/moment.js";
import type { KeptCase, Scene } from "./scene.js";

/** The case, or why there can be none. */
export type Kept = { readonly kept: KeptCase } | { readonly why: string };

/** @param answer to the scene as it stands; undefined: there is none yet */
export function keptCase(scene: Scene, answer: Explained | { readonly kind: "unasked" } | undefined): Kept {
  if (answer?.kind !== "explained") return { why: "There is no answer to keep." };
  if (scene.token === "pasted")
    return { why: "A test file holds no token: take its claims first, and keep the request then." };
  const { decision } = answer.explanation;
  if (decision === "unknown")
    return { why: "An answer that is not known is nothing that a test could expect." };
  if (decision === "answered") return { why: "What the filter tells about itself is kept in no test." };
  return { kept: caseOf(scene, { ...answer.explanation, decision }) };
}

function caseOf(
  scene: Scene,
  {
    decision,
    status,
    reason,
    now,
  }: Pick<Explanation, "status" | "reason" | "now"> & { readonly decision: "allowed" | "denied" },
): KeptCase {
  const { request, token, claims, cases } = scene;
  const title = `${request.method} ${request.url}, ${decision === "allowed" ? "allowed" : `${status ?? 403}`}`;
  const known = new Set(cases.map(({ name }) => name));
  let name = title;
  for (let i = 2; known.has(name); i++) name = `${title} (${i})`;
  return {
    name,
    request: { ...request, now: now === undefined ? request.now : momentText(now) },
    claims: token === "claims" ? claims : undefined,
    expect:
      decision === "allowed"
        ? { decision }
        : { decision, status: status ?? 403, reason: reason ?? "RBAC: access denied" },
  };
}
