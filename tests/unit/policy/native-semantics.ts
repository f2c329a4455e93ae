// Istio's AuthorizationPolicy semantics written a second time, as plainly as possible: the matchers that istiod generates
// (pilot/pkg/security/authz/model), as regular expressions and string comparisons over one request. Slow, and independent of
// assembly/policy: the property test holds the two against each other.

import { BlockList, isIPv6 } from "node:net";
import type { PolicyRequest } from "./engine.js";

type Strings = Record<string, string[] | undefined>;
export interface Rule {
  from?: { source: Strings }[];
  to?: { operation: Strings }[];
  when?: { key: string; values?: string[]; notValues?: string[] }[];
}
export interface Policy {
  name: string;
  namespace: string;
  action?: "ALLOW" | "DENY" | "AUDIT";
  dryRun?: boolean;
  rules?: Rule[];
}

type Matcher = (value: string) => boolean;
const SOME_TEXT = /^[^\n]+$/;

export interface Decision {
  allowed: boolean;
  matched: string | null;
  audit: string | null;
  dryRunDeny: string | null;
  dryRunAllow: string | null;
  /** Names of all rules that match. */
  matching: Set<string>;
}

export function nativeDecision(policies: Policy[], request: PolicyRequest): Decision {
  const matching = new Set<string>();
  const first = (action: string, dryRun: boolean): string | null => {
    const names = policies
      .filter((policy) => (policy.action ?? "ALLOW") === action && (policy.dryRun ?? false) === dryRun)
      .flatMap((policy) =>
        (policy.rules ?? []).flatMap((rule, i) => {
          const name = `ns[${policy.namespace}]-policy[${policy.name}]-rule[${i}]`;
          if (!ruleMatches(rule, policy.namespace, request)) return [];
          matching.add(name);
          return [name];
        }),
      );
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0] ?? null;
  };
  const audit = first("AUDIT", false);
  const dryRunDeny = first("DENY", true);
  const dryRunAllow = first("ALLOW", true);
  first("AUDIT", true);
  const denied = first("DENY", false);
  const allowing = first("ALLOW", false);
  const hasAllow = policies.some((policy) => (policy.action ?? "ALLOW") === "ALLOW" && !policy.dryRun);
  const allowed = denied === null && (!hasAllow || allowing !== null);
  return {
    allowed,
    matched: denied ?? (hasAllow ? allowing : null),
    audit,
    dryRunDeny,
    dryRunAllow,
    matching,
  };
}

function ruleMatches(rule: Rule, namespace: string, request: PolicyRequest): boolean {
  const condition = (key: string, values: string[] | undefined, notValues: string[] | undefined): boolean =>
    (!values?.length || values.some((value) => matches(key, value, namespace, request))) &&
    (!notValues?.length || !notValues.some((value) => matches(key, value, namespace, request)));
  const clause = (fields: Strings, keys: Record<string, string>): boolean =>
    Object.entries(keys).every(([field, key]) =>
      condition(key, fields[field], fields[`not${field[0]!.toUpperCase()}${field.slice(1)}`]),
    );
  return (
    (!rule.from || rule.from.some(({ source }) => clause(source, SOURCE_KEYS))) &&
    (!rule.to || rule.to.some(({ operation }) => clause(operation, OPERATION_KEYS))) &&
    (rule.when ?? []).every(({ key, values, notValues }) => condition(key, values, notValues))
  );
}

export const SOURCE_KEYS: Record<string, string> = {
  principals: "source.principal",
  requestPrincipals: "request.auth.principal",
  namespaces: "source.namespace",
  serviceAccounts: "source.serviceAccount",
  trustDomains: "source.trustDomain",
  ipBlocks: "source.ip",
  remoteIpBlocks: "remote.ip",
};
export const OPERATION_KEYS: Record<string, string> = {
  hosts: ":host",
  ports: "destination.port",
  methods: ":method",
  paths: ":path",
};

/** Whether one value of a condition holds for the request. */
function matches(key: string, value: string, namespace: string, request: PolicyRequest): boolean {
  const header = (name: string): string[] =>
    request.headers.filter(([n]) => n === name).map(([, v]) => v as string);
  const peer = (matcher: Matcher): boolean => (request.peerNames ?? []).some(matcher);
  switch (key) {
    case ":method":
      return header(":method").some(headerMatcher(value));
    case ":host":
      return header(":authority").some((v) => headerMatcher(value.toLowerCase())(v.toLowerCase()));
    case ":path":
      return header(":path").some((v) => pathMatcher(value)(v.replace(/[?#][^]*$/, "")));
    case "destination.port":
      return request.destinationPort === Number(value);
    case "source.ip":
      return inRange(request.directRemoteAddress, value);
    case "remote.ip":
      return inRange(request.remoteAddress, value);
    case "destination.ip":
      return inRange(request.destinationAddress, value);
    case "connection.sni":
      return textMatcher(value)(request.serverName ?? "");
    case "source.principal":
      return peer(principalMatcher(value));
    case "source.namespace": {
      const glob = value.split("*").map(quote).join("[^\\n]*");
      return peer((name) => new RegExp(`^[^\\n]*/ns/${glob}/[^\\n]*$`).test(name));
    }
    case "source.serviceAccount": {
      const [ns, account] = value.includes("/") ? value.split("/") : [namespace, value];
      const text = `^spiffe://[^\\n]+/ns/${quote(ns!)}/([^\\n]+/|)sa/${quote(account!)}(/[^\\n]+)?$`;
      return peer((name) => new RegExp(text).test(name));
    }
    case "source.trustDomain":
      return peer(trustDomainMatcher(value));
    case "request.auth.principal":
      return principalHolds(value, request);
    case "request.auth.audiences":
      return claimHolds(["aud"], value, request);
    case "request.auth.presenter":
      return claimHolds(["azp"], value, request);
  }
  const names = [...key.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!);
  if (key.startsWith("request.headers")) return header(names[0]!.toLowerCase()).some(headerMatcher(value));
  if (key.startsWith("request.auth.claims")) return claimHolds(names, value, request);
  throw new Error(`the test does not know the key ${key}`);
}

const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function textMatcher(value: string): Matcher {
  return value === "*" ? (v) => SOME_TEXT.test(v) : headerMatcher(value);
}

function headerMatcher(value: string): Matcher {
  if (value === "*") return () => true;
  if (value.startsWith("*")) return (v) => v.endsWith(value.slice(1));
  if (value.endsWith("*")) return (v) => v.startsWith(value.slice(0, -1));
  return (v) => v === value;
}

function pathMatcher(value: string): Matcher {
  if (!/\{\*\*?\}/.test(value)) return textMatcher(value);
  const literal = "a-zA-Z0-9\\-._~%!$&'()+,;:@=*{}";
  const text = value
    .split(/(\{\*\*?\})/)
    .map((part) => (part === "{*}" ? `[${literal}]+` : part === "{**}" ? `[${literal}/]*` : quote(part)))
    .join("");
  return (v) => new RegExp(`^${text}$`).test(v);
}

function principalMatcher(value: string): Matcher {
  if (value === "*") return (v) => SOME_TEXT.test(v);
  if (value.startsWith("*")) return (v) => new RegExp(`^spiffe://[^\\n]*${quote(value.slice(1))}$`).test(v);
  if (value.endsWith("*")) return (v) => v.startsWith(`spiffe://${value.slice(0, -1)}`);
  return (v) => v === `spiffe://${value}`;
}

function trustDomainMatcher(value: string): Matcher {
  if (value === "*") return (v) => v.startsWith("spiffe://");
  if (!value.includes("*")) return (v) => v.startsWith(`spiffe://${value}/`);
  const [start, end] = value.split("*") as [string, string];
  return (v) => new RegExp(`^spiffe://${quote(start)}[^/]*${quote(end)}/[^\\n]*$`).test(v);
}

function principalHolds(value: string, request: PolicyRequest): boolean {
  const claims = request.claims as Record<string, unknown> | undefined;
  const lists = request.spaceDelimitedClaims ?? [];
  if (!claims || lists.includes("iss") || lists.includes("sub")) return false;
  const slash = value.lastIndexOf("/");
  const found = slash >= 0;
  const [iss, sub] = found ? [value.slice(0, slash), value.slice(slash + 1)] : [value, ""];
  const any: Matcher = (v) => SOME_TEXT.test(v);
  const exact =
    (text: string): Matcher =>
    (v) =>
      v === text;
  const prefix =
    (text: string): Matcher =>
    (v) =>
      v.startsWith(text);
  const suffix =
    (text: string): Matcher =>
    (v) =>
      v.endsWith(text);
  let matchers: [Matcher, Matcher];
  if (value === "*") matchers = [any, any];
  else if (value.startsWith("*"))
    matchers = found ? [iss === "*" ? any : suffix(iss.slice(1)), exact(sub)] : [any, suffix(value.slice(1))];
  else if (value.endsWith("*"))
    matchers = found
      ? [exact(iss), sub === "*" ? any : prefix(sub.slice(0, -1))]
      : [prefix(value.slice(0, -1)), any];
  else matchers = [exact(iss), exact(sub)];
  const [issuer, subject] = [claims.iss, claims.sub];
  return (
    typeof issuer === "string" && typeof subject === "string" && matchers[0](issuer) && matchers[1](subject)
  );
}

function claimHolds(path: string[], value: string, request: PolicyRequest): boolean {
  let claim = request.claims;
  for (const name of path) {
    if (typeof claim !== "object" || claim === null || Array.isArray(claim) || !Object.hasOwn(claim, name))
      return false;
    claim = (claim as Record<string, unknown>)[name];
  }
  if (path.length === 1 && typeof claim === "string" && request.spaceDelimitedClaims?.includes(path[0]!)) {
    const words = claim.split(" ").filter((word) => word !== "");
    // Spaces alone stay one text.
    claim = words.length === 0 ? claim : words;
  }
  const list: unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.some((element) => typeof element === "string" && textMatcher(value)(element));
}

function inRange(address: string | undefined, range: string): boolean {
  const ip = address?.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
  if (!ip) return false;
  const [network, bits] = range.split("/") as [string, string?];
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if ((isIPv6(ip) ? "ipv6" : "ipv4") !== family) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  return block.check(ip, family);
}
