// An evaluation against what a test expects of it.

import { textFromBase64url } from "../../text/base64url.js";
import { RE2JS } from "re2js";
import type { Answer, Evaluation, HeaderField } from "../../evaluation/evaluation.js";
import type { Json } from "../../resources/tree.js";
import { meansRule, shortRuleName } from "../../policy-model/rule-name.js";
import type { Expectation, ExpectedHeader } from "../suite/suite.js";

/** Something that is not as expected. Both texts are for people. */
export interface Mismatch {
  /** `decision`, `status`, `reason`, `policy`, `principal`, `upstream.path`, `upstream header x-user` … */
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** Everything that is not as expected; nothing if the test passes. */
export function compare(expect: Expectation, evaluation: Evaluation): Mismatch[] {
  const { decision, status } = expect;
  // What follows from the wrong decision would only be noise beside it.
  if (decision !== undefined && decision !== evaluation.decision) {
    const wanted = { allowed: "allow", answered: "200", denied: String(status ?? "deny") };
    return [{ what: "decision", expected: wanted[decision], seen: decisionText(evaluation) }];
  }
  const found = new Mismatches();
  if (status !== undefined && evaluation.answer !== undefined) {
    found.check("status", status === evaluation.answer.status, String(status), decisionText(evaluation));
  }
  const { reason, policy, principal } = evaluation;
  if (expect.reason !== undefined) {
    found.check("reason", expect.reason === (reason ?? null), shown(expect.reason), shown(reason));
  }
  if (expect.policy !== undefined) {
    const means =
      policy === undefined
        ? expect.policy === null
        : expect.policy !== null && meansRule(expect.policy, policy);
    found.check(
      "policy",
      means,
      expect.policy ?? "none",
      policy === undefined ? "none" : shortRuleName(policy),
    );
  }
  if (expect.principal !== undefined) {
    found.check(
      "principal",
      expect.principal === (principal ?? null),
      shown(expect.principal),
      shown(principal),
    );
  }
  compareUpstream(expect, evaluation, found);
  compareResponse(expect, evaluation, found);
  return found.all;
}

/** `allow`, or status and reason of the refusal. */
export function decisionText({
  answer,
  reason,
}: {
  answer: Answer | undefined;
  reason: string | undefined;
}): string {
  return answer === undefined ? "allow" : `${answer.status} ${reason ?? ""}`.trimEnd();
}

class Mismatches {
  readonly all: Mismatch[] = [];

  check(what: string, holds: boolean, expected: string, seen: string): void {
    if (!holds) this.all.push({ what, expected, seen });
  }
}

function compareUpstream({ upstream }: Expectation, evaluation: Evaluation, found: Mismatches): void {
  if (upstream === undefined) return;
  const { forwarded } = evaluation;
  if (forwarded === undefined) {
    found.check("decision", false, "a request to the upstream", decisionText(evaluation));
    return;
  }
  const { method, path, host, headers } = upstream;
  const parts = [
    ["method", method, forwarded.method],
    ["path", path, forwarded.path],
    ["host", host, forwarded.authority],
  ] as const;
  for (const [name, wanted, seen] of parts) {
    if (wanted !== undefined) found.check(`upstream.${name}`, wanted === seen, shown(wanted), shown(seen));
  }
  compareHeaders("upstream", headers, forwarded.headers, found);
}

function compareResponse({ response }: Expectation, evaluation: Evaluation, found: Mismatches): void {
  if (response === undefined) return;
  const { answer } = evaluation;
  if (answer === undefined) {
    found.check("decision", false, "a refusal", decisionText(evaluation));
    return;
  }
  if (response.body !== undefined) {
    found.check("response.body", response.body === answer.body, shown(response.body), shown(answer.body));
  }
  compareHeaders("response", response.headers, answer.headers, found);
}

function compareHeaders(
  side: string,
  wanted: Readonly<Record<string, ExpectedHeader>> | undefined,
  headers: readonly HeaderField[],
  found: Mismatches,
): void {
  for (const [name, expected] of Object.entries(wanted ?? {})) {
    const lower = name.toLowerCase();
    const values = headers.filter(([field]) => field.toLowerCase() === lower).map(([, value]) => value);
    const seen = values.length === 0 ? "none" : values.map((value) => shown(value)).join(", ");
    found.check(`${side} header ${name}`, isAsExpected(expected, values), describe(expected), seen);
  }
}

function isAsExpected(expected: ExpectedHeader, values: readonly string[]): boolean {
  if (expected === null) return values.length === 0;
  if (typeof expected === "string") return values.length === 1 && values[0] === expected;
  if (isList(expected)) return JSON.stringify(expected) === JSON.stringify(values);
  const { present, matches, payload } = expected;
  return (
    (present === undefined || present === values.length > 0) &&
    (matches === undefined || values.some((value) => RE2JS.compile(matches).matcher(value).find())) &&
    (payload === undefined || values.some((value) => contains(decoded(value), payload)))
  );
}

const isList = (expected: ExpectedHeader): expected is readonly string[] => Array.isArray(expected);

function describe(expected: ExpectedHeader): string {
  if (expected === null) return "none";
  if (typeof expected === "string") return shown(expected);
  if (isList(expected)) return expected.map((value) => shown(value)).join(", ");
  const parts = Object.entries(expected).map(([what, value]) => `${what}: ${JSON.stringify(value)}`);
  return `{ ${parts.join(", ")} }`;
}

/** The JSON in base64 or base64url; undefined if there is none. */
function decoded(value: string): unknown {
  try {
    return JSON.parse(textFromBase64url(value));
  } catch {
    return undefined;
  }
}

/** Whether the value is `wanted`, or an object with its members and maybe others. */
function contains(value: unknown, wanted: Json): boolean {
  if (typeof wanted !== "object" || wanted === null) return value === wanted;
  if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(wanted))
    return false;
  if (Array.isArray(wanted)) {
    const items = value as unknown[];
    return items.length === wanted.length && wanted.every((item, i) => contains(items[i], item));
  }
  const members = value as Record<string, unknown>;
  return Object.entries(wanted).every(([name, one]) => contains(members[name], one));
}

const shown = (text: string | null | undefined) =>
  text === null || text === undefined ? "none" : JSON.stringify(text);
