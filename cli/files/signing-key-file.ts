// A private key from a file: a JWK (RFC 7517) or PEM.

import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import {
  isAlgorithmName,
  signatureAlgorithm,
  type AlgorithmName,
} from "../../policies/tokens/signature-algorithm.js";
import { RSA_BITS, signingKeyOf, type SigningKey } from "../../policies/tokens/signing-key.js";

/** What is wrong with the text of a key, and what to do. Never repeats any of it. */
export class KeyTextError extends Error {}

/**
 * Reads a private JWK, a JSON key set with one, or a PEM.
 * @param wanted the algorithm; default: the JWK's `alg`, else the usual one for such a key
 * @param kid default: the JWK's `kid`, else the key's thumbprint
 * @throws KeyTextError if it is none, or does not fit the algorithm
 */
export async function readSigningKey(
  text: string,
  wanted?: AlgorithmName,
  kid?: string,
): Promise<SigningKey> {
  const { signer, jwk } = text.trimStart().startsWith("{")
    ? fromJson(text)
    : { signer: fromPem(text), jwk: {} };
  const { alg } = jwk;
  if (alg !== undefined && !isAlgorithmName(alg)) throw new KeyTextError(`its "alg" is not supported`);
  if (alg !== undefined && wanted !== undefined && alg !== wanted) {
    throw new KeyTextError(`its "alg" is ${alg}: leave --algorithm out, or give a key for ${wanted}`);
  }
  const usual = usualAlgorithm(signer);
  const bits = signer.asymmetricKeyDetails?.modulusLength ?? RSA_BITS;
  if (bits < RSA_BITS) throw new KeyTextError(`${bits} bits are too few for RSA: RFC 7518 wants ${RSA_BITS}`);
  const algorithm = wanted ?? alg ?? usual;
  if (!fits(signer, algorithm)) {
    throw new KeyTextError(`${algorithm} does not fit this kind of key; ${usual} does`);
  }
  if (!isPair(signer)) throw new KeyTextError("its private and public members do not belong together");
  return signingKeyOf(signer.export({ format: "jwk" }), algorithm, kid ?? jwk.kid);
}

/** A JWK has both halves, which Node does not compare (measured: 20.20, a P-256 key with another d). */
function isPair(signer: KeyObject): boolean {
  if (signer.type === "secret") return true;
  const probe = Buffer.from("probe");
  const hash = signer.asymmetricKeyType === "ed25519" ? null : "sha256";
  try {
    return verify(hash, probe, createPublicKey(signer), sign(hash, probe, signer));
  } catch {
    return false;
  }
}

interface PrivateKeyText {
  readonly signer: KeyObject;
  readonly jwk: { readonly alg?: string; readonly kid?: string };
}

function fromJson(text: string): PrivateKeyText {
  const found = keyIn(parsed(text));
  const { kty, d, k, alg, kid } = found;
  const names = { ...(typeof alg === "string" ? { alg } : {}), ...(typeof kid === "string" ? { kid } : {}) };
  if (kty === "oct") {
    if (typeof k !== "string" || !/^[\w-]+$/.test(k)) {
      throw new KeyTextError('an "oct" key needs its secret as "k", in base64url');
    }
    return { signer: createSecretKey(Buffer.from(k, "base64url")), jwk: names };
  }
  if (d === undefined) {
    throw new KeyTextError('it is a public key: give the private one, a JWK with the member "d"');
  }
  try {
    return { signer: createPrivateKey({ key: found as JsonWebKey, format: "jwk" }), jwk: names };
  } catch {
    throw new KeyTextError(
      "it is no private JWK of an RSA, EC, OKP or oct key, or its members do not belong together",
    );
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new KeyTextError("it starts like JSON and is none");
  }
}

function keyIn(json: Record<string, unknown>): Record<string, unknown> {
  const { keys } = json;
  if (keys === undefined) return json;
  if (!Array.isArray(keys) || keys.length !== 1) {
    throw new KeyTextError("it is a key set: give one private key");
  }
  const key: unknown = keys[0];
  if (typeof key !== "object" || key === null) throw new KeyTextError("its key is no object");
  return key as Record<string, unknown>;
}

function fromPem(text: string): KeyObject {
  if (!text.includes("-----BEGIN ")) throw new KeyTextError("it is neither a JWK nor PEM");
  if (/-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----/.test(text)) {
    throw new KeyTextError("it is public: give the private key");
  }
  if (/ENCRYPTED/.test(text)) {
    throw new KeyTextError("it is encrypted: decrypt it, as `openssl pkey -in FILE -out PLAIN` does");
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new KeyTextError("it is no private key in PEM that OpenSSL reads");
  }
}

const ecdsaByCurve: ReadonlyMap<string | undefined, AlgorithmName> = new Map([
  ["prime256v1", "ES256"],
  ["secp384r1", "ES384"],
  ["secp521r1", "ES512"],
]);

function usualAlgorithm(signer: KeyObject): AlgorithmName {
  if (signer.type === "secret") return "HS256";
  if (signer.asymmetricKeyType === "rsa") return "RS256";
  if (signer.asymmetricKeyType === "ed25519") return "EdDSA";
  const usual = ecdsaByCurve.get(signer.asymmetricKeyDetails?.namedCurve);
  if (usual !== undefined) return usual;
  throw new KeyTextError("tokens are signed with RSA, P-256, P-384, P-521, Ed25519 or a secret");
}

function fits(signer: KeyObject, name: AlgorithmName): boolean {
  const { scheme } = signatureAlgorithm(name);
  switch (scheme) {
    case "hmac":
      return signer.type === "secret";
    case "eddsa":
      return signer.asymmetricKeyType === "ed25519";
    case "ecdsa":
      return signer.asymmetricKeyType === "ec" && usualAlgorithm(signer) === name;
    default:
      return signer.asymmetricKeyType === "rsa";
  }
}
