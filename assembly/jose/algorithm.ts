/**
 * Everything the filter needs to know about a JWS `alg` (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), in one table; nothing else enumerates algorithms.
 */
import { Hash } from "../crypto/hash/hash";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, spanEquals } from "../memory/span";

/** How a signature is checked. */
export const enum Scheme {
  RsaPkcs1 = 0,
  RsaPss = 1,
  Ecdsa = 2,
  Hmac = 3,
  EdDsa = 4,
}

export class Algorithm {
  readonly name: Span;
  readonly hostHash: Span;

  constructor(
    name: string,
    readonly scheme: Scheme,
    readonly hash: Hash,
    /** Name of the hash for the host's crypto; "" if the host does not know the algorithm (jose/host_verification.ts). */
    hostHash: string,
  ) {
    this.name = utf8(name);
    this.hostHash = hostHash.length > 0 ? utf8(hostHash) : NO_SPAN;
  }
}

/** Index of an algorithm in the table; NO_ALGORITHM for everything that is not in it, `none` included. */
export type AlgorithmId = i32;
export const NO_ALGORITHM: AlgorithmId = -1;

const ALGORITHMS: Algorithm[] = [
  new Algorithm("RS256", Scheme.RsaPkcs1, Hash.SHA256, "sha256"),
  new Algorithm("RS384", Scheme.RsaPkcs1, Hash.SHA384, "sha384"),
  new Algorithm("RS512", Scheme.RsaPkcs1, Hash.SHA512, "sha512"),
  new Algorithm("PS256", Scheme.RsaPss, Hash.SHA256, ""),
  new Algorithm("PS384", Scheme.RsaPss, Hash.SHA384, ""),
  new Algorithm("PS512", Scheme.RsaPss, Hash.SHA512, ""),
  new Algorithm("ES256", Scheme.Ecdsa, Hash.SHA256, "sha256"),
  new Algorithm("ES384", Scheme.Ecdsa, Hash.SHA384, "sha384"),
  new Algorithm("ES512", Scheme.Ecdsa, Hash.SHA512, ""),
  new Algorithm("HS256", Scheme.Hmac, Hash.SHA256, ""),
  new Algorithm("HS384", Scheme.Hmac, Hash.SHA384, ""),
  new Algorithm("HS512", Scheme.Hmac, Hash.SHA512, ""),
  new Algorithm("EdDSA", Scheme.EdDsa, Hash.SHA512, ""),
  // The fully specified name of EdDSA on that curve; native does not know it (docs/differences.md).
  new Algorithm("Ed25519", Scheme.EdDsa, Hash.SHA512, ""),
];

/** Case-sensitive, as RFC 7515 §4.1.1 has it. */
export function algorithmOf(name: Span): AlgorithmId {
  for (let i = 0; i < ALGORITHMS.length; i++) {
    if (spanEquals(unchecked(ALGORITHMS[i]).name, name)) return i;
  }
  return NO_ALGORITHM;
}

/** Row `id`, which `algorithmOf` has answered. */
// @ts-ignore: decorator
@inline
export function algorithm(id: AlgorithmId): Algorithm {
  return unchecked(ALGORITHMS[id]);
}
