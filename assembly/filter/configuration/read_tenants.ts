/** `extensions.tenants`: each is given to the JWT rules of its issuer. */
import { boundedObjects } from "../../config/bounded_lists";
import { Fields } from "../../config/fields";
import { hashBytes } from "../../memory/hash";
import { Region } from "../../memory/region";
import { nameTable, NOT_FOUND } from "../../policy/tables/name_table";
import { KeyEndpoint } from "../endpoints/key_endpoint";
import { IssuerTenants, isName } from "./issuer_tenants";
import { JwtRule } from "./jwt_rule";
import { JwtRules } from "./jwt_rules";
import { rulesOfIssuer } from "./rules_of_issuer";

/** Where the tenant stands, in Microsoft's word for it. */
const PLACE = "{tenantid}";
const MAX_TENANTS = 4096;

/** Faults go to the errors of `extensions`. */
export function readTenants(extensions: Fields, rules: JwtRules, region: Region): void {
  const list = boundedObjects(extensions, "tenants");
  for (let i = 0; i < list.length; i++) {
    const fields = list[i];
    const issuer = fields.string("issuer");
    if (!hasPlace(issuer))
      fields.error("issuer", "must be a URL with " + PLACE + " as one segment of its path");
    else {
      const tenants = readEntry(fields, issuer, region);
      const given = rulesOfIssuer<StaticArray<JwtRule>>(rules.rules, issuer, fields, "issuer");
      for (let j = 0; j < given.length; j++) give(tenants, given[j], fields, rules.endpoints);
      rules.anyTenants = true;
    }
    fields.close();
  }
}

function readEntry(fields: Fields, issuer: string, region: Region): IssuerTenants {
  const place = issuer.indexOf(PLACE);
  const names = fields.strings("allowed");
  const any = fields.boolean("anyTenant", false);
  if (any == names.length > 0)
    fields.error("allowed", "must list tenants, or anyTenant be true, and not both");
  if (names.length > MAX_TENANTS) fields.error("allowed", "must have at most 4096 items");
  const claim = fields.has("claim") ? fields.string("claim") : "tid";
  if (claim.length == 0) fields.error("claim", "must not be empty");
  const allowed = nameTable(region, names.length);
  for (let i = 0; i < names.length; i++) {
    const name = region.keepText(names[i]);
    const hash = hashBytes(name);
    if (!isName(name))
      fields.error("allowed[" + i.toString() + "]", "must be of letters, digits, -, _ and .");
    else if (allowed.find(name, hash) == NOT_FOUND) allowed.insert(name, hash, 0);
  }
  return new IssuerTenants(
    region.keepText(issuer),
    region.keepText(issuer.substring(0, place)),
    region.keepText(issuer.substring(place + PLACE.length)),
    region.keepText(claim),
    allowed,
    any,
  );
}

function give(
  tenants: IssuerTenants,
  rule: JwtRule,
  fields: Fields,
  endpoints: StaticArray<KeyEndpoint>,
): void {
  if (rule.tenants !== null) fields.error("issuer", "is there twice");
  // Without an endpoint the rule's own keys are refused already.
  if (rule.endpoint < endpoints.length && endpoints[rule.endpoint].discovery !== null)
    fields.error("issuer", "its JWT rule must have jwksUri or jwks: there is nothing to discover keys from");
  rule.tenants = tenants;
}

/** In the path, since who chooses a host chooses whom to trust. */
function hasPlace(issuer: string): bool {
  const place = issuer.indexOf(PLACE);
  const path = issuer.indexOf("/", issuer.startsWith("https://") ? 8 : 7);
  if (!(issuer.startsWith("https://") || issuer.startsWith("http://")) || path < 0 || place <= path)
    return false;
  const end = place + PLACE.length;
  const isSegment =
    issuer.charCodeAt(place - 1) == 0x2f && (end == issuer.length || issuer.charCodeAt(end) == 0x2f);
  return isSegment && issuer.indexOf("{", end) < 0;
}
