// One step of the walk: send its request, and compare the answer with the one that Istio's native filters give.

import type { Step } from "./steps.js";
import { payloadOf, type TokenName } from "./tokens.js";

export interface Answer {
  status: number;
  body: string;
  wwwAuthenticate: string | null;
  /** X-Jwt-Payload as it reached the upstream; undefined when it did not, or when the upstream was not reached. */
  payload: string | undefined;
}

/** One thing that is not as expected. */
export interface Difference {
  what: string;
  expected: string;
  got: string;
}

type Compared = string | number | null | undefined;

/** Sends the step's request to the listener on `port`. */
export async function sendStep(
  step: Step,
  port: number,
  tokens: ReadonlyMap<TokenName, string>,
): Promise<Answer> {
  const headers: Record<string, string> = { ...step.headers };
  const token = tokenOf(step, tokens);
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const response = await fetch(urlOf(step, port), { method: step.method ?? "GET", headers });
  const body = await response.text();
  return {
    status: response.status,
    body,
    wwwAuthenticate: response.headers.get("www-authenticate"),
    payload: response.status === 200 ? upstreamHeaders(body)["X-Jwt-Payload"] : undefined,
  };
}

/** What differs from the expected answer; nothing when the step went well. */
export function differences(
  step: Step,
  answer: Answer,
  port: number,
  tokens: ReadonlyMap<TokenName, string>,
): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, expected: Compared, got: Compared) => {
    if (expected !== got) found.push({ what, expected: shown(expected), got: shown(got) });
  };
  const { expect } = step;
  compare("status", expect.status, answer.status);
  if (expect.status === 200) {
    const token = tokenOf(step, tokens);
    compare(
      "X-Jwt-Payload at the upstream",
      expect.claims ? payloadOf(token ?? "") : undefined,
      answer.payload,
    );
  } else {
    compare("body", expect.body, answer.body);
  }
  // RFC 6750 §3, in Envoy's words.
  const challenge = `Bearer realm="${urlOf(step, port)}", error="invalid_token"`;
  compare("WWW-Authenticate", expect.status === 401 ? challenge : null, answer.wwwAuthenticate);
  return found;
}

/** A value for a person to read: of a page that should not have come the beginning will do. */
function shown(value: Compared): string {
  const text = String(value ?? "(none)").replace(/\s+/g, " ");
  return text.length > 400 ? `${text.slice(0, 120)}…` : text;
}

function urlOf(step: Step, port: number): string {
  return `http://127.0.0.1:${port}${step.path ?? "/headers"}`;
}

function tokenOf(step: Step, tokens: ReadonlyMap<TokenName, string>): string | undefined {
  if (step.bearer === undefined) return undefined;
  if (typeof step.bearer !== "string") return step.bearer.text;
  const token = tokens.get(step.bearer);
  if (token === undefined) throw new Error(`No token ${step.bearer} was fetched`);
  return token;
}

function upstreamHeaders(body: string): Record<string, string> {
  try {
    return (JSON.parse(body) as { headers?: Record<string, string> }).headers ?? {};
  } catch {
    return {};
  }
}
