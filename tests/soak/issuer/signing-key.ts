// Keys of an issuer, one for each algorithm, and tokens that they sign without a detour: thousands a second.

import { constants, sign, type JsonWebKey, type SignKeyObjectInput } from "node:crypto";
import { ecKeys, ed25519Keys, rsaKeys, type KeyPair } from "../../seeded/keys.js";

interface SigningAlgorithm {
  keys: (name: string) => KeyPair;
  /** Of node:crypto; null: the scheme has its own. */
  digest: string | null;
  parameters?: Omit<SignKeyObjectInput, "key">;
}

const RSA = { keys: (name: string) => rsaKeys(2048, name) };

export const ALGORITHMS = {
  RS256: { ...RSA, digest: "sha256" },
  PS256: {
    ...RSA,
    digest: "sha256",
    parameters: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
  ES256: {
    keys: (name: string) => ecKeys("P-256", name),
    digest: "sha256",
    parameters: { dsaEncoding: "ieee-p1363" },
  },
  ES384: {
    keys: (name: string) => ecKeys("P-384", name),
    digest: "sha384",
    parameters: { dsaEncoding: "ieee-p1363" },
  },
  EdDSA: { keys: ed25519Keys, digest: null },
} as const satisfies Record<string, SigningAlgorithm>;

export type AlgorithmName = keyof typeof ALGORITHMS;

export interface SigningKey {
  kid: string;
  algorithm: AlgorithmName;
  jwk: JsonWebKey;
  /** A token of these claims; `kid` replaces the key's own. */
  sign(claims: object, kid?: string): string;
}

let count = 0;

/** A key that no call before has made. */
export function newSigningKey(algorithm: AlgorithmName): SigningKey {
  const row: SigningAlgorithm = ALGORITHMS[algorithm];
  const kid = `${algorithm}-${++count}`;
  const { privateKey, publicKey } = row.keys(`soak ${kid}`);
  return {
    kid,
    algorithm,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" },
    sign: (claims, otherKid) => {
      const header = { alg: algorithm, kid: otherKid ?? kid };
      const text = [header, claims].map((part) => base64url(JSON.stringify(part))).join(".");
      const signature = sign(row.digest, Buffer.from(text), { key: privateKey, ...row.parameters });
      return `${text}.${signature.toString("base64url")}`;
    },
  };
}

export function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
