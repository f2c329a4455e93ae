/**
 * Why the fetch that has just ended failed, besides its outcome: what its warning tells. Outcomes are labels of a metric and must stay few; a reason
 * may name the key at fault. Nothing here outlives the callback in which the fetch ended.
 */
import { statusText } from "../../decision/status";
import { KeySet, Lookalike } from "../../jose/key_set";
import { copyToArena } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { NO_SPAN, Span, spanIsMissing, spanLength } from "../../memory/span";
import { text } from "../../config/fields";
import { appendQuotedBytes, clearLine, lineBytes } from "../telemetry/trace_line";

const PROVIDER_CONFIGURATION = utf8("an OpenID provider configuration: the key set is at its jwks_uri");
const SINGLE_KEY = utf8('a single key: a key set is {"keys": [...]}');

/** The reason, a text that is the same for every issuer; NO_SPAN if the outcome says all. */
export let faultReason: Span = NO_SPAN;
/** The key of the set that is at fault: its place, -1 if it is not about a key, and its kid. */
export let faultKey: i32 = -1;
export let faultKeyId: Span = NO_SPAN;
/** What was found where something else belongs. */
export let faultFound: Span = NO_SPAN;

/** A fetch begins, or a call of it has ended. */
export function clearFault(): void {
  faultReason = NO_SPAN;
  faultKey = -1;
  faultKeyId = NO_SPAN;
  faultFound = NO_SPAN;
}

/** @param found what the issuer sent where something else belongs; the log cuts and escapes it */
export function noteFault(reason: Span, found: Span = NO_SPAN): void {
  clearFault();
  faultReason = reason;
  faultFound = found;
}

/** A key set is refused. It may be released afterwards. */
export function noteKeySetFault(keys: KeySet): void {
  noteFault(statusText(keys.status), seenInstead(keys.lookalike));
  faultKey = keys.faultIndex;
  faultKeyId = copyToArena(keys.faultKeyId);
}

/** The same as one text, for a key set in the configuration: `[kty] is missing in [keys] (key 0, kid "a")`. */
export function keySetFault(keys: KeySet): string {
  const fault = text(statusText(keys.status));
  const seen = seenInstead(keys.lookalike);
  if (!spanIsMissing(seen)) return fault + " (this is " + text(seen) + ")";
  if (keys.faultIndex < 0) return fault;
  const key = "key " + keys.faultIndex.toString();
  if (spanLength(keys.faultKeyId) == 0) return fault + " (" + key + ")";
  clearLine();
  appendQuotedBytes(keys.faultKeyId);
  return fault + " (" + key + ", kid " + text(lineBytes()) + ")";
}

function seenInstead(lookalike: Lookalike): Span {
  if (lookalike == Lookalike.Discovery) return PROVIDER_CONFIGURATION;
  return lookalike == Lookalike.SingleKey ? SINGLE_KEY : NO_SPAN;
}
