// Signature algorithms, keys and how one is chosen: kid, alg, kty; every key with every alg in the header.
import { cross, type Case, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { keyNames, type KeyName } from "../keys/keys.js";
import { keys, requestAuthentication, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";
import type { KeySetName } from "../keys/key-sets.js";
import type { TokenSpec } from "../token.js";

const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
];

function policy(set: KeySetName): Policy {
  return { name: `algorithms/${set}`, config: requestAuthentication(keys(set)) };
}

const every = policy("every");
const sets = [every, policy("anonymous"), policy("bound"), policy("odd"), policy("main"), policy("secret")];

function specs(): Record<string, TokenSpec> {
  const all: Record<string, TokenSpec> = {};
  for (const key of keyNames) {
    for (const alg of algorithms) {
      // 1024 bits are too few for a digest of 64 bytes and a salt of as many (RFC 8017 §9.1.1).
      if (key === "rsa1024" && alg === "PS512") continue;
      all[`${key} signs, alg ${alg}`] = { key, header: { alg } };
      all[`${key} signs, alg ${alg}, no kid`] = { key, header: { alg }, without: ["kid"] };
    }
  }
  return all;
}

function boundKids(): Record<string, TokenSpec> {
  const all: Record<string, TokenSpec> = {};
  for (const key of ["rsa", "ec256", "ec384", "ec521", "ed25519", "oct"] as const) {
    for (const alg of algorithms)
      all[`${key} alg ${alg}, kid of alg`] = { key, header: { alg, kid: alg.toLowerCase() } };
  }
  return all;
}

const kids = [
  "rsa",
  "rsaOther",
  "twice",
  "broken",
  "unknown",
  "7",
  "",
  "RSA",
  "rsa ",
  "nobody",
  "rs512",
  "x".repeat(5000),
];

const sized: readonly (readonly [KeyName, number])[] = [
  ["rsa", 342],
  ["rsa1024", 171],
  ["ec256", 86],
  ["ec384", 128],
  ["ec521", 176],
  ["ed25519", 86],
  ["oct", 43],
];

/** Signatures cut, lengthened, changed and empty. */
function brokenSignatures(): Record<string, TokenSpec> {
  const all: Record<string, TokenSpec> = {};
  for (const [key, length] of sized) {
    for (const keep of [1, 2, 3, 4, 8, 40, length - 4, length - 3, length - 2, length - 1]) {
      all[`${key}: ${keep} of ${length} characters`] = { key, edits: [{ segment: 2, keep }] };
    }
    for (const more of ["A", "AA", "AAA", "AAAA", "A".repeat(400)]) {
      all[`${key}: ${more.length} characters more`] = {
        key,
        edits: [{ segment: 2, insert: more, at: length }],
      };
    }
    for (const flip of [0, 1, Math.floor(length / 2), length - 2, length - 1]) {
      all[`${key}: character ${flip} changed`] = { key, edits: [{ segment: 2, flip }] };
    }
    for (const [name, text] of [
      ["zero", "A".repeat(length)],
      ["ones", "_".repeat(length)],
    ] as const) {
      all[`${key}: all ${name}`] = { key, edits: [{ segment: 2, text }] };
    }
    all[`${key}: another header`] = { key, edits: [{ segment: 0, text: "eyJhbGciOiJSUzI1NiJ9" }] };
    all[`${key}: payload changed`] = {
      key,
      edits: [{ segment: 1, text: "eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLmNvbS8ifQ" }],
    };
  }
  for (const key of ["ec256", "ec384", "ec521"] as const) all[`${key}: DER`] = { key, der: true };
  for (const alg of ["PS256", "PS384", "PS512"]) {
    for (const saltLength of [0, 1, 20, 32, 47, 48, 49, 64, 65, 100]) {
      all[`${alg}, salt of ${saltLength}`] = { header: { alg }, saltLength };
    }
  }
  return all;
}

const tokens = (table: Record<string, TokenSpec>): Record<string, RequestSpec> =>
  Object.fromEntries(Object.entries(table).map(([label, spec]) => [label, bearer(spec)]));

const lying: Case[] = cross(
  [every],
  tokens(
    Object.fromEntries(
      algorithms.flatMap((alg) =>
        ["RS256", "RS384", "PS256", "PS512"].map((signAs) => [
          `rsa signs ${signAs}, alg ${alg}`,
          { header: { alg }, signAs },
        ]),
      ),
    ),
  ),
);

export const algorithmTable: Table = {
  name: "algorithms",
  cases: [
    ...cross(sets, tokens(specs())),
    ...cross([sets[2]!], tokens(boundKids())),
    ...cross([every], tokens(brokenSignatures())),
    ...lying,
    ...cross(
      sets,
      each(
        kids,
        (kid) => bearer({ header: { kid } }),
        (kid) => `kid ${kid.slice(0, 20)}`,
      ),
    ),
  ],
};
