/** The steps of authentication, as lines of the debug log. */
import { LogLevel } from "../abi/log";
import { Status, statusText } from "../decision/status";
import { algorithm, NO_ALGORITHM } from "../jose/algorithm";
import { spanIndexOf, spanIsMissing, Span, spanLength, subspan } from "../memory/span";
import { utf8 } from "../memory/persistent";
import { HeaderList } from "../request/header_list";
import { text } from "../config/fields";
import { LocationKind, TokenLocation } from "../token/location";
import { Token } from "../token/token";
import { AuthContext } from "./auth_context";
import { JwtRule } from "./jwt_rule";
import { KeyEndpoint } from "./key_endpoint";
import { bytes, endLine, endStep, quoted, step, tracing, word } from "./trace";

const METHOD = utf8(":method");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");

/** The request, without its query: tokens may be in there. */
export function traceRequest(headers: HeaderList): void {
  step("request");
  bytes("method", headers.joined(METHOD));
  bytes("authority", headers.joined(AUTHORITY));
  const path = headers.joined(PATH);
  const query = spanIndexOf(path, 0x3f);
  bytes("path", query < 0 ? path : subspan(path, 0, query));
  endStep();
}

/** One token against one rule: where it was found, what it says, and how its check ended. */
export function traceToken(
  index: i32,
  rule: JwtRule,
  location: TokenLocation,
  token: Token,
  status: Status,
  now: u64,
): void {
  step("token");
  word("rule", index.toString());
  bytes("ruleIssuer", rule.issuer);
  quoted("location", describeLocation(location));
  if (token.status == Status.Ok) {
    bytes("issuer", token.issuer);
    if (token.algorithm != NO_ALGORITHM) bytes("alg", algorithm(token.algorithm).name);
    bytes("kid", token.keyId);
    if (token.expires != 0) word("exp", token.expires.toString());
    if (token.notBefore != 0) word("nbf", token.notBefore.toString());
    word("now", now.toString());
  }
  bytes("status", statusText(status));
  endStep();
}

function describeLocation(location: TokenLocation): string {
  const kind =
    location.kind == LocationKind.Header
      ? "header "
      : location.kind == LocationKind.Parameter
        ? "parameter "
        : "cookie ";
  return (
    kind + text(location.name) + (spanLength(location.prefix) > 0 ? ", prefix " + text(location.prefix) : "")
  );
}

/** The end of a fetch of keys: always worth a line, and a warning if it failed. */
export function traceFetch(endpoint: KeyEndpoint, outcome: Span, now: i64): void {
  const failed = endpoint.source.state.failures > 0;
  if (!failed && !tracing) return;
  step("keys");
  quoted("uri", endpoint.uri);
  bytes("outcome", outcome);
  word("failures", endpoint.source.state.failures.toString());
  const age = endpoint.source.age(now);
  if (age >= 0) word("ageMilliseconds", age.toString());
  const keys = endpoint.source.keys;
  if (keys !== null) word("keys", keys.count.toString());
  endLine(failed ? LogLevel.Warn : LogLevel.Debug);
}

/** How authentication ended: with whose identity, or why not. */
export function traceAuthentication(status: Status, context: AuthContext): void {
  step("authentication");
  bytes("status", statusText(status));
  if (status == Status.Ok) {
    if (context.identityRule < 0) word("identity", "none");
    else word("rule", context.identityRule.toString());
  }
  endStep();
}

/** The end of a request: passed, or refused with a status and, by a policy, its name. */
export function traceDecision(status: Status, policy: Span): void {
  step("decision");
  quoted("result", status == Status.Ok ? "allowed" : "denied");
  if (status != Status.Ok) bytes("status", statusText(status));
  if (!spanIsMissing(policy)) bytes("policy", policy);
  endStep();
}
