/**
 * The `WWW-Authenticate` challenge of a refused token (RFC 6750 §3), as native words it (Envoy jwt_authn filter.cc):
 *
 *     Bearer realm="<scheme>://<authority><path>", error="invalid_token"
 *
 * without the error where no token came (RFC 6750 §3.1).
 * The path is cut to 256 bytes. Tokens in the query are left out: a challenge ends up in logs and on screens.
 */
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, copySpan, span, spanLength, subspan } from "../memory/span";

const MAX_PATH_LENGTH: u32 = 256;
const OPENING = utf8('Bearer realm="');
const SEPARATOR = utf8("://");
const CLOSING = utf8('"');
/** What follows the challenge of a token that is not good (RFC 6750 §3.1). */
export const INVALID_TOKEN = utf8(', error="invalid_token"');
const NO_ERROR = utf8("");

/**
 * @param path with query, without the parameters that carry tokens
 * @param isMissing whether there was no token at all
 * @returns NO_SPAN if the arena is exhausted
 */
export function challenge(scheme: Span, authority: Span, path: Span, isMissing: bool): Span {
  const error = isMissing ? NO_ERROR : INVALID_TOKEN;
  const shown = subspan(path, 0, MAX_PATH_LENGTH);
  const length =
    spanLength(OPENING) +
    spanLength(scheme) +
    spanLength(SEPARATOR) +
    spanLength(authority) +
    spanLength(shown) +
    spanLength(CLOSING) +
    spanLength(error);
  const address = allocate(<usize>length);
  if (address == 0) return NO_SPAN;
  let at = copySpan(address, OPENING);
  at = copySpan(at, scheme);
  at = copySpan(at, SEPARATOR);
  at = copySpan(at, authority);
  at = copySpan(at, shown);
  at = copySpan(at, CLOSING);
  copySpan(at, error);
  return span(address, length);
}
