/**
 * Whether a value satisfies a compiled pattern: its bytes, and the regular expressions that Istio generates, each written out, so
 * that none of them can take more than linear time (service accounts: see there).
 */
import {
  NO_SPAN,
  Span,
  spanEndsWith,
  spanEquals,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { matchesPathTemplate } from "./path_template";
import {
  matchesNamespace,
  matchesPrincipalSuffix,
  matchesServiceAccount,
  matchesTrustDomain,
} from "./peer_name";
import { typedTestHolds } from "./typed_value";
import { isText } from "./text_class";
import { PRINCIPAL_SEPARATOR, ValueCheck } from "./value_check";
import { PatternForm, ValuePattern } from "./value_pattern";

/** Whether a value of the attribute satisfies the pattern. */
export function patternMatches(pattern: ValuePattern, value: Span): bool {
  let same: bool = false;
  if (pattern.form == PatternForm.Exact) same = spanEquals(value, pattern.bytes);
  else if (pattern.form == PatternForm.Prefix) same = spanStartsWith(value, pattern.bytes);
  else same = spanEndsWith(value, pattern.bytes);
  return same && checkHolds(pattern.check, pattern.argument, value);
}

/** Whether `check` holds for a value; `argument` is what the pattern's compiler left for it. */
export function checkHolds(check: ValueCheck, argument: usize, value: Span): bool {
  if (check == ValueCheck.None) return true;
  if (check == ValueCheck.Text) return isText(value);
  if (check == ValueCheck.Issuer) return isText(issuerOf(value));
  if (check == ValueCheck.Subject) return isText(subjectOf(value));
  if (check == ValueCheck.IssuerAndSubject) return isText(issuerOf(value)) && isText(subjectOf(value));
  if (check == ValueCheck.MetadataText) return isText(subspan(value, 1, spanLength(value)));
  if (check == ValueCheck.MetadataKind)
    return spanLength(value) > 0 && load<u8>(<usize>(<u32>value)) == <u8>argument;
  if (check == ValueCheck.PathTemplate) return matchesPathTemplate(argument, value);
  if (check == ValueCheck.PeerPrincipalSuffix) return matchesPrincipalSuffix(argument, value);
  if (check == ValueCheck.PeerNamespace) return matchesNamespace(argument, value);
  if (check == ValueCheck.PeerServiceAccount) return matchesServiceAccount(argument, value);
  if (check == ValueCheck.PeerTrustDomain) return matchesTrustDomain(argument, value);
  return check == ValueCheck.Typed && typedTestHolds(argument, value);
}

function issuerOf(principal: Span): Span {
  const separator = spanIndexOf(principal, PRINCIPAL_SEPARATOR);
  return separator < 0 ? NO_SPAN : subspan(principal, 0, <u32>separator);
}

function subjectOf(principal: Span): Span {
  const separator = spanIndexOf(principal, PRINCIPAL_SEPARATOR);
  return separator < 0 || spanIsMissing(principal)
    ? NO_SPAN
    : subspan(principal, <u32>separator + 1, spanLength(principal));
}
