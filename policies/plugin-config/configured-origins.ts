// Where the filter has to fetch keys, as a plugin configuration says it.

import { keysElsewhere } from "../key-sources/discovered-keys.js";
import { originsOf, type JwksOrigin } from "../key-sources/jwks-origin.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { furtherJwksUrisIn } from "./configured-key-sources.js";
import { issuerOf, jwtRulesIn } from "./jwt-rules.js";

/** The origins that the JWT rules of a configuration need, each once, in order. */
export function jwksOriginsIn(configuration: JsonObject): JwksOrigin[] {
  const text = (value: Json | undefined) => (typeof value === "string" && value !== "" ? value : undefined);
  const own = jwtRulesIn(configuration).flatMap((rule) => {
    const [uri, jwks] = [text(rule["jwksUri"]), text(rule["jwks"])];
    const issuer = uri === undefined && jwks === undefined ? issuerOf(rule) : undefined;
    return [uri ?? issuer, issuer === undefined ? undefined : keysElsewhere(issuer)];
  });
  return originsOf([...own, ...furtherJwksUrisIn(configuration)]);
}
