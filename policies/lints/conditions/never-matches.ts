// JP204: a value that no request can have. JP205: a rule that contradicts itself.

import { contains, singleValued } from "../../policy-model/pattern.js";
import { constraintsOf, type Constraint, type RuleModel } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

/** Attribute -> why a value can never be that of a request; undefined if it can. */
const impossible: Readonly<Record<string, (value: string) => string | undefined>> = {
  methods: (value) => {
    if (value.includes("/") && !value.startsWith("HTTP/"))
      return `this is a path: gRPC calls are POST, and their paths /package.Service/Method`;
    if (/^(HTTP\/|gRPC$)/i.test(value)) return "this is a protocol; methods are GET, POST and the like";
    return /[a-z]/.test(value)
      ? `methods are compared by case, and HTTP's are in capitals: ${value.toUpperCase()}`
      : undefined;
  },
  paths: pathFault,
  hosts: (value) => {
    if (value.includes("://")) return "a host has no scheme";
    return value.includes("/") ? "a host has no path" : undefined;
  },
  principals: peerFault,
  "source.principal": peerFault,
  requestPrincipals: principalFault,
  "request.auth.principal": principalFault,
};

export const neverMatches: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap(constraintsOf).flatMap(({ attribute, values, notValues }) =>
      [...values, ...notValues].flatMap(({ value, at }) => {
        const reason = impossible[attribute]?.(value);
        if (reason === undefined) return [];
        const message = `${attribute}: ${JSON.stringify(value)} never matches`;
        return [remark({ id: "JP204", resource: policy.resource, at, message, remedy: reason })];
      }),
    ),
  );

export const contradictions: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap((rule) =>
      contradictionsOf(rule).map(({ attribute, at }) =>
        remark({
          id: "JP205",
          resource: policy.resource,
          at,
          message: `the rule never matches: every value of ${attribute} is excluded as well`,
          remedy:
            "a value must be among the values and not among the excluded ones; all conditions of a key must hold",
        }),
      ),
    ),
  );

function contradictionsOf(rule: RuleModel): Constraint[] {
  const alone = constraintsOf(rule).filter((one) => isContradiction(one, one.notValues));
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

/** A peer's identity, `spiffe://` apart, which JP230 sees to. */
function peerFault(value: string): string | undefined {
  if (/^https?:\/\//.test(value)) return "this is an issuer: principals of tokens are requestPrincipals";
  if (value.startsWith("system:serviceaccount:")) {
    const [, , namespace, account] = value.split(":");
    return `write cluster.local/ns/${namespace}/sa/${account}, with the trust domain of the mesh`;
  }
  return value.includes("/") || value.includes("*")
    ? undefined
    : "a peer's principal is trust domain, /ns/, namespace, /sa/, service account: cluster.local/ns/foo/sa/bar";
}

function principalFault(value: string): string | undefined {
  if (/^[^/*]+\/ns\/[^/]+\/sa\//.test(value)) return "this is a peer's identity: principals, without request";
  return value.includes("/") || value.includes("*")
    ? undefined
    : "a principal is issuer, slash, subject; without a slash, it is an issuer with an empty subject";
}
