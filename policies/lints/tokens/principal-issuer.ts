// JP202: the issuer ends in a slash, and the principal has one slash where it takes two. JP203: no rule has that issuer, or the one
// that a condition on the claim iss names.

import type { Finding } from "../../findings/finding.js";
import { hasTenantPlace, takesIssuer } from "../../policy-model/issuer-place.js";
import { contains } from "../../policy-model/pattern.js";
import { constraintsOf, type PolicyModel } from "../../policy-model/rule-model.js";
import { once } from "../../lookups/once.js";
import { stringAt, type LocatedString, type Tree } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";
import { rulesInReach } from "./rules-in-reach.js";

export const principalIssuer: Lint = (context) => {
  const rulesFor = rulesInReach(context);
  return context.authorizationPolicies.flatMap((model) => {
    const principals = principalsOf(model);
    const claims = issuerClaims(model);
    if (principals.length + claims.length === 0) return [];
    const issuers = issuersOf(rulesFor(model.policy));
    // A rule without issuer takes any; without rules in the files, they may be in the cluster.
    if (issuers.size === 0 || issuers.has("")) return [];
    return [
      ...principals.flatMap((principal) => judge(principal, issuers, model)),
      ...claims.flatMap((claim) => judgeClaim(claim, issuers, model)),
    ];
  });
};

/** Whether one of the issuers, or one of its tenants, is that of a token. */
const isTaken = (issuers: ReadonlySet<string>, issuer: string): boolean =>
  issuers.has(issuer) || [...issuers].some((one) => takesIssuer(one, issuer));

const mayBeTaken = (issuers: ReadonlySet<string>, pattern: string): boolean =>
  [...issuers].some((one) => hasTenantPlace(one) || contains("request.auth.claims[iss]", pattern, one));

function judgeClaim(
  { value, at }: LocatedString,
  issuers: ReadonlySet<string>,
  { policy }: PolicyModel,
): Finding[] {
  const isPattern = value.includes("*");
  if (isPattern ? mayBeTaken(issuers, value) : isTaken(issuers, value)) return [];
  return [
    remark({
      id: "JP203",
      resource: policy.resource,
      at,
      message: `iss is never ${JSON.stringify(value)}: no JWT rule for these workloads has that issuer`,
      remedy: `the issuers are ${[...issuers].join(", ")}; iss is compared as a whole`,
    }),
  ];
}

/** The values that conditions want of the claim `iss`; those that they exclude do no harm. */
function issuerClaims({ rules }: PolicyModel): LocatedString[] {
  return rules
    .flatMap(({ conditions }) => conditions)
    .filter(({ attribute }) => attribute === "request.auth.claims[iss]")
    .flatMap(({ values }) => [...values]);
}

function judge(principal: LocatedString, issuers: ReadonlySet<string>, { policy }: PolicyModel): Finding[] {
  const { value, at } = principal;
  const slash = value.lastIndexOf("/");
  if (slash < 0 || value.startsWith("*")) return [];
  const issuer = value.slice(0, slash);
  if (isTaken(issuers, issuer)) return [];
  const { resource } = policy;
  const slashed = `${issuer}/`;
  if (issuers.has(slashed)) {
    const right = `${slashed}/${value.slice(slashed.length)}`;
    return [
      remark({
        id: "JP202",
        resource,
        at,
        message: `${value} never matches: the issuer ${slashed} ends in a slash, and one more stands before the subject`,
        remedy: `write ${right}`,
        fix: { at, text: JSON.stringify(right) },
      }),
    ];
  }
  return [
    remark({
      id: "JP203",
      resource,
      at,
      message: `${value} never matches: no JWT rule for these workloads has the issuer ${issuer}`,
      remedy: remedy(value, issuers),
    }),
  ];
}

const issuersOf = once(
  (rules: readonly Tree[]): ReadonlySet<string> =>
    new Set(rules.map((rule) => stringAt(rule, "issuer") ?? "")),
);

function principalsOf({ rules }: PolicyModel): LocatedString[] {
  return rules
    .flatMap(constraintsOf)
    .filter(({ attribute }) => attribute === "requestPrincipals" || attribute === "request.auth.principal")
    .flatMap(({ values, notValues }) => [...values, ...notValues]);
}

function remedy(value: string, issuers: ReadonlySet<string>): string {
  const known = `the issuers are ${[...issuers].join(", ")}`;
  // A subject such as repo:org/app: what is in front of the last slash is compared with the issuer.
  const begun = [...issuers].find((issuer) => value.startsWith(`${issuer}/`));
  if (begun !== undefined && value.endsWith("/*"))
    return `${known}; a principal is split at its last slash. For subjects with slashes write ${value.slice(0, -2)}*`;
  return `${known}; a principal is issuer, slash, subject, and split at its last slash`;
}
