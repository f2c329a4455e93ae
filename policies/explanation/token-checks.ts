// What a JWT rule checks of a token, one after the other, and how far the token came.

import type { KeyStep, TokenStep } from "../evaluation/step.js";
import { momentText } from "../text/moment.js";
import { relativeTime } from "../text/relative-time.js";

export type CheckName =
  "form" | "issuer" | "not before" | "expiry" | "audience" | "profile" | "key" | "signature";

export interface Check {
  readonly name: CheckName;
  /** `assumed`: the user wants it taken for good. */
  readonly result: "passed" | "failed" | "not reached" | "assumed";
  /** For people: what was compared, and with what. */
  readonly text: string;
}

/** The check that each outcome comes from; texts of the token's form are all others. */
const failedBy: Readonly<Record<string, CheckName>> = {
  "Jwt issuer is not configured": "issuer",
  "Jwt not yet valid": "not before",
  "Jwt is expired": "expiry",
  "Audiences in Jwt are not allowed": "audience",
  "Jwt header [typ] is not allowed": "profile",
  "Jwt header [alg] is not allowed": "profile",
  "Jwt lacks a required claim": "profile",
  "Jwt is too old": "profile",
  "Jwt lives too long": "profile",
  "Jwt is not bound to the client certificate": "profile",
  "Client certificate is missing": "profile",
  "Jwt payload [sub] field is not of the trust domain": "profile",
  "Jwt tenant is not allowed": "issuer",
  "Jwks doesn't have key to match kid or alg from Jwt": "key",
  "Jwks remote fetch is failed": "key",
  "Jwks is being fetched": "key",
  "Jwt verification fails": "signature",
  "Jwt ED25519 signature is wrong length": "signature",
};

/** What clocks may differ by (assembly/token/token.ts). */
const clockSkew = 60;

/** What is known of a token and its keys beside the filter's steps. */
export interface TokenContext {
  /**
   * Why the token that the filter got was signed here: there are only claims, or the signature is to be taken for good, and `form` tells of the
   * token as it came. Undefined for a token as it came.
   */
  readonly signedHere:
    { readonly why: "claims" } | { readonly why: "unverified"; readonly form: string } | undefined;
  /** Issuers whose keys the user gave in a file. */
  readonly givenKeys: ReadonlySet<string>;
}

/**
 * In the order in which the filter makes them.
 * @param key of the same rule, if the check came as far as its keys
 */
export function checksOf(token: TokenStep, key: KeyStep | undefined, context: TokenContext): Check[] {
  const failed = token.status === "OK" ? undefined : (failedBy[token.status] ?? "form");
  const texts: Readonly<Partial<Record<CheckName, string>>> = {
    form: failed === "form" ? token.status : formTextOf(token, context),
    issuer: issuerText(token, failed === "issuer"),
    "not before": notBeforeText(token),
    expiry: expiryText(token),
    audience: audienceText(token, failed === "audience"),
    // Told where it refuses the token alone: most rules have none.
    ...(failed === "profile" ? { profile: token.status } : {}),
    key: keyText(key, token, failed === "key", context),
    signature: failed === "signature" ? token.status : signatureText(key, context),
  };
  let result: Check["result"] = "passed";
  return (Object.keys(texts) as CheckName[]).map((name) => {
    if (name === failed) result = "failed";
    else if (result === "failed") result = "not reached";
    if (result === "not reached") return { name, result, text: "" };
    const isAssumed = result === "passed" && context.signedHere?.why === "unverified" && assumed.has(name);
    return { name, result: isAssumed ? "assumed" : result, text: texts[name] ?? "" };
  });
}

const assumed: ReadonlySet<CheckName> = new Set(["key", "signature"]);

function formTextOf({ alg, kid }: TokenStep, { signedHere }: TokenContext): string {
  if (signedHere === undefined) return formText(alg, kid);
  return signedHere.why === "claims" ? "made of the claims that are given" : signedHere.form;
}

/** `RS256, kid k1` */
export function formText(alg: string | undefined, kid: string | undefined): string {
  return `${alg ?? "no alg"}${kid === undefined ? "" : `, kid ${kid}`}`;
}

function issuerText({ issuer, ruleIssuer, rule, status }: TokenStep, failed: boolean): string {
  const named = issuer === undefined || issuer === "" ? "the token names none" : issuer;
  if (!failed) return ruleIssuer === undefined ? `${named}; the rule takes any` : named;
  if (rule === undefined) return `${named}: no rule is for it`;
  if (status === "Jwt tenant is not allowed")
    return `${named}: the tenant is not allowed, the token's claim says another, or the key is another issuer's`;
  return `${named}; the rule wants ${ruleIssuer ?? "any"}`;
}

function notBeforeText({ nbf, now = 0 }: TokenStep): string {
  if (nbf === undefined) return "the token has no nbf";
  return `${relativeTime(nbf - now)}, ${momentText(nbf)}${nbf > now ? withinSkew(nbf - now) : ""}`;
}

function expiryText({ exp, now = 0 }: TokenStep): string {
  if (exp === undefined) return "the token has no exp: it never expires";
  const text = `${relativeTime(exp - now)}, ${momentText(exp)}`;
  return exp >= now ? text : text + withinSkew(now - exp);
}

const withinSkew = (seconds: number) =>
  seconds <= clockSkew ? `; within the ${clockSkew} s that clocks may differ by` : "";

function audienceText({ audiences, ruleAudiences }: TokenStep, failed: boolean): string {
  const named = audiences.length === 0 ? "the token names none" : audiences.join(", ");
  if (ruleAudiences.length === 0) return `${named}; the rule takes any`;
  return failed ? `${named}; the rule wants ${ruleAudiences.join(" or ")}` : named;
}

function keyText(
  key: KeyStep | undefined,
  token: TokenStep,
  failed: boolean,
  { givenKeys, signedHere }: TokenContext,
): string {
  if (!failed && signedHere?.why === "unverified") return "not looked for";
  if (!failed && signedHere?.why === "claims")
    return "a throw-away key, which the rule trusts for this explanation alone";
  if (key === undefined) return failed ? token.status : "";
  const isGiven = givenKeys.has(token.ruleIssuer ?? "") || givenKeys.has(key.source);
  const named = key.source === "inline" ? "in the rule's jwks" : `from ${key.source}`;
  const source = isGiven ? "given by --jwks" : named;
  if (key.keys === undefined || key.keys === 0) return `no keys ${source}`;
  const count = `${key.keys} ${key.keys === 1 ? "key" : "keys"} ${source}`;
  if (failed) return `none of ${count} has kid ${token.kid ?? "(none)"} and fits ${token.alg ?? "?"}`;
  return `${key.verifiedBy ?? key.fitting.join(", ")}, of ${count}`;
}

function signatureText(key: KeyStep | undefined, { signedHere }: TokenContext): string {
  if (signedHere?.why === "unverified") return "taken for good, as --unverified says";
  return key?.remembered === true ? "good, as in an earlier request with this token" : "good";
}
