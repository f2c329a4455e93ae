/**
 * `requestPrincipals` and `request.auth.principal`: issuer and subject of the token, `ISS/SUB` in the policy, split at the last
 * slash since an issuer may be a URL (istio authz/model/generator.go, requestPrincipalGenerator). Here both are one value,
 * `iss 0xFF sub`, so that each of Istio's forms is an exact, leading or trailing run of bytes.
 */
import { JsonDocument, ROOT } from "../../claims/json";
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { NO_SPAN, Span, span, spanAddress, spanIsMissing, spanLength } from "../../memory/span";
import { RequestAttributes } from "./request_attributes";
import { isSpaceDelimited } from "./space_delimited";
import { PRINCIPAL_SEPARATOR, ValueCheck } from "../values/value_check";
import { PatternForm, ValuePattern } from "../values/value_pattern";

const ISSUER = utf8("iss");
const SUBJECT = utf8("sub");

/** `issuer 0xFF subject`. */
function joined(region: Region, issuer: string, subject: string): Span {
  const issuerLength = String.UTF8.byteLength(issuer);
  const length = issuerLength + 1 + String.UTF8.byteLength(subject);
  const address = region.allocate(<usize>length);
  String.UTF8.encodeUnsafe(changetype<usize>(issuer), issuer.length, address);
  store<u8>(address + <usize>issuerLength, PRINCIPAL_SEPARATOR);
  String.UTF8.encodeUnsafe(changetype<usize>(subject), subject.length, address + <usize>issuerLength + 1);
  return span(address, <u32>length);
}

/** Compiles one value; the cases and their order are Istio's. */
export function requestPrincipalPattern(region: Region, value: string): ValuePattern {
  const slash = value.lastIndexOf("/");
  const issuer = slash < 0 ? value : value.substr(0, slash);
  const subject = slash < 0 ? "" : value.substr(slash + 1);
  if (value == "*")
    return new ValuePattern(PatternForm.Prefix, region.keepText(""), ValueCheck.IssuerAndSubject);
  if (value.startsWith("*")) {
    if (slash < 0)
      return new ValuePattern(PatternForm.Suffix, region.keepText(value.substr(1)), ValueCheck.Issuer);
    // `*/SUB` takes every issuer, but an issuer there must be.
    const check = issuer == "*" ? ValueCheck.Issuer : ValueCheck.None;
    return new ValuePattern(PatternForm.Suffix, joined(region, issuer.substr(1), subject), check);
  }
  if (value.endsWith("*")) {
    if (slash < 0)
      return new ValuePattern(
        PatternForm.Prefix,
        region.keepText(value.substr(0, value.length - 1)),
        ValueCheck.Subject,
      );
    const check = subject == "*" ? ValueCheck.Subject : ValueCheck.None;
    const start = joined(region, issuer, subject.substr(0, subject.length - 1));
    return new ValuePattern(PatternForm.Prefix, start, check);
  }
  return new ValuePattern(PatternForm.Exact, joined(region, issuer, subject));
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
