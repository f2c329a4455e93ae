// Keys of an issuer, one for each algorithm, and tokens that they sign without a detour: thousands a second.

import {
  constants,
  generateKeyPair,
  randomBytes,
  sign,
  type JsonWebKey,
  type KeyObject,
  type SignKeyObjectInput,
} from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair) as (type: string, options?: object) => Promise<Pair>;

interface Pair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

interface SigningAlgorithm {
  type: string;
  options?: object;
  /** Of node:crypto; null: the scheme has its own. */
  digest: string | null;
  parameters?: Omit<SignKeyObjectInput, "key">;
}

const RSA = { type: "rsa", options: { modulusLength: 2048 } };

export const ALGORITHMS = {
  RS256: { ...RSA, digest: "sha256" },
  PS256: {
    ...RSA,
    digest: "sha256",
    parameters: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
  ES256: {
    type: "ec",
    options: { namedCurve: "P-256" },
    digest: "sha256",
    parameters: { dsaEncoding: "ieee-p1363" },
  },
  ES384: {
    type: "ec",
    options: { namedCurve: "P-384" },
    digest: "sha384",
    parameters: { dsaEncoding: "ieee-p1363" },
  },
  EdDSA: { type: "ed25519", digest: null },
} as const satisfies Record<string, SigningAlgorithm>;

export type AlgorithmName = keyof typeof ALGORITHMS;

export interface SigningKey {
  kid: string;
  algorithm: AlgorithmName;
  jwk: JsonWebKey;
  /** A token of these claims; `kid` replaces the key's own. */
  sign(claims: object, kid?: string): string;
}

export async function newSigningKey(algorithm: AlgorithmName): Promise<SigningKey> {
  const row: SigningAlgorithm = ALGORITHMS[algorithm];
  const { privateKey, publicKey } = await generate(row.type, row.options);
  const kid = `${algorithm}-${randomBytes(6).toString("base64url")}`;
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
