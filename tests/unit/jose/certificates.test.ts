// Key sets in the X.509 map form: which are taken, why others are not, and that no piece of one is read past its end.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { der, pem, sequence } from "../../differential/certificates/der.js";
import {
  keyCertificate,
  publicKeyInfo,
  publicKeyOf,
  rsaNumbers,
} from "../../differential/certificates/key-certificates.js";
import type { KeyName } from "../../differential/keys/keys.js";
import { mint } from "../../differential/token.js";
import { keySetStatus } from "./key-set-reader.js";

const good = keyCertificate("rsa1024");
const text = pem(good);
const other = pem(keyCertificate("rsaOther"));
const { modulus } = rsaNumbers("rsa1024");

const notRead = "X509 parse pubkey fails";
const noKey = "X509 parse pubkey internal fails: get pubkey";
const noKeys = "Jwks does not have [keys] field";

describe("statuses", () => {
  const withKey = (publicKey: Buffer) => ({ a: pem(keyCertificate("rsa1024", { publicKey })) });
  const rows: Record<string, readonly [set: unknown, status: string]> = {
    "a certificate": [{ a: text }, "OK"],
    two: [{ a: text, b: other }, "OK"],
    "CRLF within the armour": [{ a: text.replace(/(?<=[\w+/])\n(?!-)/g, "\r\n") }, "OK"],
    "several blocks: the first counts": [
      { a: text + "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n" },
      "OK",
    ],
    "text behind the certificate in DER": [{ a: pem(Buffer.concat([good, Buffer.of(0)])) }, "OK"],
    "an empty line first": [{ a: text.replace("\n", "\n\n") }, "OK"],
    none: [{}, noKeys],
    "an empty kid": [{ "": text }, noKeys],
    "a member that is no string": [{ a: text, b: 1 }, noKeys],
    "a member that is no certificate": [{ a: text, b: "c" }, noKeys],
    CRLF: [{ a: text.replaceAll("\n", "\r\n") }, noKeys],
    "no newline at the end": [{ a: text.trimEnd() }, noKeys],
    "text before": [{ a: `x\n${text}` }, noKeys],
    "text behind": [{ a: `${text}x\n` }, noKeys],
    "a public key's armour": [{ a: text.replaceAll("CERTIFICATE", "PUBLIC KEY") }, noKeys],
    "empty armour": [{ a: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" }, notRead],
    "no base64": [{ a: text.replace("MII", "M!I") }, notRead],
    "base64 that is cut": [{ a: text.replace("MII", "MI") }, notRead],
    base64url: [{ a: text.replace("MII", "M_I") }, notRead],
    "padding in the middle": [{ a: text.replace("MII", "MI=") }, notRead],
    "an empty line in the middle": [{ a: text.replace(/(\n[^\n]+)\n/, "$1\n\n") }, notRead],
    "a header": [{ a: text.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n") }, notRead],
    "no certificate": [{ a: pem(Buffer.from("no certificate")) }, notRead],
    "one of two is bad": [{ a: text, b: pem(good.subarray(1)) }, notRead],
    "the first of two is bad": [{ b: pem(good.subarray(1)), a: text }, notRead],
    "an indefinite length": [
      { a: pem(Buffer.concat([Buffer.of(0x30, 0x80), good.subarray(4), Buffer.of(0, 0)])) },
      notRead,
    ],
    "an EC key": [withKey(publicKeyInfo("ec256")), noKey],
    "an Ed25519 key": [withKey(publicKeyInfo("ed25519")), noKey],
    "an RSA key of PSS": [
      withKey(publicKeyOf(Buffer.alloc(0), sequence(der(6, Buffer.from("2a864886f70d01010a", "hex"))))),
      noKey,
    ],
    "an even exponent": [withKey(publicKeyOf(sequence(modulus, der(2, Buffer.of(4))))), noKey],
    "a negative modulus": [
      withKey(publicKeyOf(sequence(der(2, modulus.subarray(4)), der(2, Buffer.of(3))))),
      noKey,
    ],
    "an RSA key of 1016 bits": [{ a: pem(keyCertificate("rsa 1016 65537")) }, noKey],
    "keys beside certificates": [{ a: text, keys: [] }, "Jwks doesn't have any valid public key"],
    "too many": [
      Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, text])),
      "Jwks has more than 256 keys",
    ],
  };
  for (const [label, [set, status]] of Object.entries(rows)) {
    test(label, () => assert.equal(keySetStatus(JSON.stringify(set)), status));
  }
});

test("tokens are verified with the key of the certificate that their kid names", () => {
  const set = JSON.stringify({ a: other, b: text });
  const signed = (key: KeyName, kid: string | undefined) => mint({ key, header: { kid } });
  assert.equal(keySetStatus(set, signed("rsa1024", "b")), "OK");
  assert.equal(keySetStatus(set, signed("rsa1024", undefined)), "OK");
  assert.equal(keySetStatus(set, signed("rsa1024", "a")), "Jwt verification fails");
  assert.equal(
    keySetStatus(set, signed("rsa1024", "c")),
    "Jwks doesn't have key to match kid or alg from Jwt",
  );
  assert.equal(keySetStatus(set, mint({ key: "ec256", header: { kid: "a" } })), "Jwt verification fails");
});

test("exponents that no JWK may have are verified with", () => {
  for (const name of ["rsa 2048 5", "rsa 2048 4294967297", "rsa 2048 8589934591"] as const) {
    const set = JSON.stringify({ a: pem(keyCertificate(name)) });
    assert.equal(keySetStatus(set, mint({ key: name, header: { kid: "a" } })), "OK", name);
  }
});

test("no beginning of a certificate is taken for one", () => {
  for (let length = 0; length < good.length; length++) {
    assert.equal(
      keySetStatus(JSON.stringify({ a: pem(good.subarray(0, length)) })),
      notRead,
      `${length} bytes`,
    );
  }
  const set = JSON.stringify({ a: text });
  for (let length = 0; length < set.length; length++) {
    assert.equal(keySetStatus(set.slice(0, length)), "Jwks is an invalid JSON", `${length} characters`);
  }
  const suffix = "\n-----END CERTIFICATE-----\n";
  const body = text.slice(0, -suffix.length);
  for (let length = text.indexOf("\n"); length < body.length; length++) {
    assert.equal(
      keySetStatus(JSON.stringify({ a: body.slice(0, length) + suffix })),
      notRead,
      `${length} characters`,
    );
  }
});

/** Lengths that reach past the end, by one and by as much as there can be. */
test("no length is believed", () => {
  for (let at = 1; at < good.length; at++) {
    for (const lie of ["7f", "81ff", "82ffff", "84ffffffff", "847fffffff", "80"]) {
      const changed = Buffer.concat([good.subarray(0, at), Buffer.from(lie, "hex"), good.subarray(at + 1)]);
      assert.notEqual(keySetStatus(JSON.stringify({ a: pem(changed) })), "");
    }
  }
});
