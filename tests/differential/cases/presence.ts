// `presence: REQUIRED` (istio.io/api 1.32): a rule that no other rule's token stands in for. Native gets the requirement that the referee's
// presence.go makes of it.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, keys, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import type { TokenSpec } from "../token.js";

const required: JsonObject = { presence: "REQUIRED" };
const optional: JsonObject = { presence: "OPTIONAL" };
const inHeader = (name: string): JsonObject => ({ fromHeaders: [{ name }] });
const outputs = (suffix: string): JsonObject => ({
  outputPayloadToHeader: `x-payload-${suffix}`,
  outputClaimToHeaders: [{ header: `x-sub-${suffix}`, claim: "sub" }],
});

/** Issuer A signs with rsa, B with ec256. */
const A: JsonObject = { issuer: "A", ...outputs("a") };
const B: JsonObject = { issuer: "B", ...keys("second"), ...outputs("b") };
const Ax = { ...A, audiences: ["x"], ...outputs("c") };
const forwarded: JsonObject = { forwardOriginalToken: true };

const sets: Record<string, readonly JsonObject[]> = {
  "one required": [{ ...A, ...required }],
  "one optional": [{ ...A, ...optional }],
  "one required in a header, a parameter, a cookie": [
    { ...A, ...required, ...inHeader("x-a"), fromParams: ["t"], fromCookies: ["t"] },
  ],
  "both required, apart": [
    { ...A, ...required, ...inHeader("x-a") },
    { ...B, ...required, ...inHeader("x-b") },
  ],
  "A required, apart": [
    { ...A, ...required, ...inHeader("x-a") },
    { ...B, ...inHeader("x-b") },
  ],
  "B required, apart": [
    { ...A, ...optional, ...inHeader("x-a") },
    { ...B, ...required, ...inHeader("x-b") },
  ],
  "both required, one place": [
    { ...A, ...required },
    { ...B, ...required },
  ],
  "A required, one place": [{ ...A, ...required }, B],
  "A required and forwarded, one place": [{ ...A, ...required, ...forwarded }, B],
  "B required, one place": [A, { ...B, ...required }],
  "A required for x, A": [{ ...Ax, ...required }, A],
  "A required for x and forwarded, A": [{ ...Ax, ...required, ...forwarded }, A],
  "A, A required for x": [A, { ...Ax, ...required }],
  "A required, x-a is B's too": [
    { ...A, ...required, ...inHeader("x-a") },
    { ...B, fromHeaders: [{ name: "x-a" }, { name: "x-b" }] },
  ],
  "three, two required": [
    { ...A, ...required, ...inHeader("x-a") },
    { ...B, ...required, ...inHeader("x-b") },
    { ...Ax, issuer: "C" },
  ],
  // The third rule finds nothing, and takes away what the first has written under its name.
  "both required, and A's outputs are a third's": [
    { ...A, ...required, ...inHeader("x-a") },
    { ...B, ...required, ...inHeader("x-b") },
    { ...A, issuer: "C", ...inHeader("x-c") },
  ],
  "other keys": [{ ...A, ...keys("second"), ...required }, B],
};

const principal = (action: string, requestPrincipals: readonly string[]): JsonObject => ({
  action,
  rules: [{ from: [{ source: { requestPrincipals } }] }],
});
const authorizations: Record<string, readonly JsonObject[]> = {
  "": [],
  ", of A": [principal("ALLOW", ["A/*"])],
  ", but B": [principal("DENY", ["B/*"])],
};

const policies: Policy[] = Object.entries(sets).flatMap(([name, rules]) =>
  Object.entries(authorizations).map(([more, list]): Policy => ({
    name: `presence/${name}${more}`,
    config: {
      ...requestAuthentication(...rules),
      ...(list.length === 0 ? {} : authorization(...list)),
    },
  })),
);

const tokens: Record<string, TokenSpec> = {
  A: { claims: { iss: "A", sub: "a" } },
  Ax: { claims: { iss: "A", sub: "ax", aud: "x" } },
  Aexp: { claims: { iss: "A", exp: "@now-600" } },
  Asig: { claims: { iss: "A" }, edits: [{ segment: 2, flip: 3 }] },
  B: { key: "ec256", claims: { iss: "B", sub: "b" } },
  Bexp: { key: "ec256", claims: { iss: "B", exp: "@now-600" } },
  C: { claims: { iss: "C", sub: "c" } },
  junk: { payloadText: "[]" },
};
const names = Object.keys(tokens);

function requests(): Record<string, RequestSpec> {
  const all: Record<string, RequestSpec> = {
    "no token": {},
    "no token, with a query": { path: "/x?a=1&b=2" },
    "an Authorization of another scheme": { headers: [["authorization", "Basic YTpi"]] },
    "an empty x-a": { headers: [["x-a", ""]] },
    HEAD: { method: "HEAD" },
    preflight: {
      method: "OPTIONS",
      headers: [
        ["origin", "https://app"],
        ["access-control-request-method", "GET"],
      ],
    },
    "OPTIONS *": { method: "OPTIONS", path: "*" },
    "forged outputs": {
      headers: [
        ["x-sub-a", "forged"],
        ["x-payload-b", "forged"],
      ],
    },
  };
  for (const name of names) {
    all[`Authorization ${name}`] = { headers: [["authorization", `Bearer <<${name}>>`]], tokens };
    all[`x-a ${name}`] = { headers: [["x-a", `<<${name}>>`]], tokens };
    all[`x-b ${name}`] = { headers: [["x-b", `<<${name}>>`]], tokens };
    all[`t in the query ${name}`] = { path: `/?t=<<${name}>>`, tokens };
    all[`t in a cookie ${name}`] = { headers: [["cookie", `t=<<${name}>>`]], tokens };
  }
  const pairs = [
    "A B",
    "B A",
    "Ax B",
    "A C",
    "C B",
    "A Aexp",
    "Aexp A",
    "Asig B",
    "A Bexp",
    "Aexp Bexp",
    "junk B",
    "A junk",
    "A A",
  ];
  for (const pair of pairs) {
    const [first = "", second = ""] = pair.split(" ");
    all[`x-a and x-b ${pair}`] = {
      headers: [
        ["x-a", `<<${first}>>`],
        ["x-b", `<<${second}>>`],
      ],
      tokens,
    };
    all[`Authorization and access_token ${pair}`] = {
      path: `/?access_token=<<${second}>>`,
      headers: [["authorization", `Bearer <<${first}>>`]],
      tokens,
    };
  }
  all["x-a A, x-b B, Authorization C"] = {
    headers: [
      ["x-a", "<<A>>"],
      ["x-b", "<<B>>"],
      ["authorization", "Bearer <<C>>"],
    ],
    tokens,
  };
  return all;
}

export const presence: Table = { name: "presence", cases: cross(policies, requests()) };
