/** Response-code details, which access logs print as %RESPONSE_CODE_DETAILS%: the same texts as native's. */
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import { Span, copySpan, span, spanLength } from "../memory/span";
import { Status, statusText } from "./status";

const AUTHENTICATION = utf8("jwt_authn_access_denied{");
const AUTHENTICATION_END = utf8("}");
const AUTHORIZATION = utf8("rbac_access_denied_matched_policy[");
const AUTHORIZATION_END = utf8("]");
const NO_POLICY = utf8("none");

/** `jwt_authn_access_denied{Jwt_is_expired}` */
export function authenticationDetails(status: Status): Span {
  return enclose(AUTHENTICATION, statusText(status), AUTHENTICATION_END);
}

/** `rbac_access_denied_matched_policy[ns[foo]-policy[deny]-rule[0]]`, or `[none]` when no ALLOW rule matched. */
export function authorizationDetails(policy: Span): Span {
  return enclose(AUTHORIZATION, spanLength(policy) > 0 ? policy : NO_POLICY, AUTHORIZATION_END);
}

/** The three texts with `_` for every white space; the middle one alone if the arena is exhausted. */
function enclose(opening: Span, text: Span, closing: Span): Span {
  const length = spanLength(opening) + spanLength(text) + spanLength(closing);
  const address = allocate(<usize>length);
  if (address == 0) return text;
  const at = copySpan(copySpan(address, opening), text);
  copySpan(at, closing);
  for (let i = address; i < at; i++) {
    const byte = load<u8>(i);
    if (byte == 0x20 || byte - 0x09 < 5) store<u8>(i, 0x5f);
  }
  return span(address, length);
}
