/** The index by which an issuer picks its rules: all of them, in native's order, and no other. */
import { JwtRule } from "../../../../assembly/filter/configuration/jwt_rule";
import { JwtRules } from "../../../../assembly/filter/configuration/jwt_rules";
import { KeyEndpoint } from "../../../../assembly/filter/endpoints/key_endpoint";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span } from "../../../../assembly/memory/span";
import { LocationKind, TokenLocation } from "../../../../assembly/token/location";
import { expectEqual, expectFalse, expectTrue } from "../../assertions/expect.as";

const bearer = new TokenLocation(LocationKind.Header, utf8("authorization"), utf8("Bearer "));
const other = new TokenLocation(LocationKind.Header, utf8("x-token"), utf8(""));

function rule(issuer: string, location: TokenLocation = bearer, payloadHeader: string = ""): JwtRule {
  const locations = new StaticArray<TokenLocation>(1);
  locations[0] = location;
  return new JwtRule(utf8(issuer), [], locations, utf8(payloadHeader), [], false, [], 0, false);
}

function index(rules: JwtRule[]): JwtRules {
  return new JwtRules(StaticArray.fromArray(rules), new StaticArray<KeyEndpoint>(0));
}

/** Indices of the rules that accept an issuer, separated by commas. */
function rulesOf(rules: JwtRules, issuer: string): string {
  const found: i32[] = [];
  const name: Span = utf8(issuer);
  for (let i = rules.nextRule(name, 0); i >= 0; i = rules.nextRule(name, i + 1)) found.push(i);
  return found.join();
}

export function rules_of_one_issuer_and_those_of_any_come_in_order(): void {
  const rules = index([rule(""), rule(""), rule("a"), rule("b"), rule("a"), rule(""), rule("a")]);
  expectEqual<string>(rulesOf(rules, "a"), "0,1,2,4,5,6");
  expectEqual<string>(rulesOf(rules, "b"), "0,1,3,5");
  expectEqual<string>(rulesOf(rules, "c"), "0,1,5");
  expectEqual<string>(rulesOf(rules, ""), "0,1,5");
}

export function no_rules_and_no_match(): void {
  expectEqual<string>(rulesOf(index([]), "a"), "");
  expectEqual<string>(rulesOf(index([rule("a")]), "b"), "");
  expectEqual<string>(rulesOf(index([rule("a")]), "A"), "");
  expectEqual<string>(rulesOf(index([rule("a")]), ""), "");
}

export function a_thousand_issuers(): void {
  const list: JwtRule[] = [];
  for (let i = 0; i < 1000; i++) list.push(rule("https://issuer-" + (i % 500).toString()));
  const rules = index(list);
  for (let i = 0; i < 500; i++) {
    expectEqual<string>(
      rulesOf(rules, "https://issuer-" + i.toString()),
      i.toString() + "," + (i + 500).toString(),
    );
  }
  expectEqual<string>(rulesOf(rules, "https://issuer-500"), "");
}

export function rules_that_look_in_the_same_places_are_uniform(): void {
  expectTrue(index([]).uniform);
  expectTrue(index([rule("a"), rule("b")]).uniform);
  expectFalse(index([rule("a"), rule("b", other)]).uniform);
  expectFalse(index([rule("a", other, "x-token")]).uniform, "it writes where tokens are read");
  expectTrue(index([rule("a", bearer, "x-token")]).uniform);
}

export function output_headers_are_listed_once(): void {
  expectEqual<i32>(
    index([rule("a", bearer, "x-p"), rule("b", bearer, "x-p"), rule("c", bearer, "x-q")]).outputHeaders
      .length,
    2,
  );
  expectEqual<i32>(index([rule("a")]).outputHeaders.length, 0);
}

export function parameters_that_carry_tokens_are_listed_once(): void {
  const parameter = new TokenLocation(LocationKind.Parameter, utf8("t"), utf8(""));
  const cookie = new TokenLocation(LocationKind.Cookie, utf8("c"), utf8(""));
  const rules = [rule("a", parameter), rule("b", cookie), rule("c", parameter), rule("d")];
  expectEqual<i32>(index(rules).tokenParameters.length, 1);
  expectEqual<i32>(index([rule("a")]).tokenParameters.length, 0);
}
