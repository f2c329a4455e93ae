/**
 * What access logs can print of a decision, as filter state of the request (docs/operations.md):
 *
 *     %FILTER_STATE(wasm.jwt_policy.principal:PLAIN)%   iss/sub of the verified token
 *     %FILTER_STATE(wasm.jwt_policy.policy:PLAIN)%      ns[foo]-policy[bar]-rule[0], the rule that decided
 *     %FILTER_STATE(wasm.jwt_policy.reason:PLAIN)%      why it was refused
 *
 * Whatever a token says, it stays on its line and between its quotes: see log_text.ts.
 */
import { setProperty } from "../../abi/calls/property";
import { ROOT } from "../../claims/json";
import { Status, statusText } from "../../decision/status";
import { allocate } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { NO_SPAN, Span, span, spanAddress, spanIsMissing, spanLength } from "../../memory/span";
import { Token } from "../../token/token";
import { logText } from "./log_text";

const PRINCIPAL = utf8("jwt_policy.principal");
const POLICY = utf8("jwt_policy.policy");
const REASON = utf8("jwt_policy.reason");
const SUB = utf8("sub");

/** @param identity the token that was accepted; null (address 0): none @param policy the rule that decided, or NO_SPAN */
export function noteDecision(identity: Token, policy: Span, status: Status): void {
  if (changetype<usize>(identity) != 0) {
    const principal = logText(principalOf(identity));
    if (!spanIsMissing(principal)) setProperty(PRINCIPAL, principal);
  }
  if (!spanIsMissing(policy)) setProperty(POLICY, logText(policy));
  if (status != Status.Ok) setProperty(REASON, statusText(status));
}

/** `iss/sub`, as Istio writes principals; NO_SPAN if the arena is exhausted. */
function principalOf(identity: Token): Span {
  const claims = identity.claims;
  const subject = claims.string(claims.member(ROOT, SUB));
  const issuerLength = spanLength(identity.issuer);
  const length = issuerLength + 1 + spanLength(subject);
  const address = allocate(<usize>length);
  if (address == 0) return NO_SPAN;
  memory.copy(address, spanAddress(identity.issuer), <usize>issuerLength);
  store<u8>(address + <usize>issuerLength, 0x2f);
  memory.copy(address + <usize>issuerLength + 1, spanAddress(subject), <usize>spanLength(subject));
  return span(address, length);
}
