/** One jwtRule against a request: every token at its places must verify; native's checks in native's order (Envoy authenticator.cc, startVerify). */
import { Status } from "../../decision/status";
import { verifySignature } from "../../jose/verify";
import { KeyAnswer } from "../../keys/key_source";
import { Span, spanIsMissing, spanLength } from "../../memory/span";
import { audienceAllowed } from "../../token/audience";
import { findTokens, TokenLocation } from "../../token/location";
import { checkTime, CLOCK_SKEW, parseToken, Token } from "../../token/token";
import { AuthContext } from "./auth_context";
import { checkProfile } from "./check_profile";
import { addClaimList } from "./claim_list";
import { claimText } from "./claim_text";
import { tracing } from "../telemetry/trace";
import { traceLocations, traceToken } from "./trace_steps";
import { JwtRule, ListForm } from "../configuration/jwt_rule";

/** Rule `index` for the request of `context`: Ok, JwtMissed if it finds no token, AwaitingKeys, or the first failure. */
export function verifyRule(context: AuthContext, index: i32): Status {
  const rule = unchecked(context.rules.rules[index]);
  // A rule that finds no token leaves alone what the identity's rule has written; native removes it all the same. One that would read such a
  // header as a token must not find it.
  const owner = context.identityStands ? unchecked(context.rules.rules[context.identityRule]) : null;
  removeOutputHeaders(context, rule, owner);
  const found = findTokens(context.headers, rule.locations);
  if (changetype<usize>(found) == 0) return Status.FilterFailure;
  if (tracing) traceLocations(rule, rule.locations, context.headers, found);
  if (found.count == 0) return Status.JwtMissed;
  if (owner !== null) removeOutputHeaders(context, rule, null);
  for (let i = <i32>found.count - 1; i >= 0; i--) {
    const token = context.parse(found.text(i));
    if (changetype<usize>(token) == 0) return Status.FilterFailure;
    const status = verifyToken(context, rule, token);
    if (tracing) traceToken(context, rule, unchecked(rule.locations[found.location(i)]), token, status);
    if (status != Status.Ok) return status;
    if (!accept(context, rule, index, token, unchecked(rule.locations[found.location(i)])))
      return Status.FilterFailure;
  }
  context.identityStands = true;
  return Status.Ok;
}

/**
 * What stands under the names of a rule's output headers goes before the rule looks at the request, as in native: the client's copies have gone
 * already (authenticate.ts), so it is what an earlier rule has written. @param owner the rule whose headers stay, unless `rule` looks for tokens there
 */
function removeOutputHeaders(context: AuthContext, rule: JwtRule, owner: JwtRule | null): void {
  if (spanLength(rule.payloadHeader) > 0) removeOutputHeader(context, rule, rule.payloadHeader, owner);
  for (let i = 0; i < rule.claimHeaders.length; i++)
    removeOutputHeader(context, rule, unchecked(rule.claimHeaders[i]).header, owner);
}

function removeOutputHeader(context: AuthContext, rule: JwtRule, name: Span, owner: JwtRule | null): void {
  if (owner !== null && owner.writes(name) && !rule.readsHeader(name)) return;
  if (!context.headers.remove(name) || !context.identityStands) return;
  if (unchecked(context.rules.rules[context.identityRule]).writes(name)) context.identityStands = false;
}

function verifyToken(context: AuthContext, rule: JwtRule, token: Token): Status {
  if (token.status != Status.Ok) return token.status;
  if (!rule.acceptsIssuer(token.issuer)) return Status.JwtUnknownIssuer;
  const tenants = rule.tenants;
  if (tenants !== null && !tenants.allows(token.issuer, token.claims)) return Status.JwtTenantNotAllowed;
  const profile = rule.profile;
  let status = checkTime(token, context.now, profile === null ? CLOCK_SKEW : profile.clockSkew);
  if (status != Status.Ok) return status;
  if (!audienceAllowed(token.claims, token.audience, rule.audiences)) return Status.JwtAudienceNotAllowed;
  if (profile !== null) {
    status = checkProfile(profile, token, context.now);
    if (status != Status.Ok) return status;
  }
  status = checkSignature(context, rule, token);
  if (tenants === null || status != Status.Ok) return status;
  const keys = unchecked(context.rules.endpoints[rule.endpoint]).source.keys;
  const isTenants = keys !== null && tenants.hasKeys(keys, token.algorithm, token.keyId, token.issuer);
  return isTenants ? Status.Ok : Status.JwtTenantNotAllowed;
}

function checkSignature(context: AuthContext, rule: JwtRule, token: Token): Status {
  const endpoint = rule.endpoint;
  const earlier = context.signatureStatus(token, endpoint);
  if (earlier != Status.AwaitingKeys) return earlier;
  const source = unchecked(context.rules.endpoints[endpoint]).source;
  const answer = context.hasWaited(endpoint)
    ? source.needAfterWait(context.nowMilliseconds)
    : source.need(context.nowMilliseconds);
  if (answer == KeyAnswer.Fail) return Status.JwksFetchFail;
  const keys = source.keys;
  if (answer != KeyAnswer.Ready || keys === null) return awaitKeys(context, endpoint, false);
  const cached = context.cachedEntry(token);
  const isCached = changetype<usize>(cached) != 0;
  if (isCached && cached.endpoint == endpoint && cached.generation == source.state.generation)
    return Status.Ok;
  // Verified earlier with the keys of another rule: a cached token has no signature any more.
  const signed = isCached ? parseToken(token.text) : token;
  if (changetype<usize>(signed) == 0) return Status.FilterFailure;
  const status = verifySignature(
    keys,
    signed.algorithm,
    signed.keyId,
    signed.signedText,
    signed.signature,
    context.hostCrypto,
  );
  if (
    context.mayAskNewer(endpoint) &&
    mayHaveNewerKey(token, status) &&
    source.needNewer(context.nowMilliseconds) != KeyAnswer.Ready
  ) {
    return awaitKeys(context, endpoint, true);
  }
  context.rememberSignature(token, endpoint, status);
  return status;
}

function awaitKeys(context: AuthContext, endpoint: i32, newer: bool): Status {
  context.awaitedEndpoint = endpoint;
  context.awaitsNewer = newer;
  return Status.AwaitingKeys;
}

/** Whether the issuer may have signed a token with a key that it published since: an unknown kid, or none and no key fits. */
function mayHaveNewerKey(token: Token, status: Status): bool {
  if (status == Status.JwksKidAlgMismatch) return true;
  return status == Status.JwtVerificationFail && spanLength(token.keyId) == 0;
}

/** A verified token: its headers are written, it is taken out of the request, its claims become the identity. False: no memory. */
function accept(
  context: AuthContext,
  rule: JwtRule,
  index: i32,
  token: Token,
  location: TokenLocation,
): bool {
  const headers = context.headers;
  if (spanLength(rule.payloadHeader) > 0 && !headers.add(rule.payloadHeader, token.payloadText)) return false;
  for (let i = 0; i < rule.claimHeaders.length; i++) {
    const output = unchecked(rule.claimHeaders[i]);
    if (output.form != ListForm.Encoded) {
      if (!addClaimList(headers, output, token.claims, rule.spaceDelimitedClaims)) return false;
      continue;
    }
    const value: Span = claimText(token.claims, output.claim);
    if (spanIsMissing(value) || spanLength(value) == 0) continue;
    if (!headers.add(output.header, value)) return false;
  }
  if (!rule.forwardOriginalToken) {
    location.remove(headers);
    context.removals++;
  }
  context.identity = token;
  context.identityRule = index;
  context.identityStands = false;
  return true;
}
