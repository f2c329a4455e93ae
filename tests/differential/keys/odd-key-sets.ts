// Key sets that are wrong, or right in an unusual way, each with a token that shows what was made of it.
import type { KeyName, SizedRsaName } from "./keys.js";
import { der, integer, pem, sequence } from "../certificates/der.js";
import { keyCertificate, publicKeyInfo, publicKeyOf, rsaNumbers } from "../certificates/key-certificates.js";
import { changed, oddJwks, setOf } from "./odd-jwks.js";
import type { TokenSpec } from "../token.js";

export interface OddKeySet {
  /** The document. Keys and certificates are made when it is asked for. */
  readonly text: () => string;
  readonly token: TokenSpec;
  /** Where only native takes it, on purpose (docs/differences.md): what this filter says. */
  readonly refusedHere?: string;
}

/** Names begin with `odd `. */
export type OddKeySetName = `odd ${string}`;

const sets: Record<OddKeySetName, OddKeySet> = {};

function add(label: string, text: () => string, token: TokenSpec, refusedHere?: string): void {
  sets[`odd ${label}`] = { text, token, ...(refusedHere === undefined ? {} : { refusedHere }) };
}

for (const [name, list] of oddJwks) {
  for (const [label, changes] of Object.entries(list)) {
    add(`${name}: ${label}`, () => setOf(changed(name, changes)), { key: name });
  }
}

const ec384 = () => changed("ec384", { crv: undefined });
const good = () => changed("rsa", {});

/** What a document may be, and keys beside each other. */
const documents: Record<string, () => string> = {
  "an empty object": () => "{}",
  "a list": () => "[]",
  "a text": () => '"keys"',
  null: () => "null",
  nothing: () => " ",
  cut: () => setOf(good()).slice(0, -1),
  "text behind": () => `${setOf(good())}x`,
  "keys null": () => '{"keys":null}',
  "keys an object": () => JSON.stringify({ keys: good() }),
  "keys a text": () => '{"keys":"a"}',
  "no keys in it": () => setOf(),
  Keys: () => JSON.stringify({ Keys: [good()] }),
  "a key by itself": () => JSON.stringify(good()),
  "other members": () => JSON.stringify({ a: 1, keys: [good()], b: { c: [] } }),
  "things that are no objects": () => setOf(1, null, "a", [], true),
  "things that are no objects beside a good key": () => setOf(1, null, "a", [], good(), true),
  "an empty key": () => setOf({}),
  "unknown kty beside a good key": () => setOf({ kty: "AKP", alg: "ML-DSA-44", pub: "AA" }, good()),
  "the first bad key decides": () => setOf(1, { kty: "AKP" }, { kty: "oct" }, {}),
  "a bad key before and behind a good one": () => setOf({ kty: "RSA" }, good(), { kty: 1 }),
  "one kid twice": () => setOf(changed("rsaOther", { kid: "rsa" }), good()),
  "the same key twice": () => setOf(good(), good()),
  "one member twice": () => setOf(good()).replace('"kty"', '"kid":"a","kid":"b","kty"'),
  "keys twice": () => setOf(good()).replace('{"keys"', '{"keys":[],"keys"'),
  escapes: () => setOf(good()).replace('"kty"', '"\\u006bty"').replace('"RSA"', '"\\u0052SA"'),
  "a lone surrogate": () => setOf(changed("rsa", { a: 1 })).replace('"a":1', '"a":"\\ud800"'),
  "a number out of range": () => setOf(good()).replace('"kty"', '"a":1e400,"kty"'),
  deep: () => setOf(changed("rsa", { a: 1 })).replace('"a":1', `"a":${"[".repeat(60)}${"]".repeat(60)}`),
  "too deep": () =>
    setOf(changed("rsa", { a: 1 })).replace('"a":1', `"a":${"[".repeat(120)}${"]".repeat(120)}`),
  "P-384 without crv": () => setOf(ec384()),
};
for (const [label, text] of Object.entries(documents)) add(`document: ${label}`, text, {});

const map = (...entries: readonly (readonly [kid: string, text: unknown])[]) =>
  JSON.stringify(Object.fromEntries(entries));
const certificate = (name: KeyName = "rsa") => pem(keyCertificate(name));
const withKey = (publicKey: Buffer) => pem(keyCertificate("rsa", { publicKey }));

/** The X.509 map form. */
const certificates: Record<string, () => string> = {
  one: () => map(["rsa", certificate()]),
  "of another key": () => map(["rsa", certificate("rsaOther")]),
  "kid of no token": () => map(["other", certificate()]),
  two: () => map(["a", certificate("rsaOther")], ["rsa", certificate()]),
  EC: () => map(["rsa", certificate("ec256")]),
  Ed25519: () => map(["rsa", certificate("ed25519")]),
  garbage: () => map(["rsa", "-----BEGIN CERTIFICATE-----\ngarbage!\n-----END CERTIFICATE-----\n"]),
  "garbage in base64": () => map(["rsa", pem(Buffer.from("garbage"))]),
  empty: () => map(["rsa", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"]),
  "two, one bad": () => map(["rsa", certificate()], ["b", pem(Buffer.from("garbage"))]),
  "two, one EC": () => map(["rsa", certificate()], ["b", certificate("ec256")]),
  "a member that is no string": () => map(["rsa", certificate()], ["b", 1]),
  "a member that is no certificate": () => map(["rsa", certificate()], ["b", "c"]),
  "an empty kid": () => map(["", certificate()]),
  "keys beside it": () => map(["rsa", certificate()], ["keys", []]),
  CRLF: () => map(["rsa", certificate().replaceAll("\n", "\r\n")]),
  "CRLF within": () => map(["rsa", certificate().replace(/(?<=[\w+/])\n(?!-)/g, "\r\n")]),
  "text before": () => map(["rsa", `x\n${certificate()}`]),
  "no newline at the end": () => map(["rsa", certificate().trimEnd()]),
  "two blocks": () => map(["rsa", certificate() + certificate("rsaOther")]),
  "two blocks, the other first": () => map(["rsa", certificate("rsaOther") + certificate()]),
  "a block that is broken behind a good one": () =>
    map(["rsa", `${certificate()}x\n-----END CERTIFICATE-----\n`]),
  "an empty line first": () => map(["rsa", certificate().replace("\n", "\n\n")]),
  "an empty line within": () => map(["rsa", certificate().replace(/(\n[^\n]+)\n/, "$1\n\n")]),
  "one long line": () => map(["rsa", certificate().replace(/(?<=[\w+/])\n(?!-)/g, "")]),
  "bytes behind it": () => map(["rsa", pem(Buffer.concat([keyCertificate("rsa"), Buffer.of(1, 2)]))]),
  "an even exponent": () =>
    map(["rsa", withKey(publicKeyOf(sequence(rsaNumbers("rsa").modulus, integer(4))))]),
  "an exponent of one": () =>
    map(["rsa", withKey(publicKeyOf(sequence(rsaNumbers("rsa").modulus, integer(1))))]),
  "an RSA key of PSS": () =>
    map([
      "rsa",
      withKey(publicKeyOf(publicKeyInfo("rsa"), sequence(der(6, Buffer.from("2a864886f70d01010a", "hex"))))),
    ]),
};
for (const [label, text] of Object.entries(certificates)) add(`certificates: ${label}`, text, {});

/** Not JSON by RFC 8259, taken by protobuf's parser. */
const lenient: Record<string, () => string> = {
  "a comma too much": () => setOf(good()).replace("]}", ",]}"),
  "single quotes": () => setOf(good()).replaceAll('"', "'"),
  "bare names": () => setOf(good()).replace('"keys"', "keys"),
  "a line break in a text": () => setOf(changed("rsa", { a: "b" })).replace('"a":"b"', '"a":"\n"'),
  "single quotes around certificates": () => map(["rsa", certificate()]).replace('"rsa"', "'rsa'"),
};
for (const [label, text] of Object.entries(lenient))
  add(`lenient: ${label}`, text, {}, "Jwks is an invalid JSON");

/** Native takes any number of keys. */
const manyKeys = (count: number) => setOf(...Array.from({ length: count }, good));
add("many: 256 keys", () => manyKeys(256), {});
for (const count of [257, 500])
  add(`many: ${count} keys`, () => manyKeys(count), {}, "Jwks has more than 256 keys");

/** Sizes and exponents of RSA keys. */
const sizes: readonly SizedRsaName[] = [
  "rsa 1017 65537",
  "rsa 1023 65537",
  "rsa 1024 3",
  "rsa 2047 65537",
  "rsa 8192 65537",
  "rsa 8193 65537",
  "rsa 16384 65537",
  "rsa 16385 65537",
  "rsa 2048 5",
  "rsa 2048 4294967297",
  "rsa 2048 8589934591",
  "rsa 2048 8589934593",
];
/** Sizes that native takes and this filter does not. */
const smallSizes: readonly SizedRsaName[] = [
  "rsa 512 65537",
  "rsa 768 65537",
  "rsa 1000 65537",
  "rsa 1016 3",
];
for (const name of [...sizes, ...smallSizes]) {
  const [inJwk, inCertificate] = smallSizes.includes(name)
    ? [
        "Jwks RSA [n] or [e] field is missing or has a parse error",
        "X509 parse pubkey internal fails: get pubkey",
      ]
    : [];
  add(name, () => setOf(changed(name, {})), { key: name }, inJwk);
  add(`${name}, certificate`, () => map([name, certificate(name)]), { key: name }, inCertificate);
}

export const oddKeySets: Readonly<Record<string, OddKeySet>> = sets;
