/** Fetches of key sets: dispatched HTTP calls at the edge of keys/. */
import { BufferType, bufferBytes } from "../abi/buffer";
import { HeaderMap, headerValue } from "../abi/headers";
import { dispatchedCall, dispatchHttpCall } from "../abi/http_call";
import { serializePairs } from "../abi/pairs";
import { Result } from "../abi/result";
import { Status } from "../decision/status";
import { KeySet } from "../jose/key_set";
import { FetchOutcome, MAX_JWKS_BYTES } from "../keys/fetch_outcome";
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import { Span, spanEquals, spanIsMissing, spanLength } from "../memory/span";
import { KeyEndpoint, NO_CALL } from "./key_endpoint";

const METHOD = utf8(":method");
const GET = utf8("GET");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");
const SCHEME = utf8(":scheme");
const STATUS = utf8(":status");
const HTTP_OK = utf8("200");
const ACCEPT = utf8("accept");
const JSON_TYPES = utf8("application/json, application/jwk-set+json");
const HEADERS: u32 = 5;

/** Starts a fetch; false if the host refuses it, and then the source has been told. */
export function startFetch(endpoint: KeyEndpoint, now: i64): bool {
  const pairs = allocate((<usize>HEADERS) << 4);
  let headers: Span = 0;
  if (pairs != 0) {
    setPair(pairs, 0, METHOD, GET);
    setPair(pairs, 1, PATH, endpoint.path);
    setPair(pairs, 2, AUTHORITY, endpoint.authority);
    setPair(pairs, 3, SCHEME, endpoint.scheme);
    setPair(pairs, 4, ACCEPT, JSON_TYPES);
    headers = serializePairs(pairs, HEADERS);
  }
  if (spanIsMissing(headers) || dispatchHttpCall(endpoint.cluster, headers, endpoint.timeout) != Result.Ok) {
    endpoint.source.ended(now, FetchOutcome.NotDispatched, null, <u32>now);
    return false;
  }
  endpoint.call = dispatchedCall;
  endpoint.source.started();
  return true;
}

function setPair(pairs: usize, index: usize, name: Span, value: Span): void {
  store<u64>(pairs + (index << 4), name);
  store<u64>(pairs + (index << 4), value, 8);
}

/** The answer to a fetch is there: reads it and tells the source. */
export function endFetch(endpoint: KeyEndpoint, now: i64, headerCount: u32, bodyLength: u32): void {
  endpoint.call = NO_CALL;
  let keys: KeySet | null = null;
  let outcome = FetchOutcome.Good;
  if (headerCount == 0) outcome = FetchOutcome.NoAnswer;
  else if (!spanEquals(headerValue(HeaderMap.HttpCallResponseHeaders, STATUS), HTTP_OK))
    outcome = FetchOutcome.BadHttpStatus;
  else if (bodyLength == 0) outcome = FetchOutcome.EmptyBody;
  else if (bodyLength > MAX_JWKS_BYTES) outcome = FetchOutcome.TooLarge;
  else {
    const body = bufferBytes(BufferType.HttpCallResponseBody, bodyLength);
    // A body that the host hands over only in part would be a set with keys missing.
    if (spanLength(body) != bodyLength) outcome = FetchOutcome.NoAnswer;
    else {
      const set = KeySet.read(body);
      if (set.status == Status.Ok) keys = set;
      else {
        set.release();
        outcome = FetchOutcome.BadKeySet;
      }
    }
  }
  endpoint.source.ended(now, outcome, keys, <u32>now);
}
