// Istio's rules for the keys and values of `when` (pkg/config/security/security.go, ValidateAttribute).

import type { LocatedString, Tree } from "../resources/tree.js";
import type { Objections } from "../findings/objections.js";
import { positionOf, string, strings } from "./schema/proto-fields.js";
import {
  checkAddresses,
  checkEmptyValues,
  checkPorts,
  checkServiceAccounts,
  checkWildcardValues,
  type ValuesCheck,
} from "./values/values.js";

/** Keys that stand alone, with the check of their values. */
const attributes: ReadonlyMap<string, ValuesCheck | undefined> = new Map([
  ["source.ip", checkAddresses],
  ["remote.ip", checkAddresses],
  ["source.namespace", undefined],
  ["source.serviceAccount", checkServiceAccounts],
  ["source.principal", undefined],
  ["source.trustDomain", checkWildcardValues],
  ["request.auth.principal", undefined],
  ["request.auth.audiences", undefined],
  ["request.auth.presenter", undefined],
  ["destination.ip", checkAddresses],
  ["destination.port", checkPorts],
  ["connection.sni", undefined],
]);

/** Keys with a name in brackets, by their beginnings. */
const bracketed = ["request.headers", "request.auth.claims", "experimental.envoy.filters."];

/** Checks one condition. */
export function validateCondition(condition: Tree, out: Objections): void {
  const key = string(condition, "key");
  const at = positionOf(condition, "key");
  if (key === "") {
    out.error("JP109", at, "a condition must have a key");
    return;
  }
  const lists = [strings(condition, "values"), strings(condition, "notValues")];
  if (lists.every((list) => list.length === 0)) {
    out.error("JP109", at, `the condition on ${key} must have values or notValues`);
    return;
  }
  const fault = keyFault(key);
  if (fault !== undefined) out.error("JP109", at, fault);
  for (const list of lists) checkValues(key, list, out);
}

/** What is wrong with a key; undefined if nothing is. */
export function keyFault(key: string): string | undefined {
  if (attributes.has(key)) return undefined;
  if (bracketed.some((beginning) => key.startsWith(beginning))) {
    // validateMapKey: the brackets may hold anything, also brackets.
    const open = key.indexOf("[");
    return key.endsWith("]") && open > 0 && open < key.length - 2
      ? undefined
      : `the key ${key} must have a name in brackets, as request.headers[x-a]`;
  }
  if (key === "destination.namespace")
    return "destination.namespace is replaced by the policy's own namespace";
  if (key.startsWith("destination.labels")) return `${key} is replaced by the policy's selector`;
  if (key === "destination.name" || key === "destination.user")
    return `${key} was supported in v1alpha1 only`;
  return `unknown key ${key}`;
}

function checkValues(key: string, values: readonly LocatedString[], out: Objections): void {
  if (checkEmptyValues(key, values, out)) attributes.get(key)?.(key, values, out);
}
