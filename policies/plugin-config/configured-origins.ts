// Where the filter has to fetch keys, as a plugin configuration says it.

import { keysElsewhere } from "../key-sources/discovered-keys.js";
import { originOf, type JwksOrigin } from "../key-sources/jwks-origin.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { furtherJwksUrisIn } from "./configured-key-sources.js";
import { issuerOf, jwtRulesIn } from "./jwt-rules.js";

/** The origins that the JWT rules of a configuration need, each once, in order. */
export function jwksOriginsIn(configuration: JsonObject): JwksOrigin[] {
  const origins = new Map<string, JwksOrigin>();
  const text = (value: Json | undefined) => (typeof value === "string" && value !== "" ? value : undefined);
  const add = (uri: string | undefined) => {
    const origin = uri === undefined ? undefined : originOf(uri);
    if (origin !== undefined) origins.set(origin.origin, origin);
  };
  for (const rule of jwtRulesIn(configuration)) {
    const [uri, jwks] = [text(rule["jwksUri"]), text(rule["jwks"])];
    const issuer = uri === undefined && jwks === undefined ? issuerOf(rule) : undefined;
    const elsewhere = issuer === undefined ? undefined : keysElsewhere(issuer);
    for (const one of [uri ?? issuer, elsewhere]) add(one);
  }
  furtherJwksUrisIn(configuration).forEach(add);
  return [...origins.values()];
}
