// The JWT rules of a plugin configuration that may be anything: what has another type than it should is passed over, the filter says so.

import { mapObjects, objectsIn } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";

/** The configuration with its JWT rules changed. */
export function mapJwtRules(configuration: JsonObject, change: (rule: JsonObject) => JsonObject): JsonObject {
  return mapMember(configuration, "requestAuthentications", (one) => mapMember(one, "jwtRules", change));
}

function mapMember(holder: JsonObject, name: string, change: (item: JsonObject) => JsonObject): JsonObject {
  const list = mapObjects(holder[name], change);
  return list === undefined ? holder : { ...holder, [name]: list };
}

/** The JWT rules of all RequestAuthentications. */
export function jwtRulesIn(configuration: { readonly requestAuthentications?: Json }): JsonObject[] {
  return objectsIn(configuration.requestAuthentications).flatMap(({ jwtRules }) => objectsIn(jwtRules));
}

/** The issuers that JWT rules name. */
export function issuersIn(configuration: { readonly requestAuthentications?: Json }): Set<string> {
  return new Set(jwtRulesIn(configuration).flatMap((rule) => issuerOf(rule) ?? []));
}

/** The issuer of the rules, if all that name one name the same. */
export function onlyIssuerIn(configuration: { readonly requestAuthentications?: Json }): string | undefined {
  const [issuer, ...others] = issuersIn(configuration);
  return others.length === 0 ? issuer : undefined;
}

/** A rule's issuer; an empty one is none, to the filter as well. */
export function issuerOf({ issuer }: JsonObject): string | undefined {
  return typeof issuer === "string" && issuer !== "" ? issuer : undefined;
}
