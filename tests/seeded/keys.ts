// Keys that are derived from the seed of the run and a name: the same ones every time, and no private key lies in the tree. Good for tests only.

import { checkPrimeSync, createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Random } from "./random.js";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The bytes of a shared secret. */
export function secretOf(name: string, length: number): Buffer {
  return Random.for(`secret ${name}`).bytes(length);
}

function pairOf(privateKey: KeyObject): KeyPair {
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** RFC 8410 §7: the 32 bytes of an Ed25519 seed as PKCS #8. */
export function ed25519Keys(name: string): KeyPair {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const key = Buffer.concat([prefix, Random.for(`ed25519 ${name}`).bytes(32)]);
  return pairOf(createPrivateKey({ key, format: "der", type: "pkcs8" }));
}

/** Names of OpenSSL's, sizes in bytes, and bits that a scalar of as many bytes may not have. */
const CURVES = {
  "P-256": { openssl: "prime256v1", size: 32, mask: 0xff },
  "P-384": { openssl: "secp384r1", size: 48, mask: 0xff },
  "P-521": { openssl: "secp521r1", size: 66, mask: 0x01 },
  secp256k1: { openssl: "secp256k1", size: 32, mask: 0xff },
} as const;
export type EcCurve = keyof typeof CURVES;

export function ecKeys(curve: EcCurve, name: string): KeyPair {
  const { openssl, size, mask } = CURVES[curve];
  const random = Random.for(`${curve} ${name}`);
  for (;;) {
    const d = random.bytes(size);
    d[0]! &= mask;
    const ecdh = createECDH(openssl);
    try {
      ecdh.setPrivateKey(d);
    } catch {
      // 0, or not below the order of the curve.
      continue;
    }
    const point = ecdh.getPublicKey();
    const key = {
      kty: "EC",
      crv: curve,
      d: d.toString("base64url"),
      x: point.subarray(1, 1 + size).toString("base64url"),
      y: point.subarray(1 + size).toString("base64url"),
    };
    return pairOf(createPrivateKey({ key, format: "jwk" }));
  }
}

/** Size of a prime of an RSA key of more than two, in bits. */
const PRIME_BITS = 512;

interface Factor {
  readonly product: bigint;
  /** Least common multiple of p - 1 for its primes p. */
  readonly order: bigint;
}

/**
 * An RSA key whose modulus has exactly `bits` bits; `exponent` is odd. Of any size in no time: a large one is a product of many primes (RFC 8017
 * §3.1 allows more than two), put together as if they were of two.
 */
export function rsaKeys(bits: number, name: string, exponent = 65537n): KeyPair {
  const random = Random.for(`rsa ${bits} ${exponent} ${name}`);
  const half = Math.ceil(bits / 2);
  const p = factorOf(half, exponent, random);
  for (;;) {
    const q = factorOf(bits - half, exponent, random);
    const modulus = p.product * q.product;
    if (bitLength(modulus) !== bits || greatestCommonDivisor(p.product, q.product) !== 1n) continue;
    const key = {
      kty: "RSA",
      n: base64url(modulus),
      e: base64url(exponent),
      d: base64url(inverse(exponent, leastCommonMultiple(p.order, q.order))),
      p: base64url(p.product),
      q: base64url(q.product),
      dp: base64url(inverse(exponent, p.order)),
      dq: base64url(inverse(exponent, q.order)),
      qi: base64url(inverse(q.product, p.product)),
    };
    return pairOf(createPrivateKey({ key, format: "jwk" }));
  }
}

/** A product of primes with exactly `bits` bits. */
function factorOf(bits: number, exponent: bigint, random: Random): Factor {
  let product = 1n;
  let order = 1n;
  for (let short = 0; bitLength(product) < bits;) {
    const left = bits - (product === 1n ? 0 : bitLength(product)) + short;
    // The last prime decides about the size; if the product comes out a bit short, the next try has one more.
    const isLast = left <= PRIME_BITS + 1;
    const prime = primeOf(isLast ? left : Math.min(PRIME_BITS, left >> 1), exponent, random);
    const grown = product * prime;
    if (isLast && bitLength(grown) !== bits) {
      short = 1 - short;
      continue;
    }
    product = grown;
    order = leastCommonMultiple(order, prime - 1n);
  }
  return { product, order };
}

/** The first prime from a random number on, whose two highest bits are set: as OpenSSL's, so that a product of two has all its bits. */
function primeOf(bits: number, exponent: bigint, random: Random): bigint {
  for (;;) {
    const drawn = toNumber(random.bytes(Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
    const start = drawn | (bits > 2 ? 3n << BigInt(bits - 2) : 2n) | 1n;
    for (let prime = start; bitLength(prime) === bits; prime += 2n)
      if (greatestCommonDivisor(exponent, prime - 1n) === 1n && checkPrimeSync(prime)) return prime;
  }
}

const bitLength = (value: bigint) => value.toString(2).length;

const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);

/** Big-endian bytes of a number, base64url. */
export function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

const leastCommonMultiple = (a: bigint, b: bigint) => (a / greatestCommonDivisor(a, b)) * b;

/** Of a number modulo another that it has no divisor in common with. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b % a, a];
    [x, y] = [y - quotient * x, x];
  }
  return ((x % modulus) + modulus) % modulus;
}
