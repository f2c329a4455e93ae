// Where this filter answers otherwise than the native filters on purpose (docs/differences.md): both answers, side by side.
import type { Case, DeliberateDifference, Expectation, Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, keys, requestAuthentication, type Policy } from "../policy.js";
import { bearer } from "../requests.js";
import { keysOfOneSide } from "./odd-keys.js";

const policy: Policy = { name: "deliberate/defaults", config: requestAuthentication({}) };

function differs(
  difference: DeliberateDifference["difference"],
  label: string,
  request: RequestSpec,
  native: Expectation,
  ours: Expectation,
): Case {
  return { policy, label, request, deliberate: { difference, native, ours } };
}

/** Not JSON by RFC 8259, taken by protobuf's parser. */
const lenientMembers = [
  '"n":"\\U00000041"',
  "'n':'q'",
  "n:1",
  "_n9:1",
  "\"n\":'q'",
  '"n":"\\\'"',
  '"n":[1,]',
  '"n":{"a":1,}',
  '"n":1,',
  '"n":"tab\there"',
  '"n":"line\nbreak"',
  '"n":"\u0001"',
  '"n":"\u001f"',
];
const lenientHeaders = [
  "{'alg':'RS256'}",
  '{alg:"RS256"}',
  '{"alg":"RS256",}',
  '{"alg":"RS256","x":[1,]}',
  '{"alg":"RS256","x":"\t"}',
];

const strictJson: Case[] = [
  ...lenientMembers.map((member) =>
    differs(
      "strict JSON",
      `payload {…,${JSON.stringify(member)}}`,
      bearer({ payloadText: `{"iss":"https://idp.example.com/",${member}}` }),
      { status: 200 },
      { status: 401, body: "Jwt payload is an invalid JSON" },
    ),
  ),
  ...lenientHeaders.map((text) =>
    differs(
      "strict JSON",
      `header ${JSON.stringify(text)}`,
      bearer({ headerText: text }),
      { status: 200 },
      { status: 401, body: "Jwt header is an invalid JSON" },
    ),
  ),
];

/** Query as sent, as native sends it on, as this filter does. */
const queries: readonly (readonly [string, string, string])[] = [
  ["b=2&a=1&access_token=$T", "?a=1&b=2", "?b=2&a=1"],
  ["access_token=$T&x=%20y", "?x= y", "?x=%20y"],
  ["x=%2B&access_token=$T", "?x=+", "?x=%2B"],
  ["x&access_token=$T", "?x=", "?x"],
  ["x=%26y%3D1&access_token=$T", "?x=&y=1", "?x=%26y%3D1"],
  ["access_token=$T&b=1&a=2&b=3", "?a=2&b=1&b=3", "?b=1&a=2&b=3"],
  ["x=%25&access_token=$T&y=%zz", "?x=%&y=%zz", "?x=%25&y=%zz"],
  ["x=%2f..%2f&access_token=$T", "?x=/../", "?x=%2f..%2f"],
  ["access_token=$T&", "", "?"],
  ["&access_token=$T", "?=", "?"],
  ["access_token=$T&&a", "?=&a=", "?&a"],
];

const untouchedQueries: Case[] = queries.map(([query, native, ours]) =>
  differs(
    "query left as it was",
    `?${query}`,
    { path: `/p?${query.replace("$T", "<<t>>")}`, tokens: { t: {} } },
    // A blank in a path ends it for the upstream's HTTP parser: native's re-written request is malformed there.
    native.includes(" ") ? { status: 400 } : { status: 200, path: `/p${native}` },
    { status: 200, path: `/p${ours}` },
  ),
);

const failed = (path: string) => `Bearer realm="http://example.com${path}", error="invalid_token"`;

const silentRealm: Case[] = [
  ["/p?access_token=a.b.c", "/p"],
  ["/p?x=1&access_token=a.b.c&y=%20", "/p?x=1&y=%20"],
  ["/p?%61ccess_token=a.b.c", "/p"],
  [`/${"p".repeat(250)}?access_token=a.b.c&x=1`, `/${"p".repeat(250)}?x=1`],
].map(([path = "", shown = ""]) =>
  differs(
    "no token in the realm",
    path.length > 100 ? "longer than what is shown of a path" : path,
    { path },
    { status: 401, challenge: failed(path.slice(0, 256)) },
    { status: 401, challenge: failed(shown) },
  ),
);

const everyKey: Policy = { name: "deliberate/every-key", config: requestAuthentication(keys("every")) };

const misfits: Case[] = (
  [
    ["ec256", "RS256"],
    ["ec256", "HS256"],
    ["ed25519", "ES256"],
    ["oct", "RS256"],
    ["oct", "EdDSA"],
  ] as const
).map(([key, alg]): Case => ({
  policy: everyKey,
  label: `${key} signs, the header says ${alg}`,
  request: bearer({ key, header: { alg } }),
  deliberate: {
    difference: "algorithm fits the key",
    native: { status: 200 },
    ours: { status: 401, body: "Jwt verification fails" },
  },
}));

/** RFC 9864; native knows EdDSA alone, for tokens and for keys. */
const fullySpecified: Case[] = (
  [
    ["the key names no alg", everyKey, {}],
    [
      "the key is for EdDSA",
      { name: "deliberate/bound-keys", config: requestAuthentication(keys("bound")) },
      { kid: "eddsa" },
    ],
  ] as const
).map(([label, policy, header]): Case => ({
  policy,
  label: `ed25519 signs, the header says Ed25519, ${label}`,
  request: bearer({ key: "ed25519", header: { alg: "Ed25519", ...header } }),
  deliberate: {
    difference: "alg Ed25519",
    native: { status: 401, body: "Jwt header [alg] is not supported" },
    ours:
      "kid" in header
        ? { status: 401, body: "Jwks doesn't have key to match kid or alg from Jwt" }
        : { status: 200 },
  },
}));

const secondUri: Policy = {
  name: "deliberate/second-uri",
  tls: true,
  config: authorization({
    rules: [{ from: [{ source: { principals: ["cluster.local/ns/foo/sa/second"] } }] }],
  }),
};
const firstUri: Policy = {
  name: "deliberate/first-uri",
  tls: true,
  config: authorization({
    rules: [{ from: [{ source: { principals: ["cluster.local/ns/foo/sa/first"] } }] }],
  }),
};

/** A filter is shown the first URI only; Envoy's own rbac looks at all. */
const twoUris: Case[] = [firstUri, secondUri].map((policy): Case => ({
  policy,
  label: "certificate with two URIs",
  request: { connection: { certificate: "two uris", serverName: "example.com" } },
  deliberate: {
    difference: "one URI a certificate",
    native: { status: 200 },
    ours: { status: policy === firstUri ? 200 : 403 },
  },
}));

/** Once a filter in Wasm has changed a header, Envoy chooses the route anew: without x-forwarded-proto it finds none. */
const routeChosenAnew: Case[] = [
  { name: "deliberate/payload into x-forwarded-proto", rule: { outputPayloadToHeader: "x-forwarded-proto" } },
  {
    name: "deliberate/token from x-forwarded-proto",
    rule: { fromHeaders: [{ name: "x-forwarded-proto", prefix: "T " }] },
  },
].map(({ name, rule }): Case => ({
  policy: { name, config: requestAuthentication(rule) },
  label: "a header that the choice of a route needs is removed",
  request: { headers: [["x-forwarded-proto", "T <<t>>"]], tokens: { t: {} } },
  deliberate: { difference: "route chosen anew", native: { status: 200 }, ours: { status: 404, body: "" } },
}));

const output = (suffix: string) => ({ outputPayloadToHeader: `x-payload-${suffix}` });

/** Two issuers whose tokens come in the same header, and two that write the same header. */
const sharedHeader: Policy = {
  name: "deliberate/shared-header",
  config: requestAuthentication(
    { issuer: "A", fromHeaders: [{ name: "x-jwt" }], ...output("a") },
    { issuer: "B", ...keys("second"), fromHeaders: [{ name: "x-jwt" }], ...output("b") },
  ),
};
const subject = { outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }] };
const sharedOutput: Policy = {
  name: "deliberate/shared-output",
  config: requestAuthentication({ issuer: "A", ...subject }, { issuer: "B", ...keys("second"), ...subject }),
};
/** The same, where the second rule also looks for tokens in the header that both write. */
const readOutput: Policy = {
  name: "deliberate/read-output",
  config: requestAuthentication(
    { issuer: "A", ...subject },
    {
      issuer: "B",
      ...keys("second"),
      ...subject,
      fromHeaders: [{ name: "authorization", prefix: "Bearer " }, { name: "x-sub" }],
      fromParams: ["access_token"],
    },
  ),
};

const identityTokens = {
  A: { claims: { iss: "A", sub: "a" } },
  B: { key: "ec256", claims: { iss: "B", sub: "b" } },
  Aexp: { claims: { iss: "A", exp: "@now-600" } },
  Asig: { claims: { iss: "A" }, edits: [{ segment: 2, flip: 3 }] },
  C: { claims: { iss: "C" } },
  junk: { payloadText: "[]" },
} as const;

/**
 * Native verifies the second line, takes the whole header out of the request and fails on the first line; then it finds no token any more, which
 * is allowed: the identity is there for policies, without the headers that its rule writes.
 */
const secondLines: Case[] = (
  [
    ["Aexp", "A", "Jwt is expired"],
    ["Asig", "A", "Jwt verification fails"],
    ["C", "A", "Jwt issuer is not configured"],
    ["B", "A", "Jwt issuer is not configured"],
    ["junk", "A", "Jwt payload is an invalid JSON"],
    ["A", "B", "Jwt issuer is not configured"],
  ] as const
).map(([first, second, body]) => ({
  policy: sharedHeader,
  label: `x-jwt ${first}, x-jwt ${second}`,
  request: {
    headers: [
      ["x-jwt", `<<${first}>>`],
      ["x-jwt", `<<${second}>>`],
    ],
    tokens: identityTokens,
  },
  deliberate: {
    difference: "an identity has its headers",
    native: { status: 200 },
    ours: { status: 401, body },
  },
}));

/** Both find a second rule that accepts nothing; native's removes on its way what the rule of the identity has written. */
const removedOutputs: Case[] = [
  {
    policy: sharedOutput,
    label: "Authorization A, access_token B",
    request: {
      path: "/x?access_token=<<B>>",
      headers: [["authorization", "Bearer <<A>>"]],
      tokens: identityTokens,
    },
    deliberate: {
      difference: "an identity has its headers",
      native: { status: 200, received: ["x-sub", ""] },
      ours: { status: 200, received: ["x-sub", "a"] },
    },
  },
  {
    policy: readOutput,
    label: "Authorization A, access_token B, a place that is an output",
    request: {
      path: "/x?access_token=<<B>>",
      headers: [["authorization", "Bearer <<A>>"]],
      tokens: identityTokens,
    },
    deliberate: {
      difference: "an identity has its headers",
      native: { status: 200, received: ["x-sub", ""] },
      ours: { status: 401, body: "Jwt issuer is not configured" },
    },
  },
];

/** RFC 7515 §4.1.11; native passes over it, whatever it says. */
const criticalHeaders: Case[] = (
  [
    ["b64", { crit: ["b64"], b64: false }],
    ["b64 is true", { crit: ["b64"], b64: true }],
    ["exp", { crit: ["exp"], exp: 0 }],
    ["of a name of its own", { crit: ["urn:example:x"], "urn:example:x": true }],
    ["not in the header", { crit: ["x"] }],
    ["empty", { crit: [] }],
    ["null", { crit: null }],
    ["a string", { crit: "b64" }],
    ["a number", { crit: 1 }],
    ["an object", { crit: {} }],
    ["of numbers", { crit: [1] }],
  ] as const
).map(([label, header]) =>
  differs(
    "crit is refused",
    `crit ${label}`,
    bearer({ header }),
    { status: 200 },
    { status: 401, body: "Jwt header [crit] field is not supported" },
  ),
);

export const deliberateDifferences: Table = {
  name: "deliberate-differences",
  cases: [
    ...strictJson,
    ...untouchedQueries,
    ...silentRealm,
    ...misfits,
    ...fullySpecified,
    ...twoUris,
    ...keysOfOneSide,
    ...routeChosenAnew,
    ...criticalHeaders,
    ...secondLines,
    ...removedOutputs,
  ],
};
