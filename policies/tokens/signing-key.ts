// A key that signs, and what of it goes into a key set. By WebCrypto, which browsers have and Node has.

import { toBase64url } from "../text/base64url.js";
import { signatureAlgorithm, type AlgorithmName } from "./signature-algorithm.js";

/** A JWK as it stands in a key set. Of an HMAC key that is the secret itself. */
export type Jwk = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly algorithm: AlgorithmName;
  readonly kid: string;
  /** The private key, or the secret. */
  readonly signer: CryptoKey;
  /** With `kid`, `use` and `alg`. */
  readonly publicJwk: Jwk;
}

/** RFC 7518 §3.3: a key of size 2048 bits or larger MUST be used. */
export const RSA_BITS = 2048;
/** RFC 7518 §3.2: a key of the size of the largest hash or larger. */
const SECRET_BITS = 512;

/**
 * Makes a new key.
 * @param kid default: the key's thumbprint
 */
export async function generateSigningKey(algorithm: AlgorithmName, kid?: string): Promise<SigningKey> {
  const made = await crypto.subtle.generateKey(newKeyParameters(algorithm), true, ["sign", "verify"]);
  const signer = "privateKey" in made ? made.privateKey : made;
  return signingKeyOf(await membersOf(signer), algorithm, kid);
}

/** What WebCrypto wants to know of a key for an algorithm. */
function parameters(name: AlgorithmName): RsaHashedImportParams & EcKeyImportParams & HmacImportParams {
  const { scheme, hash, curve } = signatureAlgorithm(name);
  const names = {
    hmac: "HMAC",
    eddsa: "Ed25519",
    ecdsa: "ECDSA",
    "rsa-pss": "RSA-PSS",
    "rsa-pkcs1": "RSASSA-PKCS1-v1_5",
  };
  return { name: names[scheme], hash: hash ?? "", namedCurve: curve ?? "" };
}

function newKeyParameters(name: AlgorithmName): RsaHashedKeyGenParams & EcKeyGenParams & HmacKeyGenParams {
  return {
    ...parameters(name),
    modulusLength: RSA_BITS,
    publicExponent: Uint8Array.of(1, 0, 1),
    length: SECRET_BITS,
  };
}

/** The members of a JWK that are of the key itself. */
async function membersOf(key: CryptoKey): Promise<JsonWebKey> {
  const { kty, crv, n, e, d, p, q, dp, dq, qi, x, y, k } = await crypto.subtle.exportKey("jwk", key);
  const members = { kty, crv, n, e, d, p, q, dp, dq, qi, x, y, k };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/**
 * The signing key of a private JWK or secret that fits the algorithm.
 * @param members those of the key itself: no `alg`, `use`, `key_ops`
 * @param kid default: the key's thumbprint, so that one key keeps one name
 * @throws DOMException if it is no such key
 */
export async function signingKeyOf(
  members: JsonWebKey,
  algorithm: AlgorithmName,
  kid?: string,
): Promise<SigningKey> {
  const signer = await crypto.subtle.importKey("jwk", members, parameters(algorithm), true, ["sign"]);
  const { kty, crv, n, e, x, y, k } = members;
  const published = { kty, crv, n, e, x, y, k };
  const name = kid ?? (await thumbprint(members));
  return {
    algorithm,
    kid: name,
    signer,
    publicJwk: {
      ...Object.fromEntries(Object.entries(published).filter(([, value]) => value !== undefined)),
      kid: name,
      use: "sig",
      alg: algorithm,
    },
  };
}

/** The private key as a JWK, for a file that is read again. */
export async function privateJwk(key: SigningKey): Promise<Jwk> {
  return { ...(await membersOf(key.signer)), kid: key.kid, use: "sig", alg: key.algorithm };
}

/** The key set that verifies what these keys sign. */
export function keySet(keys: readonly SigningKey[]): { readonly keys: readonly Jwk[] } {
  return { keys: keys.map(({ publicJwk }) => publicJwk) };
}

/** RFC 7638 §3: the SHA-256 of the required members, in the order of their names and without blanks. */
async function thumbprint(jwk: JsonWebKey): Promise<string> {
  const { crv, e, k, kty, n, x, y } = jwk;
  const required =
    kty === "RSA"
      ? { e, kty, n }
      : kty === "oct"
        ? { k, kty }
        : kty === "OKP"
          ? { crv, kty, x }
          : { crv, kty, x, y };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(required)));
  return toBase64url(new Uint8Array(digest));
}
