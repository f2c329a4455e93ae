// Istio's rules for the rules of an AuthorizationPolicy (pkg/config/validation/validation.go).

import { notField } from "../istio/field-names.js";
import type { Tree } from "../resources/tree.js";
import { validateCondition } from "./condition.js";
import type { Objections } from "../findings/objections.js";
import { pathTemplateFault } from "./values/path-template.js";
import { message, messages, strings } from "./schema/proto-fields.js";
import {
  checkAddresses,
  checkEmptyValues,
  checkPorts,
  checkServiceAccounts,
  checkTrustDomains,
  type ValuesCheck,
} from "./values/values.js";

const onlyEmpty: ValuesCheck = (field, values, out) => void checkEmptyValues(field, values, out);

const addresses: ValuesCheck = (field, values, out) => {
  if (checkEmptyValues(field, values, out)) checkAddresses(field, values, out);
};

const templateHint =
  "{*} stands for one whole segment, {**} for all that follows, with literal text behind it at most: /a/{*}/b, /a/{**}";

const paths: ValuesCheck = (field, values, out) => {
  checkEmptyValues(field, values, out);
  for (const { value, at } of values) {
    const fault = pathTemplateFault(value);
    if (fault !== undefined)
      out.error("JP108", at, `${field}: ${JSON.stringify(value)} has ${fault}`, templateHint);
  }
};

/** Field -> check; each has its twin with `not`. */
const sourceFields: Readonly<Record<string, ValuesCheck>> = {
  principals: onlyEmpty,
  requestPrincipals: onlyEmpty,
  namespaces: onlyEmpty,
  ipBlocks: addresses,
  remoteIpBlocks: addresses,
  serviceAccounts: checkServiceAccounts,
  trustDomains: checkTrustDomains,
};

const operationFields: Readonly<Record<string, ValuesCheck>> = {
  hosts: onlyEmpty,
  ports: checkPorts,
  methods: onlyEmpty,
  paths,
};

/** Fields that Envoy knows of a TCP connection too; a DENY rule without any denies TCP traffic altogether. */
const tcpSources = ["principals", "namespaces", "ipBlocks", "remoteIpBlocks", "serviceAccounts"];

/** Checks one rule. */
export function validateRule(rule: Tree, action: string, out: Objections): void {
  const sources = validateParts(rule, "from", "source", sourceFields, out);
  const operations = validateParts(rule, "to", "operation", operationFields, out);
  for (const source of sources) {
    const accounts = count(source, ["serviceAccounts"]);
    if (accounts > 0 && count(source, ["principals", "namespaces"]) > 0) {
      out.error("JP104", source.at, "serviceAccounts cannot stand beside principals or namespaces");
    }
  }
  for (const condition of messages(rule, "when")) validateCondition(condition, out);
  if (action !== "DENY") return;
  const tcpFrom = sources.some((source) => count(source, tcpSources) > 0);
  const tcpTo = operations.some((operation) => count(operation, ["ports"]) > 0);
  if ((sources.length > 0 && operations.length === 0 && !tcpFrom) || (operations.length > 0 && !tcpTo)) {
    out.warning(
      "JP151",
      rule.at,
      "a DENY rule with HTTP attributes only denies all traffic on TCP ports",
      "name the HTTP port in `to.operation.ports`",
    );
  }
}

function validateParts(
  rule: Tree,
  list: "from" | "to",
  part: "source" | "operation",
  fields: Readonly<Record<string, ValuesCheck>>,
  out: Objections,
): Tree[] {
  const parts: Tree[] = [];
  for (const item of messages(rule, list)) {
    const value = message(item, part);
    if (value === undefined) {
      out.error("JP106", item.at, `${list} must have a ${part}`);
      continue;
    }
    parts.push(value);
    if (count(value, Object.keys(fields)) === 0)
      out.error("JP106", value.at, `${list}.${part} must not be empty`);
    for (const [field, check] of Object.entries(fields)) {
      check(field, strings(value, field), out);
      check(twin(field), strings(value, twin(field)), out);
    }
  }
  return parts;
}

function count(tree: Tree, fields: readonly string[]): number {
  return fields.reduce(
    (sum, field) => sum + messages(tree, field).length + messages(tree, twin(field)).length,
    0,
  );
}

const twin = (field: string): string => twins.get(field) ?? field;

const twins: ReadonlyMap<string, string> = new Map(
  [...Object.keys(sourceFields), ...Object.keys(operationFields)].map((field) => [field, notField(field)]),
);
