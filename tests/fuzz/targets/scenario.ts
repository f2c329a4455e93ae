// What a whole-request input is: a configuration by its number, and steps, as JSON in a byte string. What is no scenario, or has parts that
// are none, is read as far as it goes: a mutator may break anything.
//
// «HS256 {"iss":"…"}» in a header value or a path stands for a token of that payload, signed as that algorithm.

import { keySet, signedAlgorithms, signedToken } from "../signing-keys.js";

export type Step =
  | { readonly do: "request"; readonly headers: readonly (readonly [string, string])[] }
  /** Answers the dispatched call of this number. `@keys` as body is the fuzzer's key set. */
  | {
      readonly do: "answer";
      readonly call: number;
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: string;
    }
  | { readonly do: "reset"; readonly call: number }
  | { readonly do: "advance"; readonly milliseconds: number }
  /** The client of the request of this number leaves. */
  | { readonly do: "leave"; readonly request: number };

export interface Scenario {
  readonly configuration: number;
  readonly steps: readonly Step[];
}

/** More steps than these are not run: an input is to stay fast. */
const MAX_STEPS = 24;
const MAX_HEADERS = 64;
const LONGEST_ADVANCE = 200_000;

/** Undefined if the text is no JSON object. */
export function readScenario(text: string): Scenario | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const steps = Array.isArray(value["steps"]) ? value["steps"].slice(0, MAX_STEPS).flatMap(readStep) : [];
  return { configuration: wholeNumber(value["configuration"]), steps };
}

function readStep(value: unknown): Step[] {
  if (!isRecord(value)) return [];
  switch (value["do"]) {
    case "request":
      return [{ do: "request", headers: readHeaders(value["headers"]) }];
    case "answer":
      return [
        {
          do: "answer",
          call: wholeNumber(value["call"]),
          status: wholeNumber(value["status"]),
          headers: readHeaders(value["headers"]),
          body: typeof value["body"] === "string" ? value["body"] : "",
        },
      ];
    case "reset":
      return [{ do: "reset", call: wholeNumber(value["call"]) }];
    case "advance":
      return [{ do: "advance", milliseconds: Math.min(wholeNumber(value["milliseconds"]), LONGEST_ADVANCE) }];
    case "leave":
      return [{ do: "leave", request: wholeNumber(value["request"]) }];
    default:
      return [];
  }
}

function readHeaders(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_HEADERS).flatMap((pair: unknown) => {
    if (!Array.isArray(pair)) return [];
    const [name, text] = pair as unknown[];
    return typeof name === "string" && typeof text === "string"
      ? [[byteString(name), byteString(text)] as const]
      : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wholeNumber(value: unknown): number {
  return typeof value === "number" && value >= 0 && value < 2 ** 31 ? Math.floor(value) : 0;
}

/** Characters beyond a byte as UTF-8. */
function byteString(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** A text with tokens in the place of «…», and their payloads as base64url. */
export function withTokens(text: string, payloads: Set<string>): string {
  return text.replace(/\xab(\w+) ([^\xbb]*)\xbb/g, (whole, name: string, payload: string) => {
    const algorithm = signedAlgorithms.find((known) => known === name);
    if (algorithm === undefined) return whole;
    const token = signedToken(algorithm, `{"alg":"${algorithm}"}`, payload);
    payloads.add(token.split(".")[1] ?? "");
    return token;
  });
}

export function bodyOf(step: { readonly body: string }): string {
  return step.body === "@keys" ? JSON.stringify(keySet) : step.body;
}
