// Istio's ValidateRequestAuthentication and validateJwtRule (pkg/config/validation/validation.go).

import { parseGoDuration } from "../golang/duration.js";
import { parseGoUrl } from "../golang/url.js";
import type { Tree } from "../resources/tree.js";
import { validateAttachment } from "./attachment.js";
import { inspectKeySet } from "./values/key-set.js";
import type { Objections } from "../findings/objections.js";
import { message, messages, positionOf, string, strings } from "./schema/proto-fields.js";

export function validateRequestAuthentication(spec: Tree, out: Objections): void {
  validateAttachment(spec, out);
  for (const rule of messages(spec, "jwtRules")) validateJwtRule(rule, out);
}

function validateJwtRule(rule: Tree, out: Objections): void {
  const uri = string(rule, "jwksUri");
  if (string(rule, "issuer") === "" && uri === "") {
    out.error("JP112", rule.at, "a JWT rule must have an issuer or a jwksUri");
  }
  if (uri !== "") validateUri(uri, positionOf(rule, "jwksUri"), out);
  const lists = { audiences: "an audience", fromParams: "a query parameter", fromCookies: "a cookie" };
  for (const [name, what] of Object.entries(lists)) {
    for (const { value, at } of strings(rule, name)) {
      if (value === "") out.error("JP106", at, `${name}: ${what} must not be empty`);
    }
  }
  for (const header of messages(rule, "fromHeaders")) {
    if (string(header, "name") === "") {
      out.error("JP106", positionOf(header, "name"), "fromHeaders: a header must have a name");
    }
  }
  validateOutputs(rule, out);
  validateTimeout(rule, out);
  validateKeys(rule, out);
}

/** security.ParseJwksURI. */
function validateUri(uri: string, at: Tree["at"], out: Objections): void {
  const { error, scheme } = parseGoUrl(uri);
  if (error !== undefined) out.error("JP112", at, `jwksUri is no URL: ${error}`);
  else if (scheme !== "http" && scheme !== "https") {
    out.error("JP112", at, "jwksUri must begin with http:// or https://");
  }
}

function validateOutputs(rule: Tree, out: Objections): void {
  for (const output of messages(rule, "outputClaimToHeaders")) {
    const header = string(output, "header");
    if (header === "" || string(output, "claim") === "") {
      out.error("JP106", output.at, "outputClaimToHeaders: header and claim must not be empty");
    } else if (!/^[-_A-Za-z0-9]+$/.test(header)) {
      out.error("JP113", positionOf(output, "header"), `outputClaimToHeaders: ${header} is no header name`);
    }
  }
}

function validateTimeout(rule: Tree, out: Objections): void {
  if (message(rule, "timeout") === undefined) return;
  const duration = parseGoDuration(string(rule, "timeout")) ?? 0n;
  const at = positionOf(rule, "timeout");
  if (duration < 1_000_000n) out.error("JP113", at, "timeout must be at least 1ms");
  else if (duration % 1_000_000n !== 0n)
    out.error("JP113", at, "timeout must be a whole number of milliseconds");
}

function validateKeys(rule: Tree, out: Objections): void {
  const jwks = string(rule, "jwks");
  if (jwks === "") return;
  const { fault, privateKeys } = inspectKeySet(jwks);
  const at = positionOf(rule, "jwks");
  if (fault !== undefined) out.error("JP112", at, `jwks: ${fault}`);
  for (const index of privateKeys) {
    out.warning(
      "JP152",
      at,
      `jwks: key ${index} has private key material`,
      "publish the public key only, and make a new one: this is no secret any more",
    );
  }
}
