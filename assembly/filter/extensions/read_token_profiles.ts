/** `tokenProfiles`: each is given to the JWT rules of its issuers. */
import { Fields, text } from "../../config/fields";
import { algorithmOf, NO_ALGORITHM } from "../../jose/algorithm";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { Span } from "../../memory/span";
import { JwtRules } from "../configuration/jwt_rules";
import { TokenProfile } from "../configuration/token_profile";

/** Most profiles, and most items of a list in one. */
const MAX_ITEMS = 64;

/** In milliseconds. */
const DEFAULT_SKEW: i64 = 60_000;
const LONGEST_SKEW: i64 = 600_000;
const ONE_SECOND: i64 = 1_000;
const TEN_YEARS: i64 = 10 * 366 * 86_400_000;

/** Faults go to the errors of `extensions`. */
export function readTokenProfiles(extensions: Fields, rules: JwtRules, region: Region): void {
  const profiles = extensions.objects("tokenProfiles");
  if (profiles.length > MAX_ITEMS) extensions.error("tokenProfiles", "must have at most 64 items");
  for (let i = 0; i < profiles.length; i++) {
    const fields = profiles[i];
    if (fields.names().length == 0) extensions.errors.add(fields.path, "must not be empty");
    const issuers = list(fields, "issuers");
    const profile = readProfile(fields, region);
    fields.close();
    let given = 0;
    for (let j = 0; j < issuers.length; j++) {
      const before = given;
      given += give(profile, issuers[j], fields, rules);
      if (given == before)
        fields.error("issuers[" + j.toString() + "]", "no JWT rule has the issuer " + issuers[j]);
    }
    if (issuers.length == 0 && !fields.has("issuers")) give(profile, "", fields, rules);
  }
}

/** Gives a profile to the rules of an issuer; "": to all. @returns how many there are */
function give(profile: TokenProfile, issuer: string, fields: Fields, rules: JwtRules): i32 {
  let count = 0;
  for (let i = 0; i < rules.rules.length; i++) {
    const rule = rules.rules[i];
    if (issuer.length > 0 && text(rule.issuer) != issuer) continue;
    count++;
    if (rule.profile !== null && rule.profile !== profile)
      fields.error("issuers", "there is another profile for the issuer " + text(rule.issuer));
    rule.profile = profile;
  }
  return count;
}

function readProfile(fields: Fields, region: Region): TokenProfile {
  const profile = new TokenProfile();
  const typ = fields.string("typ").toLowerCase();
  if (fields.has("typ") && typ.length == 0) fields.error("typ", "must not be empty");
  if (typ.length > 0) profile.typ = region.keepText(typ.includes("/") ? typ : "application/" + typ);
  const claims = list(fields, "requiredClaims");
  profile.requiredClaims = new StaticArray<Span>(claims.length);
  for (let i = 0; i < claims.length; i++) profile.requiredClaims[i] = region.keepText(claims[i]);
  profile.maxAge = <u64>(fields.duration("maxAge", 0, ONE_SECOND, TEN_YEARS) / 1000);
  profile.maxLifetime = <u64>(fields.duration("maxLifetime", 0, ONE_SECOND, TEN_YEARS) / 1000);
  profile.clockSkew = <u64>(fields.duration("clockSkew", DEFAULT_SKEW, 0, LONGEST_SKEW) / 1000);
  const algorithms = list(fields, "algorithms");
  profile.algorithms = algorithms.length == 0 ? u32.MAX_VALUE : 0;
  for (let i = 0; i < algorithms.length; i++) {
    const id = algorithmOf(utf8(algorithms[i]));
    if (id == NO_ALGORITHM)
      fields.error("algorithms[" + i.toString() + "]", "is no algorithm that the filter verifies");
    else profile.algorithms |= 1 << id;
  }
  return profile;
}

/** A list of texts that, if it is there, says something. */
function list(fields: Fields, name: string): string[] {
  const values = fields.strings(name);
  if (values.length == 0 && fields.has(name)) fields.error(name, "must not be empty");
  if (values.length > MAX_ITEMS) fields.error(name, "must have at most 64 items");
  for (let i = 0; i < values.length; i++)
    if (values[i].length == 0) fields.error(name + "[" + i.toString() + "]", "must not be empty");
  return values;
}
