// Tokens in JWS Compact Serialization (RFC 7515 §3.1).

import { toBase64url } from "../text/base64url.js";
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
export async function signToken(
  key: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const input = [tokenHeader(key, header), claims].map((part) => toBase64url(JSON.stringify(part))).join(".");
  return `${input}.${toBase64url(await signature(key, new TextEncoder().encode(input)))}`;
}

async function signature(key: SigningKey, input: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { hash } = signatureAlgorithm(key.algorithm);
  // RFC 7518 §3.5: the salt is as long as the hash. §3.4: WebCrypto's ECDSA has R and S side by side, no DER.
  const saltLength = Number(hash?.slice(-3) ?? 0) / 8;
  const { name } = key.signer.algorithm;
  return new Uint8Array(await crypto.subtle.sign({ name, saltLength, hash: hash ?? "" }, key.signer, input));
}
