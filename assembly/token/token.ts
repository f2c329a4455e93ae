/**
 * A JWT in JWS compact form (RFC 7515 §7.1), parsed once: split, decoded, typed claims checked, in native's order (jwt_verify_lib jwt.cc), so
 * that the first fault that is found is the one that native reports.
 */
import { JsonDocument, JsonError, JsonKind, JsonNode, NO_NODE, parseJson, ROOT } from "../claims/json";
import { Status } from "../decision/status";
import { AlgorithmId, algorithmOf, NO_ALGORITHM } from "../jose/algorithm";
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import {
  NO_SPAN,
  Span,
  span,
  spanAddress,
  spanEnd,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  subspan,
} from "../memory/span";
import { decodeBase64Url } from "../jose/encoding/base64url";


@unmanaged
export class Token {
  /** `Ok`, or why the token cannot be read; then only `text` is to be relied on. */
  status: Status;
  algorithm: AlgorithmId;
  /** The token as it came. */
  text: Span;
  /** What is signed: header and payload as they came, with the dot between them. */
  signedText: Span;
  /** The payload as it came, base64url. */
  payloadText: Span;
  signature: Span;
  /** Header `kid`; NO_SPAN if absent. */
  keyId: Span;
  claims: JsonDocument;
  /** Claim `iss`; an empty span if absent, as native has it. */
  issuer: Span;
  /** Claims `exp` and `nbf` in seconds since 1970; 0 if absent. */
  expires: u64;
  notBefore: u64;
  /** Node of claim `aud`, a string or a list of strings; NO_NODE if absent. */
  audience: JsonNode;
}

const ALG = utf8("alg");
const KID = utf8("kid");
const CRIT = utf8("crit");
const ISS = utf8("iss");
const SUB = utf8("sub");
const IAT = utf8("iat");
const NBF = utf8("nbf");
const EXP = utf8("exp");
const JTI = utf8("jti");
const AUD = utf8("aud");
const EMPTY = utf8("");
const DOT: u8 = 0x2e;

/** 2^64 as a double: the least number that no unsigned 64-bit integer holds. */
const TWO_TO_64: f64 = 18446744073709551616.0;

/** Parses `text` into a token in the arena; null (address 0) if the arena is exhausted. */
export function parseToken(text: Span): Token {
  const token = changetype<Token>(allocate(offsetof<Token>()));
  if (changetype<usize>(token) == 0) return token;
  memory.fill(changetype<usize>(token), 0, offsetof<Token>());
  token.text = text;
  token.issuer = EMPTY;
  token.algorithm = NO_ALGORITHM;
  token.status = parseParts(token);
  return token;
}

function parseParts(token: Token): Status {
  // absl::StrSplit with SkipEmpty: empty parts do not count, whatever the number of dots.
  let header = NO_SPAN;
  let payload = NO_SPAN;
  let signature = NO_SPAN;
  let parts = 0;
  const end = spanLength(token.text);
  for (let start: u32 = 0; start < end;) {
    const dot = spanIndexOf(token.text, DOT, start);
    const stop = dot < 0 ? end : <u32>dot;
    if (stop > start) {
      const part = subspan(token.text, start, stop);
      if (parts == 0) header = part;
      else if (parts == 1) payload = part;
      else signature = part;
      if (++parts > 3) return Status.JwtBadFormat;
    }
    start = stop + 1;
  }
  if (parts != 3) return Status.JwtBadFormat;
  let status = parseHeader(token, header);
  if (status != Status.Ok) return status;
  status = parsePayload(token, payload);
  if (status != Status.Ok) return status;
  token.signature = decodeBase64Url(signature);
  if (spanIsMissing(token.signature)) return Status.JwtSignatureParseErrorBadBase64;
  token.payloadText = payload;
  token.signedText = signedText(header, payload);
  return spanIsMissing(token.signedText) ? Status.FilterFailure : Status.Ok;
}

/** Header and payload stand side by side in the token, unless empty parts lie between them. */
function signedText(header: Span, payload: Span): Span {
  const length = spanLength(header) + 1 + spanLength(payload);
  if (spanEnd(header) + 1 == spanAddress(payload)) return span(spanAddress(header), length);
  const address = allocate(<usize>length);
  if (address == 0) return NO_SPAN;
  memory.copy(address, spanAddress(header), <usize>spanLength(header));
  const dot = address + <usize>spanLength(header);
  store<u8>(dot, 0x2e);
  memory.copy(dot + 1, spanAddress(payload), <usize>spanLength(payload));
  return span(address, length);
}

function parseHeader(token: Token, part: Span): Status {
  const bytes = decodeBase64Url(part);
  if (spanIsMissing(bytes)) return Status.JwtHeaderParseErrorBadBase64;
  const header = parseJson(bytes);
  if (!isStruct(header)) return Status.JwtHeaderParseErrorBadJson;
  const name = header.string(header.member(ROOT, ALG));
  if (spanIsMissing(name)) return Status.JwtHeaderBadAlg;
  token.algorithm = algorithmOf(name);
  if (token.algorithm == NO_ALGORITHM) return Status.JwtHeaderNotImplementedAlg;
  const keyId = header.member(ROOT, KID);
  if (keyId != NO_NODE) {
    token.keyId = header.string(keyId);
    if (spanIsMissing(token.keyId)) return Status.JwtHeaderBadKid;
  }
  // RFC 7515 §4.1.11: what is listed must be understood, and no extension is. Any other value, an empty list too, is no valid `crit`.
  return header.member(ROOT, CRIT) == NO_NODE ? Status.Ok : Status.JwtHeaderCritical;
}

/** Whether a document is a protobuf Struct as native reads it: an object, or `null` for an empty one (observed on Envoy 1.40). */
function isStruct(document: JsonDocument): bool {
  if (document.error != JsonError.None) return false;
  const kind = document.kind(ROOT);
  return kind == JsonKind.Object || kind == JsonKind.Null;
}

/** After `readTime`: the claim's value in seconds. */
let time: u64 = 0;

function parsePayload(token: Token, part: Span): Status {
  const bytes = decodeBase64Url(part);
  if (spanIsMissing(bytes)) return Status.JwtPayloadParseErrorBadBase64;
  const claims = parseJson(bytes);
  if (!isStruct(claims)) return Status.JwtPayloadParseErrorBadJson;
  token.claims = claims;
  const issuer = claims.member(ROOT, ISS);
  if (issuer != NO_NODE) {
    token.issuer = claims.string(issuer);
    if (spanIsMissing(token.issuer)) return Status.JwtPayloadParseErrorIssNotString;
  }
  if (isNoString(claims, SUB)) return Status.JwtPayloadParseErrorSubNotString;
  let status = readTime(claims, IAT, Status.JwtPayloadParseErrorIatNotInteger);
  if (status != Status.Ok) return status;
  status = readTime(claims, NBF, Status.JwtPayloadParseErrorNbfNotInteger);
  if (status != Status.Ok) return status;
  token.notBefore = time;
  status = readTime(claims, EXP, Status.JwtPayloadParseErrorExpNotInteger);
  if (status != Status.Ok) return status;
  token.expires = time;
  if (isNoString(claims, JTI)) return Status.JwtPayloadParseErrorJtiNotString;
  token.audience = claims.member(ROOT, AUD);
  return audienceIsWellFormed(claims, token.audience) ? Status.Ok : Status.JwtPayloadParseErrorAudNotString;
}

/** Whether a claim is there and is not a string. */
function isNoString(claims: JsonDocument, name: Span): bool {
  const node = claims.member(ROOT, name);
  return node != NO_NODE && claims.kind(node) != JsonKind.String;
}

/**
 * A time claim: any number of [0, 2^64), fractions cut off (jwt_verify_lib struct_utils.cc, GetUInt64). `notInteger` is the status for a
 * claim that is no number; the one for a number out of range stands next to it in the enum.
 */
function readTime(claims: JsonDocument, name: Span, notInteger: Status): Status {
  time = 0;
  const node = claims.member(ROOT, name);
  if (node == NO_NODE) return Status.Ok;
  if (claims.kind(node) != JsonKind.Number) return notInteger;
  const value = claims.number(node);
  if (!(value >= 0 && value < TWO_TO_64)) return notInteger + 1;
  time = <u64>value;
  return Status.Ok;
}

function audienceIsWellFormed(claims: JsonDocument, node: JsonNode): bool {
  if (node == NO_NODE || claims.kind(node) == JsonKind.String) return true;
  if (claims.kind(node) != JsonKind.Array) return false;
  const end = claims.next(node);
  for (let child = node + 1; child < end; child = claims.next(child)) {
    if (claims.kind(child) != JsonKind.String) return false;
  }
  return true;
}

/** What native allows clocks to differ by, in seconds (jwt_verify_lib kClockSkewInSecond); Istio does not set it. */
export const CLOCK_SKEW: u64 = 60;

/** `nbf` and `exp` against `now`, in seconds since 1970. No `exp`, or 0, never expires. */
export function checkTime(token: Token, now: u64, clockSkew: u64 = CLOCK_SKEW): Status {
  if (now + clockSkew < token.notBefore) return Status.JwtNotYetValid;
  if (token.expires != 0 && now > token.expires + clockSkew) return Status.JwtExpired;
  return Status.Ok;
}
