/**
 * `requestPrincipals` and `request.auth.principal`: issuer and subject of the token, `ISS/SUB` in the policy, split at the last
 * slash since an issuer may be a URL (istio authz/model/generator.go, requestPrincipalGenerator). Here both are one value,
 * `iss 0xFF sub`, so that each of Istio's forms is an exact, leading or trailing run of bytes.
 */
import { JsonDocument, ROOT } from "../../claims/json";
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import {
  NO_SPAN,
  Span,
  copySpan,
  span,
  spanAddress,
  spanIsMissing,
  spanLength,
  subspan,
} from "../../memory/span";
import { RequestAttributes } from "./request_attributes";
import { isSpaceDelimited } from "./space_delimited";
import { PRINCIPAL_SEPARATOR, ValueCheck } from "../values/value_check";
import {
  PatternForm,
  ValuePattern,
  endsWithStar,
  isStar,
  newPattern,
  startsWithStar,
} from "../values/value_pattern";

const ISSUER = utf8("iss");
const SUBJECT = utf8("sub");

/** `issuer 0xFF subject`. */
function joined(region: Region, issuer: Span, subject: Span): Span {
  const length = spanLength(issuer) + 1 + spanLength(subject);
  const start = region.allocate(<usize>length);
  const separator = copySpan(start, issuer);
  store<u8>(separator, PRINCIPAL_SEPARATOR);
  copySpan(separator + 1, subject);
  return span(start, length);
}

/** Compiles one value; the cases and their order are Istio's. */
export function requestPrincipalPattern(region: Region, value: Span): ValuePattern {
  const length = spanLength(value);
  const slash = lastSlash(value);
  const issuer = slash < 0 ? value : subspan(value, 0, slash);
  const subject = slash < 0 ? subspan(value, length, length) : subspan(value, slash + 1, length);
  if (isStar(value))
    return newPattern(
      region,
      PatternForm.Prefix,
      region.keep(subspan(value, 0, 0)),
      ValueCheck.IssuerAndSubject,
    );
  if (startsWithStar(value)) {
    if (slash < 0)
      return newPattern(
        region,
        PatternForm.Suffix,
        region.keep(subspan(value, 1, length)),
        ValueCheck.Issuer,
      );
    // `*/SUB` takes every issuer, but an issuer there must be.
    const check = isStar(issuer) ? ValueCheck.Issuer : ValueCheck.None;
    const end = joined(region, subspan(issuer, 1, spanLength(issuer)), subject);
    return newPattern(region, PatternForm.Suffix, end, check);
  }
  if (endsWithStar(value)) {
    if (slash < 0)
      return newPattern(
        region,
        PatternForm.Prefix,
        region.keep(subspan(value, 0, length - 1)),
        ValueCheck.Subject,
      );
    const check = isStar(subject) ? ValueCheck.Subject : ValueCheck.None;
    const start = joined(region, issuer, subspan(subject, 0, spanLength(subject) - 1));
    return newPattern(region, PatternForm.Prefix, start, check);
  }
  return newPattern(region, PatternForm.Exact, joined(region, issuer, subject));
}

/** Offset of the last slash, -1 if there is none. */
function lastSlash(value: Span): i32 {
  let at = <i32>spanLength(value) - 1;
  while (at >= 0 && load<u8>(spanAddress(value) + <usize>at) != 0x2f) at--;
  return at;
}

/**
 * The request's principal in the arena, or NO_SPAN if the token lacks issuer or subject. A claim that native would have turned
 * into a list (`spaceDelimitedClaims`) is no string any more, so it makes no principal.
 */
export function requestPrincipal(attributes: RequestAttributes): Span {
  const claims = attributes.claims;
  if (changetype<usize>(claims) == 0) return NO_SPAN;
  const issuer = stringClaim(claims, attributes, ISSUER);
  const subject = stringClaim(claims, attributes, SUBJECT);
  if (spanIsMissing(issuer) || spanIsMissing(subject)) return NO_SPAN;
  const issuerLength = <usize>spanLength(issuer);
  const length = issuerLength + 1 + <usize>spanLength(subject);
  const address = allocate(length);
  if (address == 0) return NO_SPAN;
  memory.copy(address, spanAddress(issuer), issuerLength);
  store<u8>(address + issuerLength, PRINCIPAL_SEPARATOR);
  memory.copy(address + issuerLength + 1, spanAddress(subject), <usize>spanLength(subject));
  return span(address, <u32>length);
}

function stringClaim(claims: JsonDocument, attributes: RequestAttributes, name: Span): Span {
  if (isSpaceDelimited(attributes, name)) return NO_SPAN;
  return claims.string(claims.member(ROOT, name));
}
