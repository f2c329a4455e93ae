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
import { Answer, Answers, fill } from "./extensions/answer";
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
 * @param answers those that the API's owner has chosen, or null
 */
export function refuseAuthentication(
  status: Status,
  sent: HeaderList,
  rules: JwtRules,
  resource: ProtectedResource | null,
  answers: Answers | null,
): void {
  const value =
    resource !== null
      ? resourceChallenge(resource, status, 0)
      : nativeChallenge(sent, rules, status == Status.JwtMissed);
  respond(
    status,
    challengedCode(status, resource),
    authenticationDetails(status),
    value,
    sent,
    rules,
    answers,
  );
}

/** Refuses a request that the policies do not let through, where nothing more is to be said. @param policy the DENY rule that matched, or NO_SPAN */
export function refusePlainly(policy: Span): void {
  const status = Status.RbacAccessDenied;
  sendLocalResponse(httpCode(status), authorizationDetails(policy), statusText(status), EMPTY);
}

/**
 * The same, with what a client can do about it, or as the API's owner answers.
 * @param policy the DENY rule that matched, or NO_SPAN
 * @param resource the protected resource that it is for, or null
 * @param scopes with ScopeNeeded: those that would let it through
 */
export function refuseAuthorization(
  status: Status,
  policy: Span,
  resource: ProtectedResource | null,
  scopes: u64,
  sent: HeaderList,
  rules: JwtRules,
  answers: Answers | null,
): void {
  let value = NO_SPAN;
  if (resource !== null && status != Status.RbacAccessDenied)
    value = resourceChallenge(resource, status, scopes);
  else if (status == Status.IdentityNeeded) value = nativeChallenge(sent, rules, true);
  respond(status, httpCode(status), authorizationDetails(policy), value, sent, rules, answers);
}

/** Sends the answer that the API's owner has chosen, or the filter's own. @param value of WWW-Authenticate; NO_SPAN: none */
function respond(
  status: Status,
  code: u32,
  details: Span,
  value: Span,
  sent: HeaderList,
  rules: JwtRules,
  answers: Answers | null,
): void {
  let answer: Answer | null = null;
  if (answers !== null) answer = answers.find(status, sent);
  if (answer === null) {
    sendLocalResponse(code, details, statusText(status), challengeHeader(value));
    return;
  }
  const told = answer.status == 0 ? code : answer.status;
  const url = pathWithoutTokens(sent, rules);
  beginFields();
  // A challenge belongs to a 401, and may stand with a 403 (RFC 9110 §11.6.1); a browser that is sent elsewhere has no use for it.
  if (told / 100 != 3) addField(WWW_AUTHENTICATE, value);
  for (let i = 0; i < answer.names.length; i++)
    addField(unchecked(answer.names[i]), fill(unchecked(answer.values[i]), status, told, url));
  const body = answer.body.length == 0 ? statusText(status) : fill(answer.body, status, told, url);
  sendLocalResponse(told, details, body, endFields());
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
  if (spanIsMissing(value)) return EMPTY;
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
