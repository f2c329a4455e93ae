/** A token against the profile of its rule, at every request: nothing of it is remembered with the token. */
import { JsonError, JsonKind, JsonNode, NO_NODE, parseJson, ROOT } from "../../claims/json";
import { Status } from "../../decision/status";
import { decodeBase64Url } from "../../jose/encoding/base64url";
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import {
  lowerCase,
  NO_SPAN,
  Span,
  span,
  spanAddress,
  spanEquals,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { Token } from "../../token/token";
import { isName } from "../configuration/issuer_tenants";
import { CertificateBinding, TokenProfile } from "../configuration/token_profile";
import { checkBinding } from "./check_binding";

const IAT = utf8("iat");
const EXP = utf8("exp");
const TYP = utf8("typ");
const APPLICATION = utf8("application/");
const SUB = utf8("sub");
const JWT = utf8("application/jwt");
const JOSE = utf8("application/jose");
const DOT = utf8(".");
const DOTS = utf8("..");

/** @param now seconds since 1970. @returns Ok, or what the token lacks; without memory it lacks the `typ` */
export function checkProfile(profile: TokenProfile, token: Token, now: u64): Status {
  if (((profile.algorithms >> token.algorithm) & 1) == 0) return Status.JwtHeaderAlgNotAllowed;
  const readsTyp = spanLength(profile.typ) > 0 || spanLength(profile.subjects) > 0;
  const typ = readsTyp ? typOf(token.text) : NO_SPAN;
  if (spanLength(profile.typ) > 0 && (spanIsMissing(typ) || !spanEquals(typ, profile.typ)))
    return Status.JwtHeaderTypNotAllowed;
  const claims = token.claims;
  if (spanLength(profile.subjects) > 0) {
    const status = checkSvid(profile.subjects, token, typ);
    if (status != Status.Ok) return status;
  }
  for (let i = 0; i < profile.requiredClaims.length; i++) {
    const name = unchecked(profile.requiredClaims[i]);
    const node = claims.member(ROOT, name);
    // An `exp` of 0 never expires, and null says nothing.
    if (
      node == NO_NODE ||
      claims.kind(node) == JsonKind.Null ||
      (token.expires == 0 && spanEquals(name, EXP))
    )
      return Status.JwtClaimMissing;
  }
  if (profile.maxAge != 0) {
    const node: JsonNode = claims.member(ROOT, IAT);
    if (node == NO_NODE) return Status.JwtClaimMissing;
    const issued = <u64>claims.number(node);
    if (issued > now + profile.clockSkew) return Status.JwtNotYetValid;
    if (now > issued + profile.maxAge + profile.clockSkew) return Status.JwtTooOld;
  }
  if (profile.maxLifetime != 0) {
    if (token.expires == 0) return Status.JwtClaimMissing;
    if (token.expires > now + profile.maxLifetime) return Status.JwtLivesTooLong;
  }
  const binding = profile.certificateBinding;
  return binding == CertificateBinding.None ? Status.Ok : checkBinding(binding, claims);
}

/**
 * What JWT-SVID.md §2 and §3 want of a token besides what the rule and the profile's algorithms say.
 * @param subjects `spiffe://<trust domain>/`
 * @param typ the header's, as `typOf` reads it
 */
function checkSvid(subjects: Span, token: Token, typ: Span): Status {
  if (!spanIsMissing(typ) && !spanEquals(typ, JWT) && !spanEquals(typ, JOSE))
    return Status.JwtHeaderTypNotAllowed;
  if (token.expires == 0) return Status.JwtClaimMissing;
  const subject = token.claims.string(token.claims.member(ROOT, SUB));
  if (!spanStartsWith(subject, subjects)) return Status.JwtSubjectOfOtherDomain;
  // SPIFFE-ID.md §2.2: segments of these letters, none of them empty or of dots that mean another place.
  let from = spanLength(subjects);
  while (true) {
    const slash = spanIndexOf(subject, 0x2f, from);
    const segment = subspan(subject, from, slash < 0 ? spanLength(subject) : <u32>slash);
    if (!isName(segment) || spanEquals(segment, DOT) || spanEquals(segment, DOTS))
      return Status.JwtSubjectOfOtherDomain;
    if (slash < 0) return Status.Ok;
    from = <u32>slash + 1;
  }
}

/** The header's `typ` as a media type; NO_SPAN if it has none, or no memory is left. The header has been read before: it is the first part that is not empty. */
function typOf(text: Span): Span {
  let start: u32 = 0;
  while (start < spanLength(text) && load<u8>(spanAddress(text) + <usize>start) == 0x2e) start++;
  const dot = spanIndexOf(text, 0x2e, start);
  if (dot < 0) return NO_SPAN;
  const bytes = decodeBase64Url(subspan(text, start, <u32>dot));
  if (spanIsMissing(bytes)) return NO_SPAN;
  const header = parseJson(bytes);
  if (header.error != JsonError.None) return NO_SPAN;
  const typ = header.string(header.member(ROOT, TYP));
  return spanIsMissing(typ) ? NO_SPAN : mediaType(typ);
}

/** In lower case, and with the `application/` that may be left out where there is no other slash (RFC 7515 §4.1.9); in the arena. */
export function mediaType(typ: Span): Span {
  const prefix = spanIndexOf(typ, 0x2f, 0) < 0 ? spanLength(APPLICATION) : 0;
  const length = prefix + spanLength(typ);
  const address = allocate(<usize>length);
  if (address == 0) return NO_SPAN;
  memory.copy(address, spanAddress(APPLICATION), <usize>prefix);
  for (let i: u32 = 0; i < spanLength(typ); i++)
    store<u8>(address + <usize>(prefix + i), lowerCase(load<u8>(spanAddress(typ) + <usize>i)));
  return span(address, length);
}
