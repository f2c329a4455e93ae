// Istio's rules for lists of values (pkg/config/security/security.go).

import { byteLength } from "../../text/base64url.js";
import { isGoAddress, isGoPrefix } from "../../golang/ip.js";
import type { LocatedString } from "../../resources/tree.js";
import type { Objections } from "../../findings/objections.js";

/** Checks a list; `field` names it in messages. */
export type ValuesCheck = (field: string, values: readonly LocatedString[], out: Objections) => void;

/** CheckEmptyValues. False if one is empty: Istio looks no further then. */
export function checkEmptyValues(field: string, values: readonly LocatedString[], out: Objections): boolean {
  const empty = values.find(({ value }) => value === "");
  if (empty !== undefined) out.error("JP106", empty.at, `an empty value in ${field}`);
  return empty === undefined;
}

/** ValidateIPs. */
export const checkAddresses: ValuesCheck = (field, values, out) => {
  for (const { value, at } of values) {
    if (value.includes("/") ? isGoPrefix(value) : isGoAddress(value)) continue;
    const remedy = "an address such as 10.1.2.3 or 2001:db8::1, or a range such as 10.1.0.0/16";
    out.error("JP107", at, `${field}: ${JSON.stringify(value)} is no IP address or range`, remedy);
  }
};

/** ValidatePorts: Go's ParseUint takes leading zeros, and no sign. */
export const checkPorts: ValuesCheck = (field, values, out) => {
  for (const { value, at } of values) {
    if (/^[0-9]+$/.test(value) && BigInt(value) <= 65535n) continue;
    out.error("JP107", at, `${field}: ${JSON.stringify(value)} is no port from 0 to 65535`);
  }
};

/** CheckServiceAccount. */
export const checkServiceAccounts: ValuesCheck = (field, values, out) => {
  const first = values[0];
  if (first !== undefined && values.length > 16) {
    out.error("JP114", first.at, `${field}: at most 16 values are allowed`);
  }
  for (const { value, at } of values) {
    if (value === "") out.error("JP106", at, `an empty value in ${field}`);
    else if (value.includes("*")) out.error("JP114", at, `${field}: a wildcard is not allowed: ${value}`);
    else if (!/^([^/]+\/)?[^/]+$/.test(value)) {
      out.error(
        "JP114",
        at,
        `${field}: ${JSON.stringify(value)} is no serviceAccount or namespace/serviceAccount`,
      );
    } else if (byteLength(value) > 320) out.error("JP114", at, `${field}: a value of more than 320 bytes`);
  }
};

/** CheckWildcardValues. */
export const checkWildcardValues: ValuesCheck = (field, values, out) => {
  if (!checkEmptyValues(field, values, out)) return;
  for (const { value, at } of values) {
    if (/^\*?[^*]*$|^[^*]*\*$/.test(value)) continue;
    out.error(
      "JP114",
      at,
      `${field}: one wildcard is allowed, at the start or the end: ${JSON.stringify(value)}`,
    );
  }
};

/** CheckTrustDomainValues. */
export const checkTrustDomains: ValuesCheck = (field, values, out) => {
  checkWildcardValues(field, values, out);
  for (const { value, at } of values) {
    if (value.includes("/"))
      out.error("JP114", at, `${field}: a trust domain has no slash: ${JSON.stringify(value)}`);
  }
};
