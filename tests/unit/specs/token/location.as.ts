/** Where tokens are found and how they are taken out: headers, parameters, cookies (Envoy jwt_authn extractor.cc); audiences. */
import { NO_NODE, ROOT, parseJson } from "../../../../assembly/claims/json";
import { serializePairs } from "../../../../assembly/abi/layout/pairs";
import { allocate } from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span } from "../../../../assembly/memory/span";
import { HeaderList, readHeaderList } from "../../../../assembly/request/header_list";
import { audienceAllowed, bareAudience } from "../../../../assembly/token/audience";
import { cookieValue } from "../../../../assembly/token/cookie";
import { FoundTokens, LocationKind, TokenLocation, findTokens } from "../../../../assembly/token/location";
import { expectEqual, expectMissing, expectText, expectTrue } from "../../assertions/expect.as";

function request(lines: string[]): HeaderList {
  const table = allocate(<usize>lines.length * 16 + 16);
  for (let i = 0; i < lines.length; i++) {
    const colon = lines[i].indexOf(": ");
    store<u64>(table + <usize>i * 16, utf8(lines[i].substring(0, colon)));
    store<u64>(table + <usize>i * 16, utf8(lines[i].substring(colon + 2)), 8);
  }
  return readHeaderList(serializePairs(table, lines.length));
}

function location(kind: LocationKind, name: string, prefix: string = ""): TokenLocation {
  return new TokenLocation(kind, utf8(name), utf8(prefix));
}

const bearer = location(LocationKind.Header, "authorization", "Bearer ");

function find(headers: HeaderList, places: TokenLocation[]): FoundTokens {
  return findTokens(headers, StaticArray.fromArray(places));
}

/** The token in `Authorization: <value>`; null means that none is found. */
function expectBearer(value: string, token: string | null): void {
  const found = find(request(["authorization: " + value]), [bearer]);
  expectEqual<u32>(found.count, token === null ? 0 : 1, value);
  if (token !== null) expectText(found.text(0), token, value);
}

export function the_token_behind_a_prefix(): void {
  expectBearer("Bearer abc", "abc");
  expectBearer("Bearer  \t abc", "abc");
  expectBearer("foo Bearer abc", "abc");
  expectBearer("Bearer abc def, ghi", "abc def, ghi");
  expectBearer("Bearer ,;abc", "abc");
  expectBearer("Bearer .a", ".a");
  expectBearer("Bearer -_", "-_");
  expectBearer("Bearer Bearer abc", "Bearer abc");
  expectBearer("bearer abc", null);
  expectBearer("BEARER abc", null);
  expectBearer("Bearer", null);
  expectBearer("Bearerabc", null);
  expectBearer("", null);
  expectBearer("Basic YTpi", null);
  expectBearer("Bearer ", "Bearer ");
  expectBearer("Bearer ,,,", "Bearer ,,,");
  expectBearer("Bearer é", "Bearer é");
}

export function a_header_without_prefix_is_the_token(): void {
  const whole = location(LocationKind.Header, "x-token");
  expectText(find(request(["x-token: Bearer a b"]), [whole]).text(0), "Bearer a b");
  expectEqual<u32>(find(request(["x-token: "]), [whole]).count, 1, "an empty one is a (bad) token");
  expectEqual<u32>(find(request(["x-other: a"]), [whole]).count, 0);
}

export function tokens_come_in_the_order_of_the_places(): void {
  const headers = request([":path: /?a=3&b=4", "cookie: c=5", "x: 2", "authorization: Bearer 1"]);
  const found = find(headers, [
    bearer,
    location(LocationKind.Header, "x"),
    location(LocationKind.Parameter, "a"),
    location(LocationKind.Parameter, "b"),
    location(LocationKind.Parameter, "none"),
    location(LocationKind.Cookie, "c"),
  ]);
  expectEqual<u32>(found.count, 5);
  for (let i: u32 = 0; i < 5; i++) expectText(found.text(i), (i + 1).toString());
  expectEqual<u32>(found.location(4), 5);
  expectEqual<u32>(find(request([]), []).count, 0);
}

export function many_tokens(): void {
  const places: TokenLocation[] = [];
  for (let i = 0; i < 100; i++) places.push(bearer);
  const found = find(request(["authorization: Bearer x"]), places);
  expectEqual<u32>(found.count, 100);
  for (let i: u32 = 0; i < 100; i++) {
    expectText(found.text(i), "x");
    expectEqual<u32>(found.location(i), i);
  }
}

export function removal_takes_the_header_or_the_parameter_and_leaves_the_cookie(): void {
  const headers = request([":path: /p?z=%20&a=1&y", "cookie: c=1; d=2", "authorization: Bearer 1"]);
  bearer.remove(headers);
  expectMissing(headers.joined(utf8("authorization")));
  location(LocationKind.Parameter, "a").remove(headers);
  expectText(headers.joined(utf8(":path")), "/p?z=%20&y");
  location(LocationKind.Cookie, "c").remove(headers);
  expectText(headers.joined(utf8("cookie")), "c=1; d=2");
  // Without the header there is nothing to remove, and nothing happens.
  const none = request(["x: 1"]);
  bearer.remove(none);
  location(LocationKind.Parameter, "a").remove(none);
  expectTrue(!none.changed);
}

function expectCookie(header: string, value: string | null): void {
  const found = cookieValue(request(["cookie: " + header]), utf8("t"));
  if (value === null) expectMissing(found, header);
  else expectText(found, value, header);
}

export function cookies(): void {
  expectCookie("t=1", "1");
  expectCookie("a=0; t=1; t=2", "1");
  expectCookie("a=0;t=1", "1");
  expectCookie("a=0;   t=1", "1");
  // Only blanks, as native passes over (tests/differential/cases/locations.ts).
  expectCookie("a=0;  \t t=1", null);
  expectCookie("t=", "");
  expectCookie("t", null);
  expectCookie("", null);
  expectCookie(";", null);
  expectCookie("=1", null);
  expectCookie("tt=1", null);
  expectCookie("T=1", null);
  expectCookie('t="1"', "1");
  expectCookie('t=""', "");
  expectCookie('t="', '"');
  expectCookie('t="1', '"1');
  expectCookie("t=a=b", "a=b");
  expectCookie("t=a b", "a b");
  expectCookie(";;; t=1", "1");
  expectText(cookieValue(request(["cookie: a=1", "cookie: t=2"]), utf8("t")), "2", "in a second header");
}

export function audiences_without_scheme_and_one_slash(): void {
  const rows = [
    ["a", "a"],
    ["http://a", "a"],
    ["https://a/", "a"],
    ["https://a//", "a/"],
    ["a/", "a"],
    ["/", ""],
    ["", ""],
    ["https://", ""],
    ["https:///", ""],
    ["http://https://a", "https://a"],
    ["HTTPS://a", "HTTPS://a"],
    ["ftp://a/", "ftp://a"],
  ];
  for (let i = 0; i < rows.length; i++) expectText(bareAudience(utf8(rows[i][0])), rows[i][1], rows[i][0]);
}

function allowed(claims: string, audiences: string[]): bool {
  const document = parseJson(utf8(claims));
  const list = new StaticArray<Span>(audiences.length);
  for (let i = 0; i < audiences.length; i++) list[i] = bareAudience(utf8(audiences[i]));
  return audienceAllowed(document, document.member(ROOT, utf8("aud")), list);
}

export function any_audience_of_the_token_in_the_list(): void {
  expectTrue(allowed('{"aud":"https://a/"}', ["http://a"]));
  expectTrue(allowed('{"aud":["x","a"]}', ["b", "a"]));
  expectTrue(allowed('{"aud":"x"}', []), "no list, no check");
  expectTrue(allowed("{}", []));
  expectTrue(!allowed("{}", ["a"]));
  expectTrue(!allowed('{"aud":[]}', ["a"]));
  expectTrue(!allowed('{"aud":"A"}', ["a"]));
  expectTrue(!allowed('{"aud":"a b"}', ["a"]), "no list separated by spaces");
  expectTrue(allowed('{"aud":""}', ["/"]), "native compares bare texts, empty ones too");
  expectEqual<u32>(NO_NODE, 0);
}
