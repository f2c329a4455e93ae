/** `extensions.keySources`: further key sets for the JWT rules of an issuer, beside the one that each rule has. */
import { boundedObjects } from "../../config/bounded_lists";
import { Fields } from "../../config/fields";
import { JwtRule, MAX_KEY_SETS } from "./jwt_rule";
import { parseJwksUri } from "../endpoints/jwks_uri";
import { DEFAULT_TIMEOUT, KeyEndpoints, NO_URI } from "./key_endpoints";
import { rulesOfIssuer } from "./rules_of_issuer";

/** Faults go to the errors of `extensions`. */
export function readKeySources(extensions: Fields, rules: JwtRule[], endpoints: KeyEndpoints): void {
  const list = boundedObjects(extensions, "keySources");
  for (let i = 0; i < list.length; i++) {
    const fields = list[i];
    const issuer = fields.string("issuer");
    const uris = fields.strings("jwksUris");
    if (uris.length == 0) fields.error("jwksUris", "must not be empty");
    if (uris.length >= MAX_KEY_SETS)
      fields.error("jwksUris", "must have at most " + (MAX_KEY_SETS - 1).toString() + " items");
    else if (issuer.length == 0) fields.error("issuer", "must not be empty");
    else {
      const given = rulesOfIssuer<JwtRule[]>(rules, issuer, fields, "issuer");
      for (let j = 0; j < given.length; j++) give(uris, given[j], fields, endpoints);
    }
    fields.close();
  }
}

function give(uris: string[], rule: JwtRule, fields: Fields, endpoints: KeyEndpoints): void {
  if (rule.moreEndpoints.length > 0) {
    fields.error("issuer", "is there twice");
    return;
  }
  // The rule's own keys are refused already.
  if (rule.endpoint >= endpoints.all.length) return;
  const own = endpoints.all[rule.endpoint];
  const timeout: u32 = own.source.isInline ? <u32>DEFAULT_TIMEOUT : own.timeout;
  const more: i32[] = [];
  for (let i = 0; i < uris.length; i++) {
    const name = "jwksUris[" + i.toString() + "]";
    if (parseJwksUri(uris[i]) === null) {
      fields.error(name, NO_URI);
      continue;
    }
    const endpoint = endpoints.remote(fields, name, uris[i], timeout, "");
    if (endpoint == rule.endpoint) fields.error(name, "is what the JWT rule has as jwksUri");
    else if (more.includes(endpoint)) fields.error(name, "is there twice");
    more.push(endpoint);
  }
  rule.moreEndpoints = StaticArray.fromArray(more);
  putTogether(rule, more, endpoints);
}

/**
 * The endpoints of a rule know of each other. A token with an unknown key asks for all of them at once, so each of n waits n times as long before such
 * a token may ask again: an issuer's tokens cause one fetch a `refetchCooldown`, however many key sets it has.
 */
function putTogether(rule: JwtRule, more: i32[], endpoints: KeyEndpoints): void {
  const together = more.concat([rule.endpoint]);
  let remote = 0;
  for (let i = 0; i < together.length; i++) if (!endpoints.all[together[i]].source.isInline) remote++;
  for (let i = 0; i < together.length; i++) {
    const endpoint = endpoints.all[together[i]];
    const source = endpoint.source;
    source.newerCooldown = max(source.newerCooldown, source.refetchCooldown * remote);
    for (let j = 0; j < together.length; j++) {
      if (i != j && !endpoint.beside.includes(together[j])) endpoint.beside.push(together[j]);
    }
  }
}
