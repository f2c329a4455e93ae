// JP204: a value that no request can have. JP205: a rule that contradicts itself.

import type { Action } from "../../istio/policy.js";
import { contains, singleValued } from "../../policy-model/pattern.js";
import { constraintsOf, type Constraint, type RuleModel } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";
import { nearestName } from "../../text/spelling.js";
import { namespaceFault, peerFault } from "./peer-forms.js";

/** Attribute -> why a value can never be that of a request; undefined if it can. */
const impossible: Readonly<Record<string, (value: string) => string | undefined>> = {
  methods: methodFault,
  "request.headers[:method]": methodFault,
  paths: pathFault,
  "request.headers[origin]": originFault,
  hosts: hostFault,
  "connection.sni": (value) => hostFault(value) ?? (/:\d+$/.test(value) ? "an SNI has no port" : undefined),
  namespaces: namespaceFault,
  "source.namespace": namespaceFault,
  principals: peerFault,
  "source.principal": peerFault,
  requestPrincipals: principalFault,
  "request.auth.principal": principalFault,
};

export const neverMatches: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap(constraintsOf).flatMap(({ attribute, values, notValues }) =>
      [...values, ...notValues].flatMap(({ value, at }) => {
        const reason = impossible[attribute]?.(value) ?? blanksFault(attribute, value);
        if (reason === undefined) return [];
        const message = `${attribute}: ${JSON.stringify(value)} never matches`;
        return [remark({ id: "JP204", resource: policy.resource, at, message, remedy: reason })];
      }),
    ),
  );

export const contradictions: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules, action }) =>
    rules.flatMap((rule) =>
      contradictionsOf(rule, action)
        .map(({ attribute, at }) =>
          remark({
            id: "JP205",
            resource: policy.resource,
            at,
            message: `the rule never matches: every value of ${attribute} is excluded as well`,
            remedy:
              "a value must be among the values and not among the excluded ones; all conditions of a key must hold",
          }),
        )
        .concat(
          strangersIn(rule).map(({ at }) =>
            remark({
              id: "JP205",
              resource: policy.resource,
              at,
              message: "the source never matches: none of its principals is of one of its namespaces",
              remedy: "the fields of a source must all hold; for either, write two sources in `from`",
            }),
          ),
        ),
    ),
  );

/** The namespaces of sources whose principals are all of other namespaces. */
function strangersIn({ sources }: RuleModel): Constraint[] {
  return sources.flatMap((source) => {
    const principals = source.find(({ attribute }) => attribute === "principals");
    const namespaces = source.find(({ attribute }) => attribute === "namespaces");
    if (principals === undefined || namespaces === undefined || namespaces.values.length === 0) return [];
    const homes = principals.values.map(({ value }) => /^[^*]*\/ns\/([^/*]+)\//.exec(value)?.[1]);
    const isStranger = (home: string | undefined) =>
      home !== undefined && !namespaces.values.some(({ value }) => value.includes("*") || value === home);
    return homes.length > 0 && homes.every(isStranger) ? [namespaces] : [];
  });
}

function contradictionsOf(rule: RuleModel, action: Action): Constraint[] {
  const alone = constraintsOf(rule).filter(
    (one) => isContradiction(one, one.notValues) || (action === "ALLOW" && excludesEveryRequest(one)),
  );
  // Two conditions on one key must both hold; of a claim or header there may be several values.
  const pairs = rule.conditions.filter((one) =>
    rule.conditions.some(
      (other) =>
        other !== one &&
        other.attribute === one.attribute &&
        one.at.offset > other.at.offset &&
        clash(one, other),
    ),
  );
  return [...alone, ...pairs];
}

/** Every request has a method, a path and a host: `notMethods: ["*"]` leaves none. With DENY it closes ports that are not HTTP, and means to. */
function excludesEveryRequest({ attribute, notValues }: Constraint): boolean {
  return /^(methods|paths|hosts)$/.test(attribute) && notValues.some(({ value }) => value === "*");
}

function isContradiction({ attribute, values }: Constraint, notValues: Constraint["notValues"]): boolean {
  return (
    values.length > 0 &&
    values.every(({ value }) => notValues.some((not) => contains(attribute, not.value, value)))
  );
}

function clash(one: Constraint, other: Constraint): boolean {
  if (isContradiction(one, other.notValues) || isContradiction(other, one.notValues)) return true;
  const exact = [...one.values, ...other.values].every(({ value }) => !value.includes("*"));
  return (
    singleValued.has(one.attribute) &&
    exact &&
    one.values.length > 0 &&
    other.values.length > 0 &&
    !one.values.some((a) => other.values.some((b) => a.value === b.value))
  );
}

function methodFault(value: string): string | undefined {
  if (value.includes("/") && !value.startsWith("HTTP/"))
    return `this is a path: gRPC calls are POST, and their paths /package.Service/Method`;
  if (/^(HTTP\/|gRPC$)/i.test(value)) return "this is a protocol; methods are GET, POST and the like";
  if (/\S\s+\S/.test(value))
    return `write each method on its own: ${value.trim().toUpperCase().split(/\s+/).join(", ")}`;
  if (/[a-z]/.test(value))
    return `methods are compared by case, and HTTP's are in capitals: ${value.toUpperCase()}`;
  return misspelt(value);
}

/** The methods of IANA's registry that people write policies about, and gRPC's one. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
/** Others of the registry (RFC 4918, RFC 3253 and the like), near to one of those or not. */
const FURTHER_METHODS =
  /^(ACL|BIND|CHECKIN|CHECKOUT|COPY|LABEL|LINK|LOCK|MERGE|MKCOL|MOVE|PRI|PROPFIND|PROPPATCH|PURGE|QUERY|REBIND|REPORT|SEARCH|UNBIND|UNLINK|UNLOCK|UPDATE)$/;

/** A method that nobody has registered, near to one that everybody knows. Whoever has methods of their own names them otherwise. */
function misspelt(value: string): string | undefined {
  if (METHODS.includes(value) || FURTHER_METHODS.test(value) || !/^[A-Z]+$/.test(value)) return undefined;
  if (/^(ANY|ALL)$/.test(value))
    return 'no method has this name: for all of them write "*", or leave methods out';
  const letters = (text: string) => Array.from(text).sort().join("");
  const meant = METHODS.find((one) => letters(one) === letters(value)) ?? nearestName(value, METHODS);
  return meant === undefined ? undefined : `there is no such method; did you mean ${meant}?`;
}

/** What browsers write is `null`, or scheme, host and port (RFC 6454 §7). */
function originFault(value: string): string | undefined {
  return /^https?:\/\/[^/*]+\/[^*]*$/.test(value)
    ? `an origin has no path, and no slash at its end: ${value.replace(/^(https?:\/\/[^/]+).*$/, "$1")}`
    : undefined;
}

function hostFault(value: string): string | undefined {
  if (/^:\d+$/.test(value)) return `a port has its host in front: "*${value}" for all hosts`;
  if (value.includes("://")) return "a host has no scheme";
  return value.includes("/") ? "a host has no path" : undefined;
}

/** Envoy takes blanks off the ends of a header's value; the other attributes have none. */
function blanksFault(attribute: string, value: string): string | undefined {
  const isTrimmed =
    /^(methods|hosts|paths|namespaces|principals|requestPrincipals|connection\.sni|source\.|request\.headers\[)/;
  return value !== value.trim() && isTrimmed.test(attribute)
    ? `it begins or ends with a blank, which no request has there: ${JSON.stringify(value.trim())}`
    : undefined;
}

function pathFault(value: string): string | undefined {
  if (value.includes("?"))
    return "the path is compared without the query; there is no matching on query parameters";
  if (value.includes("#")) return "the path is compared without the fragment";
  if (!/^[/*]/.test(value)) return `a path begins with a slash: /${value}`;
  if (/(^|\/)\.\.?(\/|$)/.test(value)) return "Envoy resolves . and .. before policies see the path";
  // What normalize_path makes of a path; measured on Envoy 1.40, character by character.
  if (/%(2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])/.test(value))
    return `Envoy decodes letters, digits and -._~ before policies see the path: ${decodeUnreserved(value)}`;
  if (value.includes("\\")) return "Envoy turns backslashes into slashes before policies see the path";
  if (/[^!-~]|["<>^`|]/.test(value)) return `in a request's path this is encoded: ${encodeURI(value)}`;
  return undefined;
}

function decodeUnreserved(path: string): string {
  return path.replaceAll(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
}

function principalFault(value: string): string | undefined {
  if (/^[^/*]+\/ns\/[^/]+\/sa\//.test(value)) return "this is a peer's identity: principals, without request";
  return value.includes("/") || value.includes("*")
    ? undefined
    : "a principal is issuer, slash, subject; without a slash, it is an issuer with an empty subject";
}
