// Where a token goes in a request that does not say so: the first place where a rule looks for tokens of its issuer.

import { issuerOf, jwtRulesIn, objectsIn, textsIn } from "./plugin-configuration.js";
import type { JsonObject } from "./resources/tree.js";

export type TokenPlace =
  | { readonly kind: "header"; readonly name: string; readonly prefix: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "cookie"; readonly name: string };

/** Where rules look that say nothing else (Istio's RequestAuthentication, `fromHeaders`). */
const usual: TokenPlace = { kind: "header", name: "authorization", prefix: "Bearer " };

/** The place for a token of this issuer: that of its rule, or of a rule for any issuer, or the usual one. */
export function tokenPlace(configuration: JsonObject, issuer: string | undefined): TokenPlace {
  const rules = jwtRulesIn(configuration);
  const rule =
    rules.find((one) => issuer !== undefined && issuerOf(one) === issuer) ??
    rules.find((one) => issuerOf(one) === undefined);
  const [header] = objectsIn(rule?.["fromHeaders"]);
  const [parameter] = textsIn(rule?.["fromParams"]);
  const [cookie] = textsIn(rule?.["fromCookies"]);
  if (header !== undefined) {
    const { name, prefix = "" } = header;
    return { kind: "header", name: String(name), prefix: String(prefix) };
  }
  if (parameter !== undefined) return { kind: "parameter", name: parameter };
  return cookie === undefined ? usual : { kind: "cookie", name: cookie };
}
