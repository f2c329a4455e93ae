// Tokens in JWS Compact Serialization (RFC 7515 §3.1).

import { constants, createHmac, sign } from "node:crypto";
import { signatureAlgorithm } from "./signature-algorithm.js";
import type { SigningKey } from "./signing-key.js";

/** The header that a token gets: `alg`, `kid` and `typ`, under what `members` says. */
export function tokenHeader(key: SigningKey, members: Readonly<Record<string, unknown>> = {}): object {
  return { alg: key.algorithm, kid: key.kid, typ: "JWT", ...members };
}

/**
 * Signs a token. The signature is made with the key's own algorithm, whatever the header claims: a member that is
 * undefined is left out, and a wrong one is for tokens that are to be refused.
 */
export function signToken(
  key: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const input = [tokenHeader(key, header), claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${input}.${signature(key, Buffer.from(input)).toString("base64url")}`;
}

function signature({ algorithm, signer }: SigningKey, input: Buffer): Buffer {
  const { scheme, hash } = signatureAlgorithm(algorithm);
  switch (scheme) {
    case "hmac":
      return createHmac(hash!, signer).update(input).digest();
    case "ecdsa":
      // RFC 7518 §3.4: R and S side by side, no DER.
      return sign(hash, input, { key: signer, dsaEncoding: "ieee-p1363" });
    case "rsa-pss":
      // RFC 7518 §3.5: the salt is as long as the hash.
      return sign(hash, input, {
        key: signer,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    default:
      return sign(hash, input, signer);
  }
}
