/** A claim as the text of a header (Istio's outputClaimToHeaders; Envoy authenticator.cc, addJWTClaimToHeader). */
import { JsonDocument, JsonKind, JsonNode, NO_NODE, ROOT } from "../claims/json";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span } from "../memory/span";

const TRUE = utf8("true");
const FALSE = utf8("false");

/** The claim at a path of nested names; NO_SPAN for what gives no header: missing, null. */
export function claimText(claims: JsonDocument, path: StaticArray<Span>): Span {
  let node: JsonNode = ROOT;
  for (let i = 0; i < path.length && node != NO_NODE; i++) node = claims.member(node, unchecked(path[i]));
  const kind = claims.kind(node);
  if (kind == JsonKind.String) return claims.text(node);
  if (kind == JsonKind.True) return TRUE;
  if (kind == JsonKind.False) return FALSE;
  return NO_SPAN;
}
