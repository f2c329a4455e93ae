/**
 * Authentication of a request: jwt_authn as Istio configures it, the requirement
 *
 *     any( P1, …, Pn, all( any(P1, missing), …, any(Pn, missing) ) )       one rule: any( P1, missing )
 *
 * or, if a rule says `presence: REQUIRED` (istio/istio pull request 60830),
 *
 *     all( P1, any(P2, missing), … )                                       a required rule alone, each other beside missing
 *
 * where Pi is "every token at rule i's places verifies", children in order, the first success ends an `any`, the first failure an `all`
 * (Envoy verifier.cc, authenticator.cc). Nothing here waits or changes the real request: header changes are recorded in the header list, and
 * a request whose keys are on their way is judged anew when they have come.
 */
import { Status } from "../../decision/status";
import { AuthContext } from "./auth_context";
import { JwtRules } from "../configuration/jwt_rules";
import { tracing } from "../telemetry/trace";
import { traceLocations, traceToken } from "./trace_steps";
import { verifyRule } from "./verify_rule";
import { utf8 } from "../../memory/persistent";
import { Span, spanStartsWith } from "../../memory/span";
import { HeaderList } from "../../request/header_list";
import { isCorsPreflight } from "../../request/preflight";
import { FoundTokens, findTokens } from "../../token/location";

const PATH = utf8(":path");
const ROOT_PATH = utf8("/");

/**
 * @returns Ok: the request goes on, with the identity of `context.identity`, or none if that is null; AwaitingKeys: park it until a fetch
 * of `context.awaited` has ended; anything else: refuse it so.
 */
export function authenticate(context: AuthContext): Status {
  const rules = context.rules;
  const count = rules.rules.length;
  if (count == 0) return Status.Ok;
  removeClientCopies(context);
  if (!needsAuthentication(context.headers)) return Status.Ok;
  if (rules.anyRequired) return standing(context, allRules(context), Status.JwtMissed);
  let status = rules.uniform ? anyRuleOfIssuer(context) : anyRule(context, 0, Status.JwtMissed);
  if (status == Status.AwaitingKeys || status == Status.Ok || status == Status.FilterFailure) return status;
  // Where all look in the same places and the first has found nothing, no other finds anything.
  const noneThere = status == Status.JwtMissed && rules.uniform && !tracing;
  if (count > 1 && !noneThere) {
    const all = allRules(context);
    if (all == Status.Ok) return standing(context, all, status);
    // Keys that are awaited are more telling than any failure.
    status = moreTelling(status, all);
  }
  // `missing` is allowed: a request without token goes on without identity.
  return status == Status.JwtMissed ? Status.Ok : status;
}

/** Of the headers that rules write. Before anything else, whatever comes of the request: the upstream trusts them. */
export function removeClientCopies(context: AuthContext): void {
  const outputHeaders = context.rules.outputHeaders;
  for (let i = 0; i < outputHeaders.length; i++) context.headers.remove(unchecked(outputHeaders[i]));
}

/** Istio's one rule is for the path prefix "/" (`OPTIONS *` and CONNECT have none), and passes over CORS preflights. */
function needsAuthentication(headers: HeaderList): bool {
  const path = headers.find(PATH);
  if (path < 0 || !spanStartsWith(headers.value(path), ROOT_PATH)) return false;
  return !isCorsPreflight(headers);
}

/** The first n children of the outer `any`, from rule `from` on. */
function anyRule(context: AuthContext, from: i32, before: Status): Status {
  let status = before;
  const count = context.rules.rules.length;
  for (let i = from; i < count; i++) {
    const child = verifyRule(context, i);
    if (child == Status.Ok || child == Status.AwaitingKeys) return child;
    status = moreTelling(status, child);
  }
  return status;
}

/**
 * The same for rules that look in the same places: only those of the token's issuer need a look, for all others say "unknown issuer". Once a rule has
 * taken a token out of the request and failed on the next one, the rest is judged one by one.
 */
function anyRuleOfIssuer(context: AuthContext): Status {
  const rules: JwtRules = context.rules;
  const found: FoundTokens = findTokens(context.headers, unchecked(rules.rules[0]).locations);
  if (changetype<usize>(found) == 0) return Status.FilterFailure;
  if (tracing) traceLocations(null, unchecked(rules.rules[0]).locations, context.headers, found);
  if (found.count == 0) return Status.JwtMissed;
  const token = context.parse(found.text(found.count - 1));
  if (changetype<usize>(token) == 0) return Status.FilterFailure;
  const issuer: Span = token.issuer;
  if (tracing && (token.status != Status.Ok || rules.nextRule(issuer, 0) < 0)) {
    const location = unchecked(rules.rules[0]).locations[found.location(found.count - 1)];
    traceToken(
      context,
      null,
      location,
      token,
      token.status == Status.Ok ? Status.JwtUnknownIssuer : token.status,
    );
  }
  if (token.status != Status.Ok) return token.status;
  let status = Status.JwtUnknownIssuer;
  const changes = context.removals;
  for (let i = rules.nextRule(issuer, 0); i >= 0; i = rules.nextRule(issuer, i + 1)) {
    const child = verifyRule(context, i);
    if (child == Status.Ok || child == Status.AwaitingKeys) return child;
    status = moreTelling(status, child);
    if (context.removals != changes) return anyRule(context, i + 1, status);
  }
  return status;
}

/**
 * Native goes on with an identity whose rule has failed, or whose headers a later rule has removed: policies would see what the upstream does not.
 * @param otherwise what such a request is refused with
 */
function standing(context: AuthContext, status: Status, otherwise: Status): Status {
  if (status != Status.Ok || changetype<usize>(context.identity) == 0 || context.identityStands)
    return status;
  return otherwise;
}

/** Every rule is satisfied, or finds no token and does not require one. */
function allRules(context: AuthContext): Status {
  const count = context.rules.rules.length;
  for (let i = 0; i < count; i++) {
    const child = verifyRule(context, i);
    if (child == Status.Ok) continue;
    if (child != Status.JwtMissed || unchecked(context.rules.rules[i]).isRequired) return child;
  }
  return Status.Ok;
}

/** Which of two failures an `any` reports: the last one that is neither "missing" nor "unknown issuer"; that before "missing". */
function moreTelling(current: Status, child: Status): Status {
  if (child != Status.JwtMissed && child != Status.JwtUnknownIssuer) return child;
  return current == Status.JwtMissed ? child : current;
}
