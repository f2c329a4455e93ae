/** Local responses: how a request is refused. */
import { addField, beginFields, endFields } from "../abi/layout/fields";
import { sendLocalResponse } from "../abi/calls/stream";
import { challenge } from "../decision/challenge";
import { authenticationDetails, authorizationDetails } from "../decision/details";
import { httpCode, Status, statusText } from "../decision/status";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, spanIsMissing } from "../memory/span";
import { HeaderList } from "../request/header_list";
import { withoutParameter } from "../token/query";
import { JwtRules } from "./configuration/jwt_rules";
import { ProtectedResource } from "./extensions/protected_resource";
import { resourceChallenge } from "./extensions/resource_answers";

const SCHEME = utf8(":scheme");
const AUTHORITY = utf8(":authority");
const PATH = utf8(":path");
const ORIGINAL_PATH = utf8("x-envoy-original-path");
const WWW_AUTHENTICATE = utf8("www-authenticate");
const EMPTY = utf8("");

/**
 * Refuses a request whose token is not good.
 * @param sent the headers as the client sent them, without any change
 * @param resource the protected resource that it is for, or null
 */
export function refuseAuthentication(
  status: Status,
  sent: HeaderList,
  rules: JwtRules,
  resource: ProtectedResource | null,
): void {
  const value =
    resource !== null
      ? resourceChallenge(resource, status, 0)
      : nativeChallenge(sent, rules, status == Status.JwtMissed);
  sendLocalResponse(
    challengedCode(status, resource),
    authenticationDetails(status),
    statusText(status),
    challengeHeader(value),
  );
}

/**
 * Refuses a request that the policies do not let through.
 * @param policy the DENY rule that matched, or NO_SPAN
 * @param resource the protected resource that it is for, or null
 * @param scopes with ScopeNeeded: those that would let it through
 */
export function refuseAuthorization(
  status: Status,
  policy: Span,
  resource: ProtectedResource | null,
  scopes: u64,
): void {
  const challenged = resource !== null && status != Status.RbacAccessDenied;
  const headers = challenged ? challengeHeader(resourceChallenge(resource!, status, scopes)) : EMPTY;
  sendLocalResponse(httpCode(status), authorizationDetails(policy), statusText(status), headers);
}

/** Refuses a request that cannot be judged: no memory, or a host that contradicts itself. Closed by default. */
export function refuseUnjudged(): void {
  sendLocalResponse(
    httpCode(Status.FilterFailure),
    statusText(Status.FilterFailure),
    statusText(Status.FilterFailure),
    EMPTY,
  );
}

/** Native answers 403 to a token for another audience; a client of a protected resource is to get another one (RFC 6750 §3.1, invalid_token). */
function challengedCode(status: Status, resource: ProtectedResource | null): u32 {
  return resource !== null && status == Status.JwtAudienceNotAllowed ? 401 : httpCode(status);
}

function nativeChallenge(sent: HeaderList, rules: JwtRules, isMissing: bool): Span {
  const path = pathWithoutTokens(sent, rules);
  return challenge(sent.joined(SCHEME), sent.joined(AUTHORITY), path, isMissing);
}

function challengeHeader(value: Span): Span {
  beginFields();
  addField(WWW_AUTHENTICATE, value);
  return endFields();
}

function pathWithoutTokens(sent: HeaderList, rules: JwtRules): Span {
  // Native has taken out what rules write before it builds the realm, and nothing else.
  let path = rules.writes(ORIGINAL_PATH) ? NO_SPAN : sent.joined(ORIGINAL_PATH);
  if (spanIsMissing(path)) path = sent.joined(PATH);
  const parameters = rules.tokenParameters;
  for (let i = 0; i < parameters.length; i++) path = withoutParameter(path, unchecked(parameters[i]));
  return spanIsMissing(path) ? EMPTY : path;
}
