/** Names of the headers that a rule writes (outputPayloadToHeader, outputClaimToHeaders). */
import { lowerCaseText } from "../../memory/text_case";
import { isHeaderName } from "../../request/header_name";

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
