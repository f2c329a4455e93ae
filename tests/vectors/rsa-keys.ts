// RSA keys of any size and exponent in no time: products of many primes (RFC 8017 §3.1 allows more than two), put together as if they were
// of two. Good for tests only.
import { createPrivateKey, generatePrimeSync, type KeyObject } from "node:crypto";

/** Size of a prime, in bits. */
const PRIME_BITS = 512;

interface Factor {
  readonly product: bigint;
  /** Least common multiple of p - 1 for its primes p. */
  readonly order: bigint;
}

/** A key whose modulus has exactly `bits` bits; `exponent` is odd. */
export function makeRsaKey(bits: number, exponent: bigint): KeyObject {
  const half = Math.ceil(bits / 2);
  const p = factorOf(half, exponent);
  for (;;) {
    const q = factorOf(bits - half, exponent);
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
    return createPrivateKey({ key, format: "jwk" });
  }
}

/** A product of primes with exactly `bits` bits. */
function factorOf(bits: number, exponent: bigint): Factor {
  let product = 1n;
  let order = 1n;
  for (let short = 0; bitLength(product) < bits;) {
    const left = bits - (product === 1n ? 0 : bitLength(product)) + short;
    // The last prime decides about the size; if the product comes out a bit short, the next try has one more.
    const isLast = left <= PRIME_BITS + 1;
    const prime = primeOf(isLast ? left : Math.min(PRIME_BITS, left >> 1), exponent);
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

function primeOf(bits: number, exponent: bigint): bigint {
  for (;;) {
    const prime = generatePrimeSync(bits, { bigint: true });
    if (greatestCommonDivisor(exponent, prime - 1n) === 1n) return prime;
  }
}

const bitLength = (value: bigint) => value.toString(2).length;

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

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b % a, a];
    [x, y] = [y - quotient * x, x];
  }
  return ((x % modulus) + modulus) % modulus;
}
