/** How a fetch of a key set can end; each has a name of its own in logs and metrics, and only `Good` replaces keys. */
import { utf8 } from "../memory/persistent";
import { Span } from "../memory/span";

export const enum FetchOutcome {
  None = 0,
  Good = 1,
  /** The host refused the call: no such cluster. */
  NotDispatched = 2,
  /** No answer: timeout, reset, refused connection. */
  NoAnswer = 3,
  /** An HTTP status other than 200; redirects are not followed. */
  BadHttpStatus = 4,
  EmptyBody = 5,
  /** More than MAX_JWKS_BYTES. */
  TooLarge = 6,
  /** Not a JWKS, or one without a usable key. */
  BadKeySet = 7,
}

/** Largest key set that is read, in bytes. */
export const MAX_JWKS_BYTES: u32 = 1024 * 1024;

const NAMES: Span[] = [
  utf8("none"),
  utf8("good"),
  utf8("not_dispatched"),
  utf8("no_answer"),
  utf8("bad_http_status"),
  utf8("empty_body"),
  utf8("too_large"),
  utf8("bad_key_set"),
];

export function outcomeName(outcome: FetchOutcome): Span {
  return outcome >= 0 && <i32>outcome < NAMES.length ? NAMES[outcome] : NAMES[0];
}
