// A step as the shell line that sends the same request.

import type { Step } from "./steps.js";

/** `curl -s -H "Authorization: Bearer $TOKEN" http://127.0.0.1:10000/headers` and the like, fit to be copied. */
export function curlLine(step: Step, port: number): string {
  const words = ["curl", "-s"];
  if (step.method !== undefined) words.push("-X", step.method);
  for (const [name, value] of Object.entries(step.headers ?? {})) words.push("-H", `"${name}: ${value}"`);
  const { bearer } = step;
  // Double quotes: the shell puts the token in.
  if (bearer !== undefined) {
    words.push("-H", `"Authorization: Bearer ${typeof bearer === "string" ? `$${bearer}` : bearer.text}"`);
  }
  words.push(`http://127.0.0.1:${port}${step.path ?? "/headers"}`);
  return words.join(" ");
}
