// Several tokens in one request, several rules, several rules of one issuer: which tokens must be good, which failure is
// reported, which location is emptied, whose headers are written.
import { cross, type Case, type Table } from "../case.js";
import type { Header, RequestSpec } from "../compared/exchange.js";
import { keys, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import type { TokenSpec } from "../token.js";

const breakSignature = [{ segment: 2, flip: 3 } as const];

/** Issuer A signs with rsa, B with ec256; lower case: broken; C is nobody's issuer. */
const tokens: Record<string, TokenSpec> = {
  A: { claims: { iss: "A", sub: "a" } },
  A2: { claims: { iss: "A", sub: "a2" } },
  Ax: { claims: { iss: "A", sub: "ax", aud: "x" } },
  Ay: { claims: { iss: "A", sub: "ay", aud: ["y", "z"] } },
  Aexp: { claims: { iss: "A", exp: "@now-600" } },
  Anbf: { claims: { iss: "A", nbf: "@now+600" } },
  Asig: { claims: { iss: "A" }, edits: breakSignature },
  Axsig: { claims: { iss: "A", aud: "x" }, edits: breakSignature },
  Akid: { claims: { iss: "A" }, header: { kid: "nobody" } },
  Aec: { key: "ec256", claims: { iss: "A", sub: "aec" } },
  B: { key: "ec256", claims: { iss: "B", sub: "b" } },
  Bexp: { key: "ec256", claims: { iss: "B", exp: "@now-600" } },
  Bsig: { key: "ec256", claims: { iss: "B" }, edits: breakSignature },
  C: { claims: { iss: "C" } },
  none: { without: ["iss"] },
  junk: { payloadText: "[]" },
};
const names = Object.keys(tokens);

function policy(name: string, ...rules: readonly JsonObject[]): Policy {
  return { name: `several-tokens/${name}`, config: requestAuthentication(...rules) };
}

const outputs = (suffix: string): JsonObject => ({
  outputPayloadToHeader: `x-payload-${suffix}`,
  outputClaimToHeaders: [{ header: `x-sub-${suffix}`, claim: "sub" }],
});
/** A header that several rules write: with several tokens, see deliberate-differences.ts. */
const sharedOutput: JsonObject = { outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }] };
const forged: Header[] = ["a", "b", "c"].flatMap((suffix): Header[] => [
  [`x-payload-${suffix}`, "forged"],
  [`X-Sub-${suffix.toUpperCase()}`, "forged"],
]);

const A: JsonObject = { issuer: "A", ...outputs("a") };
const B: JsonObject = { issuer: "B", ...keys("second"), ...outputs("b") };

const oneLocation: Policy[] = [
  policy("a", A),
  policy("a-b", A, B),
  policy("b-a", B, A),
  policy("a-forwarded-b", { ...A, forwardOriginalToken: true }, B),
  policy("a-audience-x-or-y", { ...A, audiences: ["x"] }, { issuer: "A", audiences: ["y"], ...outputs("c") }),
  policy("a-audience-y-or-x", { ...A, audiences: ["y"] }, { issuer: "A", audiences: ["x"], ...outputs("c") }),
  policy("a-two-keys", A, { issuer: "A", ...keys("second"), ...outputs("c") }),
  policy("a-two-keys-audience", A, { issuer: "A", audiences: ["x"], ...keys("second"), ...outputs("c") }, B),
  policy("a-same-output", A, { ...B, ...outputs("a") }),
  policy("a-b-shared-output", { ...A, ...sharedOutput }, { ...B, ...sharedOutput }),
];

const disjoint: Policy[] = [
  policy("disjoint", { ...A, fromHeaders: [{ name: "x-a" }] }, { ...B, fromHeaders: [{ name: "x-b" }] }),
  policy("disjoint-b-a", { ...B, fromHeaders: [{ name: "x-b" }] }, { ...A, fromHeaders: [{ name: "x-a" }] }),
  policy(
    "overlapping",
    { ...A, fromHeaders: [{ name: "x-a" }, { name: "x-b" }] },
    { ...B, fromHeaders: [{ name: "x-b" }], fromParams: ["p"] },
  ),
  policy(
    "shared-and-own",
    { ...A, fromHeaders: [{ name: "x-a" }, { name: "x-b" }] },
    { issuer: "B", ...keys("second") },
  ),
  policy(
    "three",
    { ...A, fromHeaders: [{ name: "x-a" }] },
    { ...B, fromHeaders: [{ name: "x-b" }] },
    { issuer: "A", audiences: ["x"], fromHeaders: [{ name: "x-b" }], ...outputs("c") },
  ),
  policy("one-rule-two-headers", { ...A, fromHeaders: [{ name: "x-a" }, { name: "x-b" }] }),
];

function oneToken(): Case[] {
  const requests = Object.fromEntries(
    names.map((name): [string, RequestSpec] => [
      `Authorization ${name}`,
      { headers: [["authorization", `Bearer <<${name}>>`], ...forged], tokens },
    ]),
  );
  return cross(oneLocation, { ...requests, "no token": { headers: forged } });
}

const pairNames = ["A", "A2", "Ax", "Aexp", "Asig", "B", "Bexp", "Bsig", "C", "junk"] as const;

function headerAndParameter(): Case[] {
  const requests = Object.fromEntries(
    pairNames.flatMap((header) =>
      pairNames.map((parameter): [string, RequestSpec] => [
        `Authorization ${header}, access_token ${parameter}`,
        {
          path: `/x?a=1&access_token=<<${parameter}>>`,
          headers: [["authorization", `Bearer <<${header}>>`]],
          tokens,
        },
      ]),
    ),
  );
  return cross(oneLocation.slice(0, 6), requests);
}

function twoHeaders(): Case[] {
  const values = ["A", "A2", "Ax", "Aexp", "Asig", "B", "Bsig", "C", ""] as const;
  const requests = Object.fromEntries(
    values.flatMap((a) =>
      values.map((b): [string, RequestSpec] => [
        `x-a ${a}, x-b ${b}`,
        {
          headers: [
            ...(a === "" ? [] : [["x-a", `<<${a}>>`] as const]),
            ...(b === "" ? [] : [["x-b", `<<${b}>>`] as const]),
          ],
          tokens,
        },
      ]),
    ),
  );
  return cross(disjoint, requests);
}

export const severalTokens: Table = {
  name: "several-tokens",
  cases: [...oneToken(), ...headerAndParameter(), ...twoHeaders()],
};
