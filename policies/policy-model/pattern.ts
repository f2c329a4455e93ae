// Istio's value patterns as sets of strings: `*` any that is not empty, `a*` a prefix, `*a` a suffix, else itself.
// The answers are sure ones: false may also mean "not known".

export interface Pattern {
  readonly kind: "any" | "prefix" | "suffix" | "exact";
  readonly text: string;
}

/** Attributes of which a request has one value only, and that are matched by these patterns. */
export const singleValued: ReadonlySet<string> = new Set([
  "methods",
  "hosts",
  "paths",
  "ports",
  "requestPrincipals",
  "destination.port",
  "connection.sni",
  "request.auth.principal",
]);

/** Attributes whose values are addresses, templates or otherwise no patterns: these are compared as they are written. */
const literal: ReadonlySet<string> = new Set([
  "ipBlocks",
  "remoteIpBlocks",
  "ports",
  "serviceAccounts",
  "namespaces",
  "source.ip",
  "remote.ip",
  "destination.ip",
  "destination.port",
  "source.namespace",
  "source.serviceAccount",
]);

/** Whether every string of `inner` is one of `outer`. */
export function contains(attribute: string, outer: string, inner: string): boolean {
  const [a, b] = [normalized(attribute, outer), normalized(attribute, inner)];
  if (a === b) return true;
  // Without an asterisk it is one string. Nearly all are, and each rule is compared with every other.
  if (!a.includes("*")) return false;
  if (isLiteral(attribute, a) || isLiteral(attribute, b)) return false;
  const [wide, narrow] = [pattern(a), pattern(b)];
  if (wide.kind === "any") return narrow.text !== "" || narrow.kind === "any";
  if (wide.kind === "prefix") return isOneOf(narrow, "exact", "prefix") && narrow.text.startsWith(wide.text);
  if (wide.kind === "suffix") return isOneOf(narrow, "exact", "suffix") && narrow.text.endsWith(wide.text);
  return false;
}

/** Whether no string is in both. */
export function disjoint(attribute: string, left: string, right: string): boolean {
  const [a, b] = [normalized(attribute, left), normalized(attribute, right)];
  if (isLiteral(attribute, a) || isLiteral(attribute, b)) return attribute.endsWith("port") && a !== b;
  if (!a.includes("*") && !b.includes("*")) return a !== b;
  const [one, other] = [pattern(a), pattern(b)];
  if (one.kind === "exact" && other.kind === "exact") return a !== b;
  if (one.kind === "exact") return !contains(attribute, b, a);
  if (other.kind === "exact") return !contains(attribute, a, b);
  if (one.kind !== other.kind || one.kind === "any") return false;
  const [short, long] = one.text.length < other.text.length ? [one, other] : [other, one];
  return one.kind === "prefix" ? !long.text.startsWith(short.text) : !long.text.endsWith(short.text);
}

/** What a value of `paths` matches; undefined for a template. */
export function pathPattern(value: string): Pattern | undefined {
  return isLiteral("paths", value) ? undefined : pattern(value);
}

function pattern(text: string): Pattern {
  if (text === "*") return { kind: "any", text: "" };
  // Istio looks at the beginning first: `*a*` is the suffix `a*`.
  if (text.startsWith("*")) return { kind: "suffix", text: text.slice(1) };
  if (text.endsWith("*")) return { kind: "prefix", text: text.slice(0, -1) };
  return { kind: "exact", text };
}

function isOneOf(one: Pattern, ...kinds: readonly Pattern["kind"][]): boolean {
  return kinds.includes(one.kind);
}

function normalized(attribute: string, value: string): string {
  return attribute === "hosts" ? value.toLowerCase() : value;
}

function isLiteral(attribute: string, value: string): boolean {
  return literal.has(attribute) || (attribute === "paths" && value.includes("{") && /\{\*\*?\}/.test(value));
}
