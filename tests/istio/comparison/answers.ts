// What of an answer must be the same from both.

import { upstreamHeaders, type StageAnswer } from "../stage/request.js";

/** Header fields that each request has its own of, or that name a connection of the mesh. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "traceparent",
  "x-request-id",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-forwarded-client-cert",
  "x-forwarded-proto",
  "x-forwarded-for",
  "x-envoy-attempt-count",
  "x-envoy-decorator-operation",
  "x-envoy-external-address",
  "x-envoy-internal",
  "x-envoy-peer-metadata",
  "x-envoy-peer-metadata-id",
]);

/** An answer in one line: status, and what the upstream saw or the refusal says. */
export function answerLine(answer: StageAnswer): string {
  const seen = upstreamHeaders(answer);
  if (seen !== undefined) {
    const fields = Object.entries(seen).filter(([name]) => !OF_THE_WAY.has(name));
    return `200, the upstream saw ${fields.map(([name, value]) => `${name}: ${value}`).join("; ")}`;
  }
  const challenge = answer.headers["www-authenticate"];
  // Native repeats tokens of the query in it (docs/differences.md).
  const shown =
    challenge === undefined ? "" : `, www-authenticate: ${String(challenge).replace(/\?[^"]*/, "")}`;
  return `${answer.status} ${JSON.stringify(answer.body)}${shown}`;
}
