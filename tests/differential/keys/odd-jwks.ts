// JWKs of every type with something odd about them: members missing, of the wrong type, encoded in unusual ways, not fitting each other.
import { signingKey, type KeyName } from "./keys.js";

type Jwk = Readonly<Record<string, unknown>>;

/** Members instead of a JWK's own; `undefined` takes one away. */
export type Changes = Jwk | ((jwk: Jwk) => Jwk);

/** The public key of that name with its name as `kid`, and with changes. */
export const changed = (name: KeyName, changes: Changes): Jwk => {
  const { jwk } = signingKey(name);
  return { ...jwk, kid: name, ...(typeof changes === "function" ? changes(jwk) : changes) };
};

/** A JWKS document. */
export const setOf = (...keys: readonly unknown[]) => JSON.stringify({ keys });

const member = (jwk: Jwk, name: string) => jwk[name] as string;
const bytesOf = (jwk: Jwk, name: string) => Buffer.from(member(jwk, name), "base64url");
const zeros = (count: number, bytes: Buffer) =>
  Buffer.concat([Buffer.alloc(count), bytes]).toString("base64url");

/** Members that every type of key has. */
const common: Record<string, Changes> = {
  "as it is": {},
  "no kty": { kty: undefined },
  "kty null": { kty: null },
  "kty a number": { kty: 1 },
  "kty empty": { kty: "" },
  "kty in another case": ({ kty }) => ({ kty: (kty as string).toLowerCase() === kty ? "OCT" : "rsa" }),
  "no kid": { kid: undefined },
  "kid a number": { kid: 7 },
  "kid null": { kid: null },
  "kid empty": { kid: "" },
  "kid another": { kid: "other" },
  "alg empty": { alg: "" },
  "alg null": { alg: null },
  "alg a number": { alg: 256 },
  "alg of one letter": { alg: "R" },
  "alg none": { alg: "none" },
  "alg RS256": { alg: "RS256" },
  "alg PS256": { alg: "PS256" },
  "alg RSA-OAEP": { alg: "RSA-OAEP" },
  "alg RS": { alg: "RS" },
  "alg ES256": { alg: "ES256" },
  "alg ES512": { alg: "ES512" },
  "alg ES256K": { alg: "ES256K" },
  "alg HS256": { alg: "HS256" },
  "alg HS512": { alg: "HS512" },
  "alg HS1": { alg: "HS1" },
  "alg EdDSA": { alg: "EdDSA" },
  "alg Ed25519": { alg: "Ed25519" },
  "use enc": { use: "enc" },
  "use a number": { use: 1 },
  "key_ops without verify": { key_ops: ["encrypt"] },
  "key_ops a text": { key_ops: "sign" },
  "x5c of nothing": { x5c: ["AA"] },
  "private member": { d: "AQAB" },
  "members of another type": { crv: "P-256", x: "AA", y: "AA", k: "AA" },
};

/** What a text in base64url may look like. */
const encodings = (name: string): Record<string, Changes> => ({
  [`no ${name}`]: { [name]: undefined },
  [`${name} null`]: { [name]: null },
  [`${name} a number`]: { [name]: 1 },
  [`${name} a list`]: { [name]: ["AQAB"] },
  [`${name} empty`]: { [name]: "" },
  [`${name} blank`]: { [name]: " " },
  [`${name} no base64`]: { [name]: "!" },
  [`${name} of one character`]: { [name]: "A" },
  [`${name} zero`]: { [name]: "AAAA" },
  [`${name} in standard base64`]: (jwk) => ({
    [name]: bytesOf(jwk, name).toString("base64").replace(/=+$/, ""),
  }),
  [`${name} in standard base64, padded`]: (jwk) => ({ [name]: bytesOf(jwk, name).toString("base64") }),
  [`${name} padded`]: (jwk) => ({
    [name]: member(jwk, name).padEnd(Math.ceil(member(jwk, name).length / 4) * 4, "="),
  }),
  [`${name} padded too much`]: (jwk) => ({ [name]: `${member(jwk, name)}====` }),
  [`${name} with a blank`]: (jwk) => ({ [name]: member(jwk, name).replace(/^.../, "$& ") }),
  [`${name} with a line break`]: (jwk) => ({ [name]: member(jwk, name).replace(/^.../, "$&\n") }),
  [`${name} cut`]: (jwk) => ({ [name]: member(jwk, name).slice(0, -8) }),
  [`${name} with a zero byte in front`]: (jwk) => ({ [name]: zeros(1, bytesOf(jwk, name)) }),
  [`${name} with 100 zero bytes in front`]: (jwk) => ({ [name]: zeros(100, bytesOf(jwk, name)) }),
});

const exponents = [
  "AQ",
  "Ag",
  "Aw",
  "BQ",
  "EQ",
  "AQAA",
  "AQAC",
  "AAAAAQAB",
  "AQAAAQAB",
  "AQAAAAE",
  "Af____8",
];

const curves = ["P-256", "P-384", "P-521", "secp256k1", "p-256", "Ed25519", "X25519", "Ed448", ""];

const curveChanges: Record<string, Changes> = {
  ...Object.fromEntries(curves.map((crv) => [`crv ${crv}`, { crv }])),
  "no crv": { crv: undefined },
  "crv null": { crv: null },
  "crv a number": { crv: 256 },
};

const rsaChanges: Record<string, Changes> = {
  ...common,
  ...encodings("n"),
  ...encodings("e"),
  ...Object.fromEntries(exponents.map((e) => [`e ${e}`, { e }])),
  "n even": (jwk) => ({
    n: Buffer.concat([bytesOf(jwk, "n").subarray(0, -1), Buffer.of(2)]).toString("base64url"),
  }),
};

const ecChanges: Record<string, Changes> = {
  ...common,
  ...encodings("x"),
  ...encodings("y"),
  ...curveChanges,
  "crv P-384, alg ES256": { crv: "P-384", alg: "ES256" },
  "crv P-256, alg ES384": { crv: "P-256", alg: "ES384" },
  "no crv, alg ES256": { crv: undefined, alg: "ES256" },
  "no crv, alg ES384": { crv: undefined, alg: "ES384" },
  "no crv, alg ES256K": { crv: undefined, alg: "ES256K" },
  "crv empty, alg ES256": { crv: "", alg: "ES256" },
  "x and y exchanged": ({ x, y }) => ({ x: y, y: x }),
  "x above the field": { x: Buffer.alloc(32, 0xff).toString("base64url") },
  "x and y zero": { x: Buffer.alloc(32).toString("base64url"), y: Buffer.alloc(32).toString("base64url") },
};

const okpChanges: Record<string, Changes> = {
  ...common,
  ...encodings("x"),
  ...curveChanges,
  "x no point": { x: Buffer.alloc(32, 0xff).toString("base64url") },
};

const octChanges: Record<string, Changes> = {
  ...common,
  ...encodings("k"),
  "k of one byte": { k: "AQ" },
  "k of 300 bytes": { k: Buffer.alloc(300, 7).toString("base64url") },
};

/** For a key of each type, what may be odd about its JWK. */
export const oddJwks: readonly (readonly [KeyName, Record<string, Changes>])[] = [
  ["rsa", rsaChanges],
  ["ec256", ecChanges],
  ["ed25519", okpChanges],
  ["oct", octChanges],
];
