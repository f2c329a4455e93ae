// A client's request as Envoy's HTTP connection manager hands it to its filters, as far as policies can tell.

import { bytesToText } from "../../host/index.js";
import type { FieldText, Request } from "./request.js";

/** What Envoy takes out of a request (observed; tests/differential/evaluation.test.ts): whether it keeps a field with this value. */
const kept: ReadonlyMap<string, (value: string) => boolean> = new Map([
  // Between two hops only (RFC 9110 §7.6.1).
  ["connection", () => false],
  ["te", (value) => value === "trailers"],
  // For Envoy alone to say.
  ["x-envoy-internal", () => false],
  ["x-envoy-expected-rq-timeout-ms", () => false],
  ["referer", isReferer],
]);

/** An absolute URL without what RFC 9110 §10.1.3 forbids. */
function isReferer(value: string): boolean {
  return /^https?:\/\/[^/?#@]+(?:[/?][^#]*)?$/i.test(value);
}

/**
 * The request without fields that end at Envoy and blanks around values, with `x-forwarded-proto` where no proxy before it has added that, and with the scheme that
 * follows from it (envoy source/common/http/conn_manager_utility.cc, mutateRequestHeaders, without use_remote_address).
 */
export function asReceived<R extends Request>(request: R): R {
  const { scheme = "http" } = request;
  const headers = (request.headers ?? [])
    .map(([name, value]) => [name, withoutBlanks(value)] as const)
    .filter(([name, value]) => kept.get(textOf(name).toLowerCase())?.(textOf(value)) ?? true);
  const sent = headers.find(([name]) => textOf(name).toLowerCase() === "x-forwarded-proto")?.[1];
  if (sent === undefined) return { ...request, headers: [...headers, ["x-forwarded-proto", scheme]] };
  const proto = textOf(sent).toLowerCase();
  return proto === "http" || proto === "https"
    ? { ...request, headers, scheme: proto }
    : { ...request, headers };
}

/** Blanks around a value are no part of it (RFC 9110 §5.5). */
function withoutBlanks(value: FieldText): FieldText {
  if (typeof value === "string") return value.replace(/^[ \t]+|[ \t]+$/g, "");
  const isBlank = (byte: number) => byte === 0x20 || byte === 0x09;
  const first = value.findIndex((byte) => !isBlank(byte));
  return first < 0
    ? new Uint8Array()
    : value.subarray(first, value.findLastIndex((byte) => !isBlank(byte)) + 1);
}

const textOf = (text: FieldText) => (typeof text === "string" ? text : bytesToText(text));
