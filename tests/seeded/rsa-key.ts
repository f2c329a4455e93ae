// RSA keys out of numbers that a seed repeats.

import { checkPrimeSync, type JsonWebKey } from "node:crypto";
import type { Random } from "./random.js";

/** Size of a prime of an RSA key of more than two, in bits. */
const PRIME_BITS = 512;

interface Factor {
  readonly product: bigint;
  /** Least common multiple of p - 1 for its primes p. */
  readonly order: bigint;
}

/**
 * A private RSA key whose modulus has exactly `bits` bits; `exponent` is odd. Of any size in no time: a large one is a product of many primes (RFC 8017
 * §3.1 allows more than two), put together as if they were of two.
 */
export function rsaKey(bits: number, exponent: bigint, random: Random): JsonWebKey {
  const half = Math.ceil(bits / 2);
  const p = factorOf(half, exponent, random);
  for (;;) {
    const q = factorOf(bits - half, exponent, random);
    const modulus = p.product * q.product;
    if (bitLength(modulus) !== bits || greatestCommonDivisor(p.product, q.product) !== 1n) continue;
    return {
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
    const isSieved = sieve(start, bits);
    for (let prime = start, step = 0; bitLength(prime) === bits; prime += 2n, step += 2) {
      if (isSieved(step)) continue;
      if (greatestCommonDivisor(exponent, prime - 1n) === 1n && checkPrimeSync(prime, PRIME_CHECKS))
        return prime;
    }
  }
}

/** Rounds of Miller and Rabin; OpenSSL's own 64 are for numbers that somebody else has chosen. */
const PRIME_CHECKS = { checks: 12 };

const smallPrimes = Array.from({ length: 1000 }, (_, i) => 2 * i + 3).filter((value) => {
  for (let divisor = 3; divisor * divisor <= value; divisor += 2) if (value % divisor === 0) return false;
  return true;
});

/** Which of the numbers behind `start` have a small divisor: nine in ten, told a hundred times faster than by OpenSSL. */
function sieve(start: bigint, bits: number): (step: number) => boolean {
  // A small prime has itself for a divisor.
  if (bits <= 16) return () => false;
  const rests = smallPrimes.map((prime) => Number(start % BigInt(prime)));
  return (step) => smallPrimes.some((prime, i) => (rests[i]! + step) % prime === 0);
}

const bitLength = (value: bigint) => {
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
};

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
