/** Which JWT rules an entry of `extensions` is about: it names issuers, and each must have a rule. */
import { Fields, text } from "../../config/fields";
import { JwtRule } from "./jwt_rule";

/**
 * The rules of an issuer.
 * @param rules all of the configuration
 * @param place the field of `fields` that names the issuer: the error is told there when no rule has it
 */
export function rulesOfIssuer<T extends ArrayLike<JwtRule>>(
  rules: T,
  issuer: string,
  fields: Fields,
  place: string,
): JwtRule[] {
  const found: JwtRule[] = [];
  for (let i = 0; i < rules.length; i++) {
    if (text(rules[i].issuer) == issuer) found.push(rules[i]);
  }
  if (found.length == 0) fields.error(place, "no JWT rule has the issuer " + issuer);
  return found;
}

/** The rules of the entry's `issuers`, as `issuers` names them; all rules when it has no such field. */
export function rulesOfIssuers<T extends ArrayLike<JwtRule>>(
  rules: T,
  issuers: string[],
  fields: Fields,
): JwtRule[] {
  let found: JwtRule[] = [];
  for (let i = 0; i < issuers.length; i++)
    found = found.concat(rulesOfIssuer<T>(rules, issuers[i], fields, "issuers[" + i.toString() + "]"));
  if (!fields.has("issuers")) {
    for (let i = 0; i < rules.length; i++) found.push(rules[i]);
  }
  return found;
}
