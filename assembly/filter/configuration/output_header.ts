/** Names of the headers that a rule writes (outputPayloadToHeader, outputClaimToHeaders). */
import { lowerCaseText } from "../../memory/text_case";

/**
 * Fields that say where a message goes and where it ends (RFC 9110 §7.2 and §7.6.1, RFC 9112 §6); Envoy files `host` under `:authority`.
 * Istio takes them; a claim must not decide about any, and the client's own is removed with every request.
 */
const MESSAGE_FIELDS: string[] = [
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Why no rule may write a header of this name; "" if it may. */
export function outputHeaderFault(name: string): string {
  if (name.length == 0) return "must not be empty";
  if (!isHeaderName(name)) return "must be a header name of letters, digits, - and _";
  if (MESSAGE_FIELDS.includes(lowerCaseText(name)))
    return "must not be " + name + ": it frames or routes the request; choose a header of your own";
  return "";
}

/** `^[-_A-Za-z0-9]+$` (Istio's ValidateStrictHTTPHeaderName). */
function isHeaderName(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a && c >= 0x41;
    if (!letter && !(c >= 0x30 && c <= 0x39) && c != 0x2d && c != 0x5f) return false;
  }
  return name.length > 0;
}
