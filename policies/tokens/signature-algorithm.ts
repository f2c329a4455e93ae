// The algorithms that tokens can be signed with: those that the filter knows (assembly/jose/algorithm.ts).

/** How to make a key and a signature for one `alg` (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
export interface SignatureAlgorithm {
  readonly scheme: "rsa-pkcs1" | "rsa-pss" | "ecdsa" | "eddsa" | "hmac";
  /** As WebCrypto names it; null where the scheme has its own. */
  readonly hash: "SHA-256" | "SHA-384" | "SHA-512" | null;
  /** Of an ECDSA key: as a JWK names it. RFC 7518 §3.4 ties it to the algorithm. */
  readonly curve?: "P-256" | "P-384" | "P-521";
}

export const signatureAlgorithms = {
  RS256: { scheme: "rsa-pkcs1", hash: "SHA-256" },
  RS384: { scheme: "rsa-pkcs1", hash: "SHA-384" },
  RS512: { scheme: "rsa-pkcs1", hash: "SHA-512" },
  PS256: { scheme: "rsa-pss", hash: "SHA-256" },
  PS384: { scheme: "rsa-pss", hash: "SHA-384" },
  PS512: { scheme: "rsa-pss", hash: "SHA-512" },
  ES256: { scheme: "ecdsa", hash: "SHA-256", curve: "P-256" },
  ES384: { scheme: "ecdsa", hash: "SHA-384", curve: "P-384" },
  ES512: { scheme: "ecdsa", hash: "SHA-512", curve: "P-521" },
  HS256: { scheme: "hmac", hash: "SHA-256" },
  HS384: { scheme: "hmac", hash: "SHA-384" },
  HS512: { scheme: "hmac", hash: "SHA-512" },
  EdDSA: { scheme: "eddsa", hash: null },
  Ed25519: { scheme: "eddsa", hash: null },
} as const satisfies Record<string, SignatureAlgorithm>;

export type AlgorithmName = keyof typeof signatureAlgorithms;

export const algorithmNames = Object.keys(signatureAlgorithms) as AlgorithmName[];

/** The row of an algorithm. */
export function signatureAlgorithm(name: AlgorithmName): SignatureAlgorithm {
  return signatureAlgorithms[name];
}

/** Whether the filter knows an `alg` of this name. */
export function isAlgorithmName(name: string): name is AlgorithmName {
  return Object.hasOwn(signatureAlgorithms, name);
}
