// A key that signs, and what of it goes into a key set.

import {
  createHash,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { signatureAlgorithm, type AlgorithmName } from "./signature-algorithm.js";

/** A JWK as it stands in a key set. Of an HMAC key that is the secret itself. */
export type Jwk = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly algorithm: AlgorithmName;
  readonly kid: string;
  /** The private key, or the secret. */
  readonly signer: KeyObject;
  /** With `kid`, `use` and `alg`. */
  readonly publicJwk: Jwk;
}

/** RFC 7518 §3.3: a key of size 2048 bits or larger MUST be used. */
export const RSA_BITS = 2048;
/** RFC 7518 §3.2: a key of the size of the largest hash or larger. */
const SECRET_BYTES = 64;

/**
 * Makes a new key.
 * @param kid default: the key's thumbprint
 */
export function generateSigningKey(algorithm: AlgorithmName, kid?: string): SigningKey {
  return signingKeyOf(newSigner(algorithm), algorithm, kid);
}

function newSigner(name: AlgorithmName): KeyObject {
  const { scheme, curve } = signatureAlgorithm(name);
  switch (scheme) {
    case "hmac":
      return createSecretKey(randomBytes(SECRET_BYTES));
    case "eddsa":
      return generateKeyPairSync("ed25519").privateKey;
    case "ecdsa":
      return generateKeyPairSync("ec", { namedCurve: curve! }).privateKey;
    default:
      return generateKeyPairSync("rsa", { modulusLength: RSA_BITS }).privateKey;
  }
}

/**
 * The signing key of a private key or secret that fits the algorithm.
 * @param kid default: the key's thumbprint, so that one key keeps one name
 */
export function signingKeyOf(signer: KeyObject, algorithm: AlgorithmName, kid?: string): SigningKey {
  const published = signer.type === "secret" ? signer : createPublicKey(signer);
  const members: JsonWebKey = published.export({ format: "jwk" });
  const name = kid ?? thumbprint(members);
  return {
    algorithm,
    kid: name,
    signer,
    publicJwk: { ...members, kid: name, use: "sig", alg: algorithm },
  };
}

/** The private key as a JWK, for a file that `readSigningKey` reads again. */
export function privateJwk(key: SigningKey): Jwk {
  const members: JsonWebKey = key.signer.export({ format: "jwk" });
  return { ...members, kid: key.kid, use: "sig", alg: key.algorithm };
}

/** The key set that verifies what these keys sign. */
export function keySet(keys: readonly SigningKey[]): { readonly keys: readonly Jwk[] } {
  return { keys: keys.map(({ publicJwk }) => publicJwk) };
}

/** RFC 7638 §3: the SHA-256 of the required members, in the order of their names and without blanks. */
function thumbprint(jwk: JsonWebKey): string {
  const { crv, e, k, kty, n, x, y } = jwk;
  const required =
    kty === "RSA"
      ? { e, kty, n }
      : kty === "oct"
        ? { k, kty }
        : kty === "OKP"
          ? { crv, kty, x }
          : { crv, kty, x, y };
  return createHash("sha256").update(JSON.stringify(required)).digest("base64url");
}
