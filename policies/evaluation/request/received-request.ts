// A client's request as Envoy's HTTP connection manager hands it to its filters, as far as policies can tell.

import { bytesToText } from "../../../host/index.js";
import { fieldAtEnvoy, surroundings } from "./hop-fields.js";
import type { FieldText, HeaderLine, Request } from "./request.js";

/**
 * The request without what ends at Envoy: fields between two hops, blanks around values, what only Envoy says. With `x-forwarded-proto` where
 * no proxy before it has added that, and with the scheme that follows from it (envoy source/common/http/conn_manager_utility.cc,
 * mutateRequestHeaders, without use_remote_address).
 */
export function asReceived<R extends Request>(request: R): R {
  const { scheme = "http" } = request;
  const headers = withoutHopFields(request);
  const sent = valueOf(headers, "x-forwarded-proto");
  if (sent === undefined) return { ...request, headers: [...headers, ["x-forwarded-proto", scheme]] };
  const proto = sent.toLowerCase();
  return proto === "http" || proto === "https"
    ? { ...request, headers, scheme: proto }
    : { ...request, headers };
}

function withoutHopFields({ headers = [], certificate = {} }: Request): HeaderLine[] {
  const trimmed = headers.map(([name, value]): HeaderLine => [name, withoutBlanks(value)]);
  const hasCertificate = Object.values(certificate).some((name) => name !== undefined);
  const around = surroundings((name) => valueOf(trimmed, name), hasCertificate);
  return trimmed.flatMap(([name, value]): HeaderLine[] => {
    const text = textOf(value);
    const left = fieldAtEnvoy(textOf(name).toLowerCase(), text, around);
    return left === undefined ? [] : [[name, left === text ? value : left]];
  });
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

function valueOf(headers: readonly HeaderLine[], wanted: string): string | undefined {
  const found = headers.find(([name]) => textOf(name).toLowerCase() === wanted);
  return found === undefined ? undefined : textOf(found[1]);
}

const textOf = (text: FieldText) => (typeof text === "string" ? text : bytesToText(text));
