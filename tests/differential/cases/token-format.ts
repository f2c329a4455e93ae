// Tokens broken in their outer form: segments, base64url, padding, blanks.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { keys, requestAuthentication, type Policy } from "../policy.js";
import { bearer, each, headers } from "../requests.js";
import type { Edit, TokenSpec } from "../token.js";

const rule = {
  outputPayloadToHeader: "x-payload",
  outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
};
const header: Policy = { name: "token-format/header", config: requestAuthentication(rule) };
const parameter: Policy = {
  name: "token-format/parameter",
  config: requestAuthentication({ ...rule, fromParams: ["t"] }),
};
const forwarded: Policy = {
  name: "token-format/cookie",
  config: requestAuthentication({ ...rule, fromCookies: ["t"], ...keys("every") }),
};

const characters = [
  "+",
  "/",
  "=",
  "==",
  ".",
  "..",
  " ",
  "\t",
  ",",
  ";",
  "%",
  "!",
  "\u00e9",
  "~",
  "*",
  '"',
  "A",
  "AA",
  "AAA",
  "AAAA",
  "-",
  "_",
];
const positions = { start: 0, middle: 9, end: 10_000 };

function edits(): Record<string, TokenSpec> {
  const specs: Record<string, TokenSpec> = {};
  for (const segment of [0, 1, 2] as const) {
    const add = (label: string, ...list: Edit[]) => (specs[`segment ${segment}: ${label}`] = { edits: list });
    for (const text of characters) {
      for (const [where, at] of Object.entries(positions)) {
        add(`${JSON.stringify(text)} at its ${where}`, { segment, insert: text, at });
      }
    }
    for (const keep of [0, 1, 2, 3, 4, 5, 40]) add(`first ${keep} characters`, { segment, keep });
    for (const flip of [0, 1, 2, 23]) add(`character ${flip} changed`, { segment, flip });
    for (const text of [
      "e",
      "e30",
      "e30=",
      "W10",
      "bnVsbA",
      "MQ",
      "IiI",
      "IA",
      "e",
      "_w",
      "__8",
      "AA",
      "4pyT",
    ]) {
      add(`is ${text}`, { segment, text });
    }
  }
  return specs;
}

const wholes = [
  "",
  ".",
  "..",
  "...",
  "a",
  "a.b",
  "a.b.c",
  "a.b.c.d",
  "....a....b....c....",
  "a..b",
  "null",
  "eyJhbGciOiJSUzI1NiJ9..",
  "eyJhbGciOiJSUzI1NiJ9.e30.",
  "eyJhbGciOiJSUzI1NiJ9.e30",
  "e30.e30.e30",
  "W10.e30.AA",
];

const specs = edits();
const asHeader = Object.fromEntries(Object.entries(specs).map(([label, spec]) => [label, bearer(spec)]));

/** In a parameter each byte can be sent. */
const asParameter: Record<string, RequestSpec> = {
  ...each(
    [
      "%00",
      "%09",
      "%0a",
      "%0b",
      "%0c",
      "%0d",
      "%20",
      "%c2%a0",
      "%ff",
      "%85",
      "%2e",
      "%2E",
      "%3d",
      "%2b",
      "%2f",
      "+",
    ],
    (text): RequestSpec => ({
      path: `/?t=<<a>>${text}<<b>>`,
      tokens: { a: { edits: [] }, b: { claims: { sub: "b" } } },
    }),
    (text) => `two tokens around ${text}`,
  ),
  ...each(
    [
      "%00",
      "%09",
      "%0a",
      "%0b",
      "%0c",
      "%0d",
      "%20",
      "%c2%a0",
      "%ff",
      "%85",
      "%2e",
      "%3d",
      "%3d%3d",
      "%2b",
      "%2f",
      "+",
      "%",
      "%2",
      "%zz",
    ],
    (text): RequestSpec => ({ path: `/?t=<<a>>${text}`, tokens: { a: {} } }),
    (text) => `token, then ${text}`,
  ),
  ...each(
    ["%00", "%09", "%0a", "%0b", "%0c", "%0d", "%20", "%2e", "%2b", "%2f", "+"],
    (text): RequestSpec => ({
      path: `/?t=<<a>>`,
      tokens: { a: { edits: [{ segment: 2, insert: text, at: 12 }] } },
    }),
    (text) => `${text} in the signature`,
  ),
  ...each(
    ["%09", "%0a", "%20", "%2b"],
    (text): RequestSpec => ({
      path: `/?t=<<a>>`,
      tokens: { a: { edits: [{ segment: 1, insert: text, at: 12 }] } },
    }),
    (text) => `${text} in the payload`,
  ),
};

export const tokenFormat: Table = {
  name: "token-format",
  cases: [
    ...cross([header], asHeader),
    ...cross(
      [header],
      each(
        wholes,
        (text) => headers(["authorization", `Bearer ${text}`]),
        (text) => `Bearer ${text}`,
      ),
    ),
    ...cross(
      [parameter],
      each(
        wholes,
        (text): RequestSpec => ({ path: `/?t=${text}` }),
        (text) => `?t=${text}`,
      ),
    ),
    ...cross([parameter], asParameter),
    ...cross(
      [forwarded],
      each(
        wholes,
        (text) => headers(["cookie", `t=${text}`]),
        (text) => `t=${text}`,
      ),
    ),
    ...cross(
      [header],
      each(
        [1000, 4000, 4096, 4097, 8000, 16000, 60000],
        (size) => bearer({ claims: { filler: "x".repeat(size) } }),
        (size) => `${size} bytes of claims`,
      ),
    ),
  ],
};
