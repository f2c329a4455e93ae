// `extensions.keySources` of a plugin configuration that may be anything: the further key sets of issuers.

import { isObject, objectsIn, textsIn } from "../resources/json.js";
import type { JsonObject } from "../resources/tree.js";
import { issuerOf } from "./jwt-rules.js";

/** Where the further key sets are. */
export function furtherJwksUrisIn(configuration: JsonObject): string[] {
  return keySourcesIn(configuration).flatMap(({ jwksUris }) => textsIn(jwksUris));
}

/** The configuration without those of some issuers: what is given in their place is all of their keys. */
export function withoutKeySources(configuration: JsonObject, issuers: ReadonlySet<string>): JsonObject {
  const { extensions } = configuration;
  const list = keySourcesIn(configuration);
  const rest = list.filter((one) => !issuers.has(issuerOf(one) ?? ""));
  if (!isObject(extensions) || rest.length === list.length) return configuration;
  return { ...configuration, extensions: { ...extensions, keySources: rest } };
}

function keySourcesIn({ extensions }: JsonObject): JsonObject[] {
  return isObject(extensions) ? objectsIn(extensions["keySources"]) : [];
}
