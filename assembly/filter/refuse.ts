/** Local responses: how a request is refused. */
import { serializePairs } from "../abi/layout/pairs";
import { sendLocalResponse } from "../abi/calls/stream";
import { challenge } from "../decision/challenge";
import { authenticationDetails, authorizationDetails } from "../decision/details";
import { httpCode, Status, statusText } from "../decision/status";
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, spanIsMissing } from "../memory/span";
import { HeaderList } from "../request/header_list";
import { withoutParameter } from "../token/query";
import { JwtRules } from "./configuration/jwt_rules";

const SCHEME = utf8(":scheme");
const AUTHORITY = utf8(":authority");
const PATH = utf8(":path");
const ORIGINAL_PATH = utf8("x-envoy-original-path");
const WWW_AUTHENTICATE = utf8("www-authenticate");
const EMPTY = utf8("");

/** Refuses a request whose token is not good. @param sent the headers as the client sent them, without any change */
export function refuseAuthentication(status: Status, sent: HeaderList, rules: JwtRules): void {
  sendLocalResponse(
    httpCode(status),
    authenticationDetails(status),
    statusText(status),
    challengeHeader(sent, rules, status == Status.JwtMissed),
  );
}

/** Refuses a request that the policies do not let through. @param policy the DENY rule that matched, or NO_SPAN */
export function refuseAuthorization(policy: Span): void {
  const status = Status.RbacAccessDenied;
  sendLocalResponse(httpCode(status), authorizationDetails(policy), statusText(status), EMPTY);
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

function challengeHeader(sent: HeaderList, rules: JwtRules, isMissing: bool): Span {
  const path = pathWithoutTokens(sent, rules);
  const value = challenge(sent.joined(SCHEME), sent.joined(AUTHORITY), path, isMissing);
  const pair = allocate(16);
  if (spanIsMissing(value) || pair == 0) return EMPTY;
  store<u64>(pair, WWW_AUTHENTICATE);
  store<u64>(pair, value, 8);
  const serialized = serializePairs(pair, 1);
  return spanIsMissing(serialized) ? EMPTY : serialized;
}

function pathWithoutTokens(sent: HeaderList, rules: JwtRules): Span {
  // Native has taken out what rules write before it builds the realm, and nothing else.
  let path = rules.writes(ORIGINAL_PATH) ? NO_SPAN : sent.joined(ORIGINAL_PATH);
  if (spanIsMissing(path)) path = sent.joined(PATH);
  const parameters = rules.tokenParameters;
  for (let i = 0; i < parameters.length; i++) path = withoutParameter(path, unchecked(parameters[i]));
  return spanIsMissing(path) ? EMPTY : path;
}
