// A request and its answer, kept as a case.

import type { Explanation } from "../../policies/explanation/explanation.js";
import { momentText } from "../../policies/text/moment.js";
import type { KeptCase, Scene } from "./scene.js";

/** The answer as a test expects it; undefined if it is not known, which no test can expect. */
export function keptCase(scene: Scene, { decision, status, reason, now }: Explanation): KeptCase | undefined {
  const { request, token, claims, cases } = scene;
  if (decision === "unknown" || decision === "answered" || token === "pasted") return undefined;
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
