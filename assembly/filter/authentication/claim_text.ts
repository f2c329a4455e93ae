/** A claim as the text of a header (Istio's outputClaimToHeaders; Envoy authenticator.cc, addJWTClaimToHeader; lists observed on 1.40). */
import { JsonDocument, JsonKind, JsonNode, NO_NODE, ROOT } from "../../claims/json";
import { writeJson } from "../../claims/json_text";
import { headerNumber } from "../../claims/number_text";
import { beginText, endText } from "../../memory/byte_writer";
import { utf8 } from "../../memory/persistent";
import { NO_SPAN, Span, spanIsMissing } from "../../memory/span";
import { encodeBase64 } from "../../claims/base64";

const TRUE = utf8("true");
const FALSE = utf8("false");

/** The claim at a path of nested names; NO_SPAN for what gives no header: missing, null. An empty text gives none either. */
export function claimText(claims: JsonDocument, path: StaticArray<Span>): Span {
  let node: JsonNode = ROOT;
  for (let i = 0; i < path.length && node != NO_NODE; i++) node = claims.member(node, unchecked(path[i]));
  switch (claims.kind(node)) {
    case JsonKind.String:
      return claims.text(node);
    case JsonKind.Number:
      return headerNumber(claims.number(node));
    case JsonKind.True:
      return TRUE;
    case JsonKind.False:
      return FALSE;
    case JsonKind.Array:
    case JsonKind.Object:
      return encodedJson(claims, node);
    default:
      return NO_SPAN;
  }
}

function encodedJson(claims: JsonDocument, node: JsonNode): Span {
  beginText();
  writeJson(claims, node);
  const json = endText();
  return spanIsMissing(json) ? NO_SPAN : encodeBase64(json);
}
