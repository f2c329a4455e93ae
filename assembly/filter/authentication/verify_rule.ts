/** One jwtRule against a request: every token at its places must verify; native's checks in native's order (Envoy authenticator.cc, startVerify). */
import { Status } from "../../decision/status";
import { Span, spanIsMissing, spanLength } from "../../memory/span";
import { audienceAllowed } from "../../token/audience";
import { findTokens, TokenLocation } from "../../token/location";
import { checkTime, CLOCK_SKEW, Token } from "../../token/token";
import { AuthContext } from "./auth_context";
import { checkProfile } from "./check_profile";
import { addClaimList } from "./claim_list";
import { checkSignature, tellingEndpoint } from "./check_signature";
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
  const tenants = rule.tenants;
  if (tenants !== null) {
    const tenant = tenants.tenantOf(token.issuer);
    if (spanIsMissing(tenant)) return Status.JwtUnknownIssuer;
    if (!tenants.allows(tenant, token.claims)) return Status.JwtTenantNotAllowed;
  } else if (!rule.acceptsIssuer(token.issuer)) return Status.JwtUnknownIssuer;
  const profile = rule.profile;
  if (!context.readClock()) return Status.FilterFailure;
  let status = checkTime(token, context.now, profile === null ? CLOCK_SKEW : profile.clockSkew);
  if (status != Status.Ok) return status;
  if (!audienceAllowed(token.claims, token.audience, rule.audiences)) return Status.JwtAudienceNotAllowed;
  if (profile !== null) {
    status = checkProfile(profile, token, context.now);
    if (status != Status.Ok) return status;
  }
  status = checkSignature(context, rule, token);
  if (tenants === null || status != Status.Ok) return status;
  const keys = unchecked(context.rules.endpoints[tellingEndpoint]).source.keys;
  const isTenants = keys !== null && tenants.hasKeys(keys, token.algorithm, token.keyId, token.issuer);
  return isTenants ? Status.Ok : Status.JwtTenantNotAllowed;
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
