/** How a fetch of a key set can end; each has a name of its own in logs and metrics, and only `Good` replaces keys. */
import { utf8 } from "../memory/persistent";
import { Span } from "../memory/span";

export const enum FetchOutcome {
  None = 0,
  Good = 1,
  /** The host refused the call: no such cluster, or one of Istio's without a host. */
  NotDispatched = 2,
  /** No answer within the timeout. */
  Timeout = 3,
  /** Refused, reset or cut off. */
  NoAnswer = 4,
  /** A redirect: not followed, or whoever can redirect an issuer's request would choose the keys. */
  Redirect = 5,
  /** Any other HTTP status than 200. */
  BadHttpStatus = 6,
  EmptyBody = 7,
  /** More than MAX_JWKS_BYTES. */
  TooLarge = 8,
  /** Not JSON, and a content type that says so. */
  WrongContentType = 9,
  /** Not a JWKS, or one without a usable key. */
  BadKeySet = 10,
  /** An OpenID provider configuration without a usable jwks_uri. */
  BadDiscovery = 11,
  /** An OpenID provider configuration of another issuer than the one that was asked for (OpenID Connect Discovery 1.0 §4.3). */
  OtherIssuer = 12,
  /** Its jwks_uri is of another origin, and `clusters` does not name that one. */
  OtherOrigin = 13,
}

/** Largest key set (or OpenID provider configuration) that is read, in bytes. */
export const MAX_JWKS_BYTES: u32 = 1024 * 1024;

const NAMES: Span[] = [
  utf8("none"),
  utf8("good"),
  utf8("not_dispatched"),
  utf8("timeout"),
  utf8("no_answer"),
  utf8("redirect"),
  utf8("bad_http_status"),
  utf8("empty_body"),
  utf8("too_large"),
  utf8("wrong_content_type"),
  utf8("bad_key_set"),
  utf8("bad_discovery"),
  utf8("other_issuer"),
  utf8("other_origin"),
];

/** How many outcomes there are: one counter each. */
export const FETCH_OUTCOMES: i32 = 14;

export function outcomeName(outcome: FetchOutcome): Span {
  return outcome >= 0 && <i32>outcome < NAMES.length ? NAMES[outcome] : NAMES[0];
}
