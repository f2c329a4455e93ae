/** What a protected resource answers: its metadata (RFC 9728 §3.2), and the challenges of its refusals (RFC 6750 §3, RFC 9728 §5.1). */
import { addField, beginFields, endFields } from "../../abi/layout/fields";
import { sendLocalResponse } from "../../abi/calls/stream";
import { INVALID_TOKEN } from "../../decision/challenge";
import { Status, httpCode, statusText } from "../../decision/status";
import { beginText, endText, writeSpan } from "../../memory/byte_writer";
import { utf8 } from "../../memory/persistent";
import { Span, spanLength } from "../../memory/span";
import { ProtectedResource } from "./protected_resource";

const CONTENT_TYPE = utf8("content-type");
const JSON_TYPE = utf8("application/json");
const CACHE_CONTROL = utf8("cache-control");
const MAX_AGE = utf8("max-age=300");
const ALLOW_ORIGIN = utf8("access-control-allow-origin");
const ALLOW_HEADERS = utf8("access-control-allow-headers");
const ANY = utf8("*");

const INSUFFICIENT_SCOPE = utf8(', error="insufficient_scope"');
const SCOPE = utf8(', scope="');
const BLANK = utf8(" ");
const QUOTE = utf8('"');

/**
 * Answers a request for the metadata. It is public, and clients that run in a browser ask for it from other origins with a header of their own
 * (MCP-Protocol-Version), which makes browsers send a preflight: that has the same answer.
 */
export function answerMetadata(resource: ProtectedResource): void {
  beginFields();
  addField(CONTENT_TYPE, JSON_TYPE);
  addField(CACHE_CONTROL, MAX_AGE);
  addField(ALLOW_ORIGIN, ANY);
  addField(ALLOW_HEADERS, ANY);
  const status = Status.MetadataTold;
  sendLocalResponse(httpCode(status), statusText(status), resource.metadata, endFields());
}

/**
 * The value of WWW-Authenticate: without error where no token came (RFC 6750 §3.1).
 * @param scopes with ScopeNeeded: which of the resource's scopes would let the request through
 * @returns NO_SPAN if the arena is exhausted
 */
export function resourceChallenge(resource: ProtectedResource, status: Status, scopes: u64): Span {
  beginText();
  writeSpan(resource.challenge);
  if (status == Status.ScopeNeeded) {
    writeSpan(INSUFFICIENT_SCOPE);
    for (let rest = scopes; rest != 0; rest &= rest - 1) {
      writeSpan(rest == scopes ? SCOPE : BLANK);
      writeSpan(unchecked(resource.scopes[<i32>ctz<u64>(rest)]));
    }
    writeSpan(QUOTE);
  } else if (status != Status.JwtMissed && status != Status.IdentityNeeded) {
    writeSpan(INVALID_TOKEN);
  } else if (spanLength(resource.firstScopes) > 0) {
    writeSpan(SCOPE);
    writeSpan(resource.firstScopes);
    writeSpan(QUOTE);
  }
  return endText();
}
