/** The steps of authentication, as lines of the debug log. */
import { JsonKind, NO_NODE, ROOT } from "../../claims/json";
import { Status, statusText } from "../../decision/status";
import { algorithm } from "../../jose/algorithm";
import { KeySet } from "../../jose/key_set";
import { mayHaveSigned, verifiedBy } from "../../jose/verify";
import { spanIndexOf, spanIsMissing, Span, spanLength, subspan } from "../../memory/span";
import { utf8 } from "../../memory/persistent";
import { HeaderList, HeaderState } from "../../request/header_list";
import { text } from "../../config/fields";
import { FoundTokens, LocationKind, TokenLocation } from "../../token/location";
import { Token } from "../../token/token";
import { AuthContext } from "./auth_context";
import { tellingEndpoint } from "./check_signature";
import { JwtRule } from "../configuration/jwt_rule";

import { bytes, endStep, list, number, pair, quoted, step, tracing, word } from "../telemetry/trace";

const METHOD = utf8(":method");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");
const SUB = utf8("sub");

/** The request, without its query: tokens may be in there. */
export function traceRequest(headers: HeaderList): void {
  step("request");
  bytes("method", headers.joined(METHOD));
  bytes("authority", headers.joined(AUTHORITY));
  const path = headers.joined(PATH);
  // Without a query that is -1, and subspan ends where the path does.
  bytes("path", subspan(path, 0, spanIndexOf(path, 0x3f)));
  endStep();
}

/** Where a rule looks for tokens, and what was there. @param rule null: all rules look there */
export function traceLocations(
  rule: JwtRule | null,
  locations: StaticArray<TokenLocation>,
  headers: HeaderList,
  found: FoundTokens,
): void {
  for (let i = 0; i < locations.length; i++) {
    const location = locations[i];
    let tokens = 0;
    for (let j: u32 = 0; j < found.count; j++) if (found.location(j) == i) tokens++;
    step("location");
    if (rule !== null) quoted("rule", rule.place);
    traceLocation(location);
    // A header may be there without the prefix.
    const isHeader = location.kind == LocationKind.Header;
    word("present", tokens > 0 || (isHeader && headers.find(location.name) >= 0) ? "true" : "false");
    number("tokens", tokens);
    endStep();
  }
}

/** One token against one rule: where it was found, what it says, and how its check ended. @param rule null: no rule is for it */
export function traceToken(
  context: AuthContext,
  rule: JwtRule | null,
  location: TokenLocation,
  token: Token,
  status: Status,
): void {
  const isReadable = token.status == Status.Ok;
  if (rule !== null && isOfKeys(status)) traceKeys(context, rule, token, status);
  step("token");
  if (rule !== null) {
    quoted("rule", rule.place);
    if (spanLength(rule.issuer) > 0) bytes("ruleIssuer", rule.issuer);
    if (rule.audiences.length > 0) list("ruleAudiences", texts(rule.audiences));
  }
  traceLocation(location);
  if (isReadable) {
    bytes("issuer", token.issuer);
    bytes("subject", token.claims.string(token.claims.member(ROOT, SUB)));
    if (token.audience != NO_NODE) list("audiences", audiencesOf(token));
    bytes("alg", algorithm(token.algorithm).name);
    bytes("kid", token.keyId);
    if (token.expires != 0) number("exp", token.expires);
    if (token.notBefore != 0) number("nbf", token.notBefore);
    context.readClock();
    number("now", context.now);
  }
  bytes("status", statusText(status));
  endStep();
}

/** Whether a token's check came as far as its keys. */
function isOfKeys(status: Status): bool {
  return (
    status == Status.Ok ||
    status == Status.JwtVerificationFail ||
    status == Status.JwtEd25519SignatureWrongLength ||
    status == Status.JwksKidAlgMismatch ||
    status == Status.JwksFetchFail ||
    status == Status.AwaitingKeys
  );
}

/** The keys of a rule, and those among them that may have signed a token. */
function traceKeys(context: AuthContext, rule: JwtRule, token: Token, status: Status): void {
  const endpoint = context.rules.endpoints[tellingEndpoint];
  const keys = endpoint.source.keys;
  step("key");
  quoted("rule", rule.place);
  quoted("source", endpoint.source.isInline ? "inline" : endpoint.uri);
  if (keys !== null) {
    number("keys", keys.count);
    const fitting: string[] = [];
    for (let i: u32 = 0; i < keys.count; i++) {
      if (mayHaveSigned(keys.key(i), token.algorithm, token.keyId)) fitting.push(keyName(keys, i));
    }
    list("fitting", fitting);
    const remembered = changetype<usize>(context.cachedEntry(token)) != 0;
    word("remembered", remembered ? "true" : "false");
    if (status == Status.Ok && !remembered && verifiedBy < keys.count)
      quoted("verifiedBy", keyName(keys, verifiedBy));
  }
  endStep();
}

/** The key's kid; without one its number in the set. */
function keyName(keys: KeySet, index: u32): string {
  const id = keys.key(index).keyId;
  return spanLength(id) > 0 ? text(id) : "#" + index.toString();
}

function audiencesOf(token: Token): string[] {
  const claims = token.claims;
  if (claims.kind(token.audience) == JsonKind.String) return [text(claims.text(token.audience))];
  const audiences: string[] = [];
  const end = claims.next(token.audience);
  for (let child = token.audience + 1; child < end; child = claims.next(child))
    audiences.push(text(claims.text(child)));
  return audiences;
}

function texts(spans: StaticArray<Span>): string[] {
  const texts: string[] = [];
  for (let i = 0; i < spans.length; i++) texts.push(text(spans[i]));
  return texts;
}

function traceLocation(location: TokenLocation): void {
  const kind =
    location.kind == LocationKind.Header
      ? "header "
      : location.kind == LocationKind.Parameter
        ? "parameter "
        : "cookie ";
  pair("location", kind, location.name, ", prefix ", location.prefix);
}

/** How authentication ended: with whose identity, or why not. */
export function traceAuthentication(status: Status, context: AuthContext): void {
  step("authentication");
  bytes("status", statusText(status));
  if (status == Status.Ok) {
    if (context.identityRule < 0) word("identity", "none");
    else quoted("rule", context.rules.rules[context.identityRule].place);
  }
  endStep();
}

/** What the upstream gets that the client did not send so; names alone, values may be credentials. */
export function traceChanges(headers: HeaderList): void {
  for (let i: u32 = 0; i < headers.count; i++) {
    const state = headers.state(i);
    if (state == HeaderState.Original || state == HeaderState.Dropped) continue;
    step("header");
    word(
      "change",
      state == HeaderState.Removed ? "removed" : state == HeaderState.Added ? "added" : "replaced",
    );
    bytes("name", headers.name(i));
    endStep();
  }
}

/** The end of a request: passed, or refused with a status and, by a policy, its name. */
export function traceDecision(status: Status, policy: Span): void {
  step("decision");
  quoted("result", status == Status.Ok ? "allowed" : "denied");
  if (status != Status.Ok) bytes("status", statusText(status));
  if (!spanIsMissing(policy)) bytes("policy", policy);
  endStep();
}
