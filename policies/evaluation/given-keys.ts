// Key sets that the user gives in place of those that the filter would fetch or that the rules hold.

import { withoutKeySources } from "../plugin-config/configured-key-sources.js";
import { mapJwtRules } from "../plugin-config/jwt-rules.js";
import type { JsonObject } from "../resources/tree.js";

/**
 * JSON text of a key set, by what it is the key set of: an issuer, whose rules get it in place of all else that they say of keys, or a
 * URI, which then answers with it. Rules without issuer have their keys by URI alone.
 */
export type GivenKeys = ReadonlyMap<string, string>;

/**
 * The configuration with the given key sets in the rules of their issuers: `jwks` takes the place of `jwksUri`, of discovery and of
 * further key sets. Anything
 * that is no configuration stays as it is; the filter says what is wrong with it.
 */
export function withGivenKeys(configuration: JsonObject, given: GivenKeys): JsonObject {
  if (given.size === 0) return configuration;
  const alone = withoutKeySources(configuration, new Set(given.keys()));
  return mapJwtRules(alone, (rule) => withKeys(rule, given));
}

function withKeys(rule: JsonObject, given: GivenKeys): JsonObject {
  const { issuer } = rule;
  const jwks = typeof issuer === "string" ? given.get(issuer) : undefined;
  if (jwks === undefined) return rule;
  return { ...Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "jwksUri")), jwks };
}

/** The key set that answers a call. */
export function givenAnswer(given: GivenKeys, calledUri: string): string | undefined {
  for (const [name, keys] of given) if (URL.canParse(name) && uriOfCall(name) === calledUri) return keys;
  return undefined;
}

/** A `jwksUri` as the filter calls it: never without path, never with a fragment. */
function uriOfCall(uri: string): string {
  return uri.replace(/#.*$/, "").replace(/^(\w+:\/\/[^/?]*)(?=\?|$)/, "$1/");
}
