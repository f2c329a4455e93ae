/** Calls that fetch key sets: dispatched HTTP calls at the edge of keys/. */
import { BufferType, bufferBytes } from "../../abi/calls/buffer";
import { HeaderMap, headerValue } from "../../abi/calls/headers";
import { dispatchedCall, dispatchHttpCall } from "../../abi/calls/http_call";
import { serializePairs } from "../../abi/layout/pairs";
import { Result } from "../../abi/layout/result";
import { JsonError, parseJson, ROOT } from "../../claims/json";
import { text } from "../../config/fields";
import { FetchOutcome, MAX_JWKS_BYTES } from "../../keys/fetch_outcome";
import { isJsonType, maxAgeOf } from "../../keys/max_age";
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import {
  NO_SPAN,
  Span,
  spanAddress,
  spanEquals,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { noteFault } from "./fetch_fault";
import { FetchTargets } from "../endpoints/fetch_targets";
import { hasUriCharacters, parseJwksUri } from "../endpoints/jwks_uri";
import { FetchStage, FetchTarget, KeyEndpoint } from "../endpoints/key_endpoint";

const METHOD = utf8(":method");
const GET = utf8("GET");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");
const SCHEME = utf8(":scheme");
const STATUS = utf8(":status");
const HTTP_OK = utf8("200");
const ACCEPT = utf8("accept");
const JSON_TYPES = utf8("application/json, application/jwk-set+json");
const CACHE_CONTROL = utf8("cache-control");
const CONTENT_TYPE = utf8("content-type");
const ISSUER = utf8("issuer");
const JWKS_URI = utf8("jwks_uri");
const HEADERS: u32 = 5;
const HOST_TIMEOUT = utf8("upstream request timeout");
const HOST_RESET = utf8("upstream connect error or disconnect/reset before headers");
const HOST_UNHEALTHY = utf8("no healthy upstream");
const HTTP_STATUS = utf8("the HTTP status is not 200");
const NOT_JSON = utf8("it is an invalid JSON");
const NO_JWKS_URI = utf8("it has no jwks_uri");
const NO_URI = utf8("its jwks_uri is no http or https URI");
const ANOTHER_ISSUER = utf8("its issuer is not the rule's, to the letter");
const ANOTHER_ORIGIN = utf8("its jwks_uri is of another origin: name that in clusters, or give jwksUri");
const LONGEST_HOST_TEXT: u32 = 1024;

/** Starts the call of a stage; false if the host refuses it. */
export function startCall(endpoint: KeyEndpoint, stage: FetchStage): bool {
  const target: FetchTarget | null = endpoint.target(stage);
  const pairs = allocate((<usize>HEADERS) << 4);
  if (target === null || pairs == 0) return false;
  setPair(pairs, 0, METHOD, GET);
  setPair(pairs, 1, PATH, target.path);
  setPair(pairs, 2, AUTHORITY, target.authority);
  setPair(pairs, 3, SCHEME, target.scheme);
  setPair(pairs, 4, ACCEPT, JSON_TYPES);
  const headers = serializePairs(pairs, HEADERS);
  if (spanIsMissing(headers) || dispatchHttpCall(target.cluster, headers, endpoint.timeout) != Result.Ok)
    return false;
  endpoint.call = dispatchedCall;
  endpoint.stage = stage;
  return true;
}

function setPair(pairs: usize, index: usize, name: Span, value: Span): void {
  store<u64>(pairs + (index << 4), name);
  store<u64>(pairs + (index << 4), value, 8);
}

/** After `readAnswer` gave Good: the body, and what it says of its freshness in milliseconds (-1: nothing). */
export let answerBody: Span = NO_SPAN;
export let answerMaxAge: i64 = -1;

/** The body of a call's answer, if it is a good one as far as HTTP goes. @param waited milliseconds since the call started */
export function readAnswer(
  endpoint: KeyEndpoint,
  headerCount: u32,
  bodyLength: u32,
  waited: i64,
): FetchOutcome {
  if (headerCount == 0) return waited >= <i64>endpoint.timeout ? FetchOutcome.Timeout : FetchOutcome.NoAnswer;
  const status = headerValue(HeaderMap.HttpCallResponseHeaders, STATUS);
  if (!spanEquals(status, HTTP_OK)) {
    const isRedirect = spanLength(status) == 3 && load<u8>(spanAddress(status)) == 0x33;
    const outcome = isRedirect ? FetchOutcome.Redirect : badStatus(bodyLength);
    if (isRedirect || outcome == FetchOutcome.BadHttpStatus) noteFault(HTTP_STATUS, status);
    return outcome;
  }
  if (bodyLength == 0) return FetchOutcome.EmptyBody;
  if (bodyLength > MAX_JWKS_BYTES) return FetchOutcome.TooLarge;
  answerMaxAge = maxAgeOf(headerValue(HeaderMap.HttpCallResponseHeaders, CACHE_CONTROL));
  answerBody = bufferBytes(BufferType.HttpCallResponseBody, bodyLength);
  // A body that the host hands over only in part would be a set with keys missing.
  return spanLength(answerBody) == bodyLength ? FetchOutcome.Good : FetchOutcome.NoAnswer;
}

/** Envoy answers itself, with a status and a text of its own, where the issuer does not (measured on 1.36 and 1.40). */
function badStatus(bodyLength: u32): FetchOutcome {
  if (bodyLength == 0 || bodyLength > LONGEST_HOST_TEXT) return FetchOutcome.BadHttpStatus;
  const body = bufferBytes(BufferType.HttpCallResponseBody, bodyLength);
  if (spanEquals(body, HOST_TIMEOUT)) return FetchOutcome.Timeout;
  if (spanStartsWith(body, HOST_RESET) || spanEquals(body, HOST_UNHEALTHY)) return FetchOutcome.NoAnswer;
  return FetchOutcome.BadHttpStatus;
}

/** For a body that cannot be read: because it is of another type altogether, or `otherwise`. */
export function unreadable(otherwise: FetchOutcome): FetchOutcome {
  const type = headerValue(HeaderMap.HttpCallResponseHeaders, CONTENT_TYPE);
  return spanLength(type) > 0 && !isJsonType(type) ? FetchOutcome.WrongContentType : otherwise;
}

/** Reads a provider configuration and notes where its key set is. Good, or why it is refused. */
export function readDiscovery(endpoint: KeyEndpoint, body: Span, targets: FetchTargets): FetchOutcome {
  const document = parseJson(body);
  const from = endpoint.discovery;
  if (document.error != JsonError.None || from === null) return unusable(NOT_JSON);
  // OpenID Connect Discovery 1.0 §4.3: whoever serves another issuer's document here could pass its tokens off as this one's.
  const issuer = document.string(document.member(ROOT, ISSUER));
  if (!spanEquals(issuer, endpoint.issuer)) return refused(FetchOutcome.OtherIssuer, ANOTHER_ISSUER, issuer);
  const uri = document.string(document.member(ROOT, JWKS_URI));
  if (spanIsMissing(uri)) return unusable(NO_JWKS_URI);
  const found = text(uri);
  const known = endpoint.keySet;
  if (known !== null && known.uri == found) return FetchOutcome.Good;
  const parts = hasUriCharacters(uri) ? parseJwksUri(found) : null;
  if (parts === null) return unusable(NO_URI);
  const region = new Region();
  const target = targets.named(found, parts, from, region);
  if (target === null) {
    const origin = subspan(uri, 0, parts.scheme.length + 3 + parts.authority.length);
    return refused(FetchOutcome.OtherOrigin, ANOTHER_ORIGIN, origin);
  }
  endpoint.follow(target, region);
  return FetchOutcome.Good;
}

function unusable(reason: Span): FetchOutcome {
  return refused(unreadable(FetchOutcome.BadDiscovery), reason, NO_SPAN);
}

function refused(outcome: FetchOutcome, reason: Span, found: Span): FetchOutcome {
  noteFault(reason, found);
  return outcome;
}
