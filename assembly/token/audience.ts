/**
 * Audiences compared as native does (jwt_verify_lib check_audience.cc): without a leading `http://` or `https://` and without one
 * trailing slash, on both sides.
 */
import { JsonDocument, JsonKind, JsonNode, NO_NODE } from "../claims/json";
import { utf8 } from "../memory/persistent";
import { Span, spanAddress, spanEquals, spanLength, spanStartsWith, subspan } from "../memory/span";

const HTTP = utf8("http://");
const HTTPS = utf8("https://");

/** The part of an audience that is compared. */
export function bareAudience(audience: Span): Span {
  let bare = audience;
  if (spanStartsWith(bare, HTTP)) bare = subspan(bare, 7, spanLength(bare));
  else if (spanStartsWith(bare, HTTPS)) bare = subspan(bare, 8, spanLength(bare));
  const length = spanLength(bare);
  if (length > 0 && load<u8>(spanAddress(bare) + <usize>length - 1) == 0x2f)
    bare = subspan(bare, 0, length - 1);
  return bare;
}

/**
 * Whether any audience of the token is among `allowed`, which holds bare audiences. An empty list allows every token; a token without
 * audience is in no list.
 */
export function audienceAllowed(claims: JsonDocument, audience: JsonNode, allowed: StaticArray<Span>): bool {
  if (allowed.length == 0) return true;
  if (audience == NO_NODE) return false;
  if (claims.kind(audience) == JsonKind.String) return isAmong(claims.text(audience), allowed);
  const end = claims.next(audience);
  for (let child = audience + 1; child < end; child = claims.next(child)) {
    if (isAmong(claims.text(child), allowed)) return true;
  }
  return false;
}

function isAmong(audience: Span, allowed: StaticArray<Span>): bool {
  const bare = bareAudience(audience);
  for (let i = 0; i < allowed.length; i++) {
    if (spanEquals(unchecked(allowed[i]), bare)) return true;
  }
  return false;
}
