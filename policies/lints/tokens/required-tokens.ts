// JP238: a JWT rule that requires its token, and a rule of another issuer in the same places: each refuses the other's token.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import type { Policy } from "../../istio/policy.js";
import { mayMeet } from "../../policy-model/reach.js";
import { isRequired, jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { itemsOf, stringAt, stringsOf, valueAt, type Tree } from "../../resources/tree.js";

interface PlacedRule {
  readonly authentication: Policy;
  readonly rule: Tree;
  readonly issuer: string;
  readonly places: string;
}

export const requiredTokens: Lint = ({ requestAuthentications, rootNamespace }) => {
  const rules = requestAuthentications.flatMap((authentication): PlacedRule[] =>
    jwtRulesOf(authentication).map((rule) => ({
      authentication,
      rule,
      issuer: stringAt(rule, "issuer") ?? "",
      places: placesOf(rule),
    })),
  );
  return rules.flatMap((required) => {
    // A rule without an issuer takes every issuer's tokens.
    if (!isRequired(required.rule) || required.issuer === "") return [];
    const rival = rules.find(
      (other) =>
        other.issuer !== "" &&
        other.issuer !== required.issuer &&
        other.places === required.places &&
        mayMeet(other.authentication, required.authentication, rootNamespace),
    );
    return rival === undefined ? [] : [finding(required, rival)];
  });
};

function finding(required: PlacedRule, rival: PlacedRule): Finding {
  const both = isRequired(rival.rule);
  return remark({
    id: "JP238",
    resource: required.authentication.resource,
    at: valueAt(required.rule, "presence")?.at ?? required.rule.at,
    message: both
      ? `no request can pass: ${required.issuer} and ${rival.issuer} are both required in the same places, and each rule refuses the other's token`
      : `tokens of ${rival.issuer} are always refused: a token of ${required.issuer} is required in the same places`,
    remedy: both
      ? "give each rule a place of its own (fromHeaders, fromParams, fromCookies)"
      : "give each rule a place of its own; or leave presence out and require an identity by requestPrincipals",
  });
}

/** The places where a rule looks for tokens, as a text that is equal for the same places. */
function placesOf(rule: Tree): string {
  const headers = itemsOf(valueAt(rule, "fromHeaders")).map((header) => [
    "header",
    (stringAt(header, "name") ?? "").toLowerCase(),
    stringAt(header, "prefix") ?? "",
  ]);
  const named = (field: string) => stringsOf(valueAt(rule, field)).map(({ value }) => [field, value]);
  const places = [...headers, ...named("fromParams"), ...named("fromCookies")];
  return JSON.stringify(places.map((place) => JSON.stringify(place)).sort());
}
