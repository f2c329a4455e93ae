/**
 * What must hold for a value beside its equal, leading or trailing bytes: the regular expressions that Istio generates, each
 * written out, so that none of them can take more than linear time (service accounts: see there).
 */
import { NO_SPAN, Span, spanIndexOf, spanIsMissing, spanLength, subspan } from "../memory/span";
import { matchesPathTemplate } from "./path_template";
import {
  matchesNamespace,
  matchesPrincipalSuffix,
  matchesServiceAccount,
  matchesTrustDomain,
} from "./peer_name";
import { isText } from "./text_class";

export const enum ValueCheck {
  None = 0,
  /** `.+` */
  Text = 1,
  /** `.+` on the issuer of a request principal. */
  Issuer = 2,
  /** `.+` on its subject. */
  Subject = 3,
  /** `.+` on both. */
  IssuerAndSubject = 4,
  /** `.+` behind the first byte, the kind, of a dynamic metadata value. */
  MetadataText = 5,
  /** The first byte, the kind, of a dynamic metadata value is the argument. */
  MetadataKind = 6,
  PathTemplate = 7,
  PeerPrincipalSuffix = 8,
  PeerNamespace = 9,
  PeerServiceAccount = 10,
  PeerTrustDomain = 11,
}

/** Stands between issuer and subject in a request principal: a byte that valid UTF-8 does not contain. */
export const PRINCIPAL_SEPARATOR: u8 = 0xff;

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
  return false;
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
