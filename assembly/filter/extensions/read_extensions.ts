/** `extensions`: everything that Istio's two objects have no words for, one field for each part. Each part has a reader of its own. */
import { Fields, text } from "../../config/fields";
import { Region } from "../../memory/region";
import { PolicyOptions } from "../../policy/rules/policy_options";
import { JwtRules } from "../configuration/jwt_rules";
import { readTenants } from "../configuration/read_tenants";
import { Extensions } from "./extensions";
import { readAnswers } from "./read_answers";
import { readProtectedResources } from "./read_protected_resources";
import { readTokenExemptions } from "./read_token_exemptions";
import { readTokenProfiles } from "./read_token_profiles";

/** Null where nothing is said: then no request is asked about any of it. `claimPolicies` are compiled with Istio's. Faults go to the errors of `fields`. */
export function readExtensions(
  fields: Fields | null,
  rules: JwtRules,
  options: PolicyOptions,
  region: Region,
): Extensions | null {
  if (fields === null) return null;
  readTenants(fields, rules, region);
  const issuers: string[] = [];
  for (let i = 0; i < rules.rules.length; i++) {
    // One with a place for the tenant is nobody's address.
    if (rules.rules[i].tenants === null) issuers.push(text(rules.rules[i].issuer));
  }
  const resources = readProtectedResources(fields, issuers, region);
  const exemptions = readTokenExemptions(fields, options);
  const answers = readAnswers(fields, region);
  readTokenProfiles(fields, rules, region);
  fields.close();
  return fields.names().length > 0 ? new Extensions(resources, exemptions, answers) : null;
}
