// Issuers with a place for the tenant, `https://login.microsoftonline.com/{tenantid}/v2.0`, which the filter takes where `extensions.tenants` says so.

const PLACE = "{tenantid}";

/** What may stand in the place (assembly/filter/configuration/issuer_tenants.ts). */
const tenant = /^[A-Za-z0-9._-]+$/;

export function hasTenantPlace(issuer: string): boolean {
  return issuer.includes(PLACE);
}

/** Whether a token's issuer is a rule's, by itself or as one of its tenants'. */
export function takesIssuer(ruleIssuer: string, issuer: string): boolean {
  if (ruleIssuer === issuer) return true;
  const at = ruleIssuer.indexOf(PLACE);
  if (at < 0) return false;
  const [before, after] = [ruleIssuer.slice(0, at), ruleIssuer.slice(at + PLACE.length)];
  if (!issuer.startsWith(before) || !issuer.endsWith(after)) return false;
  return tenant.test(issuer.slice(before.length, issuer.length - after.length));
}
