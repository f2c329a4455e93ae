// What the filter made of a request.

import {
  byteStringToText,
  bytesToText,
  type HeaderMap,
  type Outcome,
  type Stream,
} from "../../host/index.js";
import { metadataTold } from "./outcomes.js";
import type { Step } from "./step.js";

/** Name and value as text: bytes that are not UTF-8 are shown as U+FFFD. */
export type HeaderField = readonly [name: string, value: string];

/** The answer that the filter gives itself, in place of the upstream. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly HeaderField[];
  /** What `%RESPONSE_CODE_DETAILS%` prints. */
  readonly details: string;
}

/** The request as it goes on to the upstream. */
export interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  /** Without pseudo header fields. */
  readonly headers: readonly HeaderField[];
}

/** What the filter has done to one header field (`:path` among them) of a request that goes on. */
export interface HeaderChange {
  readonly name: string;
  /** Values that the client sent; empty: the field was not there. */
  readonly before: readonly string[];
  /** Values that the upstream gets; empty: the field has been removed. */
  readonly after: readonly string[];
}

/** What happens to the header field on its way to the upstream. */
export function changeWord({ before, after }: HeaderChange): "added" | "removed" | "replaced" {
  if (before.length === 0) return "added";
  return after.length === 0 ? "removed" : "replaced";
}

export interface Evaluation {
  /** `answered`: neither, but told what the filter itself knows, a protected resource's metadata. */
  readonly decision: "allowed" | "denied" | "answered";
  /** Text of the outcome as in docs/outcomes.md (`Jwt is expired`); undefined when allowed. */
  readonly reason: string | undefined;
  /** `iss/sub` of the token that gave the request its identity. */
  readonly principal: string | undefined;
  /** `ns[foo]-policy[bar]-rule[0]`: the DENY or ALLOW rule that decided; undefined if none did. */
  readonly policy: string | undefined;
  /** Undefined when allowed. */
  readonly answer: Answer | undefined;
  /** Undefined unless allowed. */
  readonly forwarded: Forwarded | undefined;
  /** In the order of the names' first appearance; none when denied. */
  readonly headerChanges: readonly HeaderChange[];
  /** The way to the decision; without trace only the fetches of keys that failed. */
  readonly steps: readonly Step[];
}

/** @param sent the header fields before the filter saw them */
export function evaluationOf(
  sent: HeaderMap,
  outcome: Outcome,
  stream: Stream,
  steps: readonly Step[],
): Evaluation {
  const note = (name: string) => {
    const value = stream.wasmState(`jwt_policy.${name}`);
    return value === undefined ? undefined : byteStringToText(value);
  };
  const told = { reason: note("reason"), principal: note("principal"), policy: note("policy"), steps };
  switch (outcome.kind) {
    case "continue":
      return {
        ...told,
        decision: "allowed",
        answer: undefined,
        forwarded: forwarded(outcome.headers),
        headerChanges: changes(sent, outcome.headers),
      };
    case "localResponse": {
      const { status, details } = outcome.response;
      const headers = fields(outcome.headers).filter(([name]) => name !== ":status");
      return {
        ...told,
        decision: told.reason === metadataTold ? "answered" : "denied",
        answer: { status, details, headers, body: bytesToText(outcome.body) },
        forwarded: undefined,
        headerChanges: [],
      };
    }
    default:
      throw new Error(`the filter left a request ${outcome.kind}`);
  }
}

function forwarded(headers: HeaderMap): Forwarded {
  const pseudo = (name: string) => byteStringToText(headers.get(name) ?? "");
  return {
    method: pseudo(":method"),
    path: pseudo(":path"),
    authority: pseudo(":authority"),
    headers: fields(headers).filter(([name]) => !name.startsWith(":")),
  };
}

function changes(before: HeaderMap, after: HeaderMap): HeaderChange[] {
  const names = new Set([...before.pairs(), ...after.pairs()].map(([name]) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before.all(name), after.all(name)];
    const same = old.length === now.length && old.every((value, i) => value === now[i]);
    return same
      ? []
      : [
          {
            name: byteStringToText(name),
            before: old.map(byteStringToText),
            after: now.map(byteStringToText),
          },
        ];
  });
}

const fields = (headers: HeaderMap) =>
  headers.pairs().map(([name, value]): HeaderField => [byteStringToText(name), byteStringToText(value)]);
