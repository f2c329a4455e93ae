/** `tokenProfiles`: each is given to the JWT rules of its issuers. */
import { Fields, text } from "../../config/fields";
import { algorithmOf, NO_ALGORITHM } from "../../jose/algorithm";
import { Region } from "../../memory/region";
import { Span, spanIsMissing, spanLength } from "../../memory/span";
import { lowerCaseText } from "../../memory/text_case";
import { mediaType } from "../authentication/check_profile";
import { isName } from "../configuration/issuer_tenants";
import { JwtRule } from "../configuration/jwt_rule";
import { JwtRules } from "../configuration/jwt_rules";
import { rulesOfIssuers } from "../configuration/rules_of_issuer";
import { CertificateBinding, TokenProfile } from "../configuration/token_profile";
import { boundedObjects, boundedTexts, refuseEmpty } from "../../config/bounded_lists";

/** In milliseconds. */
const DEFAULT_SKEW: i64 = 60_000;
const LONGEST_SKEW: i64 = 600_000;
const ONE_SECOND: i64 = 1_000;
/** RS, PS and ES (JWT-SVID.md §2.1): the first nine of the table. */
const SVID_ALGORITHMS: u32 = 0x1ff;
const TEN_YEARS: i64 = 10 * 366 * 86_400_000;

/** Faults go to the errors of `extensions`. */
export function readTokenProfiles(extensions: Fields, rules: JwtRules, region: Region): void {
  const profiles = boundedObjects(extensions, "tokenProfiles");
  for (let i = 0; i < profiles.length; i++) {
    const fields = profiles[i];
    if (fields.names().length == 0) extensions.errors.add(fields.path, "must not be empty");
    const issuers = list(fields, "issuers");
    const profile = readProfile(fields, region);
    fields.close();
    const given = rulesOfIssuers<StaticArray<JwtRule>>(rules.rules, issuers, fields);
    for (let j = 0; j < given.length; j++) give(profile, given[j], fields);
  }
}

function give(profile: TokenProfile, rule: JwtRule, fields: Fields): void {
  if (rule.profile !== null && rule.profile !== profile)
    fields.error("issuers", "there is another profile for the issuer " + text(rule.issuer));
  if (spanLength(profile.subjects) > 0 && rule.audiences.length == 0)
    fields.error("trustDomain", "the JWT rule must have audiences: a JWT-SVID is for those that it names");
  rule.profile = profile;
}

function readProfile(fields: Fields, region: Region): TokenProfile {
  const profile = new TokenProfile();
  const typ = fields.bytes("typ");
  if (spanLength(typ) > 0) {
    profile.typ = region.keep(mediaType(typ));
    // Without memory: an empty one would take any.
    if (spanIsMissing(profile.typ)) fields.error("typ", "too large");
  } else if (fields.has("typ")) fields.error("typ", "must not be empty");
  const claims = list(fields, "requiredClaims");
  profile.requiredClaims = new StaticArray<Span>(claims.length);
  for (let i = 0; i < claims.length; i++) profile.requiredClaims[i] = region.keepText(claims[i]);
  const scopeClaim = fields.string("scopeClaim");
  if (scopeClaim.length == 0 && fields.has("scopeClaim")) fields.error("scopeClaim", "must not be empty");
  if (scopeClaim != "scope") profile.scopeClaim = region.keepText(scopeClaim);
  profile.maxAge = <u64>(fields.duration("maxAge", 0, ONE_SECOND, TEN_YEARS) / 1000);
  profile.maxLifetime = <u64>(fields.duration("maxLifetime", 0, ONE_SECOND, TEN_YEARS) / 1000);
  profile.clockSkew = <u64>(fields.duration("clockSkew", DEFAULT_SKEW, 0, LONGEST_SKEW) / 1000);
  const algorithms = list(fields, "algorithms");
  profile.algorithms = algorithms.length == 0 ? u32.MAX_VALUE : 0;
  for (let i = 0; i < algorithms.length; i++) {
    const id = algorithmOf(region.keepText(algorithms[i]));
    if (id == NO_ALGORITHM)
      fields.error("algorithms[" + i.toString() + "]", "is no algorithm that the filter verifies");
    else profile.algorithms |= 1 << id;
  }
  profile.certificateBinding = readBinding(fields);
  const domain = fields.string("trustDomain");
  if (fields.has("trustDomain")) {
    if (!isName(fields.bytes("trustDomain")) || domain != lowerCaseText(domain))
      fields.error("trustDomain", "must be of small letters, digits, -, _ and .");
    profile.subjects = region.keepText("spiffe://" + domain + "/");
    profile.algorithms &= SVID_ALGORITHMS;
  }
  return profile;
}

function readBinding(fields: Fields): CertificateBinding {
  const name = "certificateBinding";
  if (!fields.has(name)) return CertificateBinding.None;
  const binding = fields.string(name);
  if (binding == "IF_PRESENT") return CertificateBinding.IfPresent;
  if (binding != "REQUIRED") fields.error(name, 'must be IF_PRESENT or REQUIRED, not "' + binding + '"');
  return CertificateBinding.Required;
}

/** A list of texts that, if it is there, says something. */
function list(fields: Fields, name: string): string[] {
  const values = boundedTexts(fields, name);
  refuseEmpty(fields, name, values.length);
  for (let i = 0; i < values.length; i++)
    if (values[i].length == 0) fields.error(name + "[" + i.toString() + "]", "must not be empty");
  return values;
}
