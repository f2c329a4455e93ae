// JP206: claims that are numbers. JP207: values with a space in claims that are split at spaces. JP208: dotted claims.

import type { Finding } from "../../findings/finding.js";
import { constraintsOf, type Constraint, type PolicyModel } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

/** Claims that RFC 7519 and OpenID Connect make numbers or booleans. */
const notStrings = new Map([
  ...["exp", "nbf", "iat", "auth_time", "updated_at"].map((claim) => [claim, "a number"] as const),
  ...["email_verified", "phone_number_verified"].map((claim) => [claim, "a boolean"] as const),
]);

/** Istio splits these always (pilot/pkg/security/authn/policy_applier.go). */
const spaceDelimited = ["scope", "permission"];

const claimKey = /^request\.auth\.claims\[([^\][]+)\](\[.*)?$/;

export const claimValues: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap((model) =>
    model.rules.flatMap(constraintsOf).flatMap((one) => judge(one, model)),
  );

function judge(constraint: Constraint, { policy }: PolicyModel): Finding[] {
  const { attribute, at, values, notValues } = constraint;
  const match = claimKey.exec(attribute);
  if (match === null) return [];
  const { resource } = policy;
  const claim = match[1]!;
  const nested = match[2] !== undefined;
  const type = nested ? undefined : notStrings.get(claim);
  const all = [...values, ...notValues];
  if (type !== undefined) {
    const message = `the claim ${claim} is ${type}, and only strings and lists of strings match`;
    return [
      remark({
        id: "JP206",
        resource,
        at,
        message,
        remedy: "leave the condition out, or let the issuer give a string",
      }),
    ];
  }
  const findings = all
    .filter(({ value }) => /^(-?[0-9]+(\.[0-9]+)?|true|false)$/.test(value))
    .map(({ value, at }) =>
      remark({
        id: "JP206",
        resource,
        at,
        severity: "note",
        message: `${attribute}: ${value} matches only if the token has it as a string, "${value}"`,
        remedy: "a claim that is a number or boolean never matches",
      }),
    );
  if (!nested && spaceDelimited.includes(claim)) {
    findings.push(
      ...all.filter(({ value }) => value.includes(" ")).map((one) => spaced(one, claim, resource)),
    );
  }
  if (
    !nested &&
    /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+$/.test(claim) &&
    !/\.(com|org|net|io|dev)$/.test(claim)
  ) {
    const path = claim.split(".").map((name) => `[${name}]`);
    findings.push(
      remark({
        id: "JP208",
        resource,
        at,
        message: `${attribute} is one claim with dots in its name`,
        remedy: `for a claim within a claim write request.auth.claims${path.join("")}`,
      }),
    );
  }
  return findings;
}

function spaced(
  { value, at }: Constraint["values"][number],
  claim: string,
  resource: PolicyModel["policy"]["resource"],
): Finding {
  return remark({
    id: "JP207",
    resource,
    at,
    message: `${claim} is split at spaces: ${JSON.stringify(value)} never matches`,
    remedy: "write each value on its own; for all of them together, one condition each",
  });
}
