// The keys that fuzzed tokens are signed with. They are derived from constants, so that a corpus means the same on every machine, and no
// private key lies in the tree. RSA has none: its tokens are in the corpus as RFC 7515 appendix A.2 has them.

import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { signatureOf as signatureWith } from "../seeded/signature.js";

const seed = (name: string) => createHash("sha256").update(`envoy-jwt-policy fuzz ${name}`).digest();

const secret = seed("hmac");

/** RFC 8410 §7: the 32 bytes of an Ed25519 seed as PKCS #8. */
const ed25519 = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed("ed25519")]),
  format: "der",
  type: "pkcs8",
});

function p256(): KeyObject {
  const ecdh = createECDH("prime256v1");
  const d = seed("p256");
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: d.toString("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
}

const ec = p256();

/** Public key of RFC 7515 appendix A.2.1. */
const rsa = {
  kty: "RSA",
  kid: "rfc7515",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
};

/** The key set that knows all of them. */
export const keySet = {
  keys: [
    { kty: "oct", kid: "hs", k: secret.toString("base64url") },
    { ...createPublicKey(ed25519).export({ format: "jwk" }), kid: "ed" },
    { ...createPublicKey(ec).export({ format: "jwk" }), kid: "ec" },
    rsa,
  ],
};

/** What `alg` may say of a token that is signed here. */
export const signedAlgorithms = ["HS256", "HS384", "HS512", "EdDSA", "ES256"] as const;
export type SignedAlgorithm = (typeof signedAlgorithms)[number];

/** The signature over `text`, as base64url. */
export function signatureOf(algorithm: SignedAlgorithm, text: string): string {
  const data = Buffer.from(text, "latin1");
  const key = { EdDSA: ed25519, ES256: ec }[algorithm as string] ?? secret;
  return signatureWith(algorithm, key, data).toString("base64url");
}

/** A token of exactly these texts (one character, one byte), signed as `algorithm`, whatever the header says. */
export function signedToken(algorithm: SignedAlgorithm, header: string, payload: string): string {
  const text = [header, payload].map((part) => Buffer.from(part, "latin1").toString("base64url")).join(".");
  return `${text}.${signatureOf(algorithm, text)}`;
}
