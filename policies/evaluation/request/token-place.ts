// Where a token goes in a request that does not say so: the first place where a rule looks for tokens of its issuer.

import { issuerOf, jwtRulesIn } from "../../plugin-config/jwt-rules.js";
import { takesIssuer } from "../../policy-model/issuer-place.js";
import { objectsIn, textsIn } from "../../resources/json.js";
import type { HeaderLine, Request } from "./request.js";
import type { JsonObject } from "../../resources/tree.js";

type TokenPlace =
  | { readonly kind: "header"; readonly name: string; readonly prefix: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "cookie"; readonly name: string };

/** Where rules look that say nothing else (Istio's RequestAuthentication, `fromHeaders`). */
const usual: TokenPlace = { kind: "header", name: "authorization", prefix: "Bearer " };

/** The place for a token of this issuer: that of its rule, or of a rule for any issuer, or the usual one. */
function tokenPlace(configuration: JsonObject, issuer: string | undefined): TokenPlace {
  const rules = jwtRulesIn(configuration);
  const rule =
    rules.find((one) => issuer !== undefined && takesIssuer(issuerOf(one) ?? "", issuer)) ??
    rules.find((one) => issuerOf(one) === undefined);
  const [header] = objectsIn(rule?.["fromHeaders"]);
  const [parameter] = textsIn(rule?.["fromParams"]);
  const [cookie] = textsIn(rule?.["fromCookies"]);
  if (header !== undefined) {
    const { name, prefix = "" } = header;
    if (typeof name === "string" && typeof prefix === "string") return { kind: "header", name, prefix };
  }
  if (parameter !== undefined) return { kind: "parameter", name: parameter };
  return cookie === undefined ? usual : { kind: "cookie", name: cookie };
}

/** A request to which a token can be added. */
export interface TextRequest extends Request {
  readonly path: string;
  readonly headers: readonly HeaderLine[];
}

/** The request with a token of this issuer, where a rule of the configuration looks for it. */
export function withToken<R extends TextRequest>(
  request: R,
  { text, issuer }: { readonly text: string; readonly issuer: string | undefined },
  configuration: JsonObject,
): R {
  const place = tokenPlace(configuration, issuer);
  switch (place.kind) {
    case "header":
      return { ...request, headers: [...request.headers, [place.name, place.prefix + text]] };
    case "cookie":
      return { ...request, headers: [...request.headers, ["cookie", `${place.name}=${text}`]] };
    case "parameter": {
      const parameter = `${encodeURIComponent(place.name)}=${encodeURIComponent(text)}`;
      return { ...request, path: `${request.path}${request.path.includes("?") ? "&" : "?"}${parameter}` };
    }
  }
}
