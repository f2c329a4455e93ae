// The signing keys of the differential tests, derived from the seed of the run: no private key is committed.
import type { KeyObject } from "node:crypto";
import { ecKeys, ed25519Keys, rsaKeys, secretOf, type EcCurve, type KeyPair } from "../../seeded/keys.js";

/** Names of the keys that a token can be signed with. The "other" keys are in no key set. */
export const keyNames = [
  "rsa",
  "rsaOther",
  "rsa1024",
  "rsa4096",
  "ec256",
  "ec256Other",
  "ec384",
  "ec521",
  "ed25519",
  "ed25519Other",
  "oct",
] as const;
/** An RSA key by its size and exponent: `rsa 8192 65537`. Such keys are in key sets that say so. */
export type SizedRsaName = `rsa ${number} ${number}`;
export type KeyName = (typeof keyNames)[number] | SizedRsaName;

/** A key to sign with, and its public (for oct: only) half as a JWK without kid, alg and use. */
export interface SigningKey {
  /** The private key; for oct the secret's bytes. */
  readonly signer: KeyObject | Buffer;
  readonly jwk: Readonly<Record<string, unknown>>;
  /** The `alg` that a token gets unless its spec says otherwise. */
  readonly defaultAlg: string;
}

function asymmetric(pair: KeyPair, defaultAlg: string): SigningKey {
  return { signer: pair.privateKey, jwk: { ...pair.publicKey.export({ format: "jwk" }) }, defaultAlg };
}

const rsa = (bits: number) => (name: string) => asymmetric(rsaKeys(bits, name), "RS256");
const ec = (curve: EcCurve, alg: string) => (name: string) => asymmetric(ecKeys(curve, name), alg);
const ed25519 = (name: string) => asymmetric(ed25519Keys(name), "EdDSA");

function oct(name: string): SigningKey {
  const secret = secretOf(name, 48);
  return { signer: secret, jwk: { kty: "oct", k: secret.toString("base64url") }, defaultAlg: "HS256" };
}

const makers: Record<(typeof keyNames)[number], (name: string) => SigningKey> = {
  rsa: rsa(2048),
  rsaOther: rsa(2048),
  rsa1024: rsa(1024),
  rsa4096: rsa(4096),
  ec256: ec("P-256", "ES256"),
  ec256Other: ec("P-256", "ES256"),
  ec384: ec("P-384", "ES384"),
  ec521: ec("P-521", "ES512"),
  ed25519,
  ed25519Other: ed25519,
  oct,
};

const isSized = (name: KeyName): name is SizedRsaName => name.startsWith("rsa ");

function sized(name: SizedRsaName): SigningKey {
  const [, bits, exponent] = name.split(" ");
  return asymmetric(rsaKeys(Number(bits), name, BigInt(exponent ?? "")), "RS256");
}

const made = new Map<KeyName, SigningKey>();

/** The key of that name, made on first use. */
export function signingKey(name: KeyName): SigningKey {
  let key = made.get(name);
  if (key === undefined) {
    key = isSized(name) ? sized(name) : makers[name](name);
    made.set(name, key);
  }
  return key;
}
