// s^e mod n by both engines (assembly/crypto/exponentiation/exponentiation.ts) against BigInt: moduli of every length, operands at the ends of what limbs
// hold. A carry or a rounding that is lost there would be lost once in very many signatures.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { arch } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import { repositoryRoot } from "../assemblyscript/compile.js";
import { instantiate } from "../assemblyscript/instantiate.js";
import { ENGINES, engines, RsaKey, wasm } from "./crypto-wasm.js";

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);

const bytesOf = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

/** Every engine's power of every base by every exponent is that of BigInt. */
function checkPowers(n: bigint, bases: readonly bigint[], exponents: readonly bigint[]): void {
  const length = Math.ceil(n.toString(16).length / 2);
  for (const exponent of exponents) {
    const expected = bases.map((base) => (base < n ? powerModulo(base, exponent, n) : undefined));
    for (const engine of engines) {
      const key = RsaKey.prepare(bytesOf(n, length), bytesOf(exponent, 5), engine);
      assert.ok(key, "key refused");
      bases.forEach((base, index) => {
        const power = key.power(bytesOf(base, length));
        const what = `${engine}: 0x${base.toString(16)}^${exponent} mod 0x${n.toString(16)}`;
        assert.equal(power && numberOf(power), expected[index], what);
      });
      key.release();
    }
  }
}

/** Moduli at the ends of a size: least, greatest, and with limbs of 28 or 52 bits that are all zeros or all ones, signed or not. */
function extremeModuli(bits: number): bigint[] {
  const least = 1n << BigInt(bits - 1);
  const greatest = (1n << BigInt(bits)) - 1n;
  const everyLimb = (limbBits: number, limb: bigint): bigint => {
    let value = 0n;
    for (let at = 0; at < bits; at += limbBits) value |= limb << BigInt(at);
    return (value & greatest) | least | 1n;
  };
  return [
    least + 1n,
    greatest,
    greatest - 2n,
    everyLimb(52, 1n << 51n),
    everyLimb(52, (1n << 51n) - 1n),
    everyLimb(104, 1n << 51n),
    everyLimb(28, 1n << 27n),
    everyLimb(56, (1n << 28n) - 1n),
  ];
}

const extremeBases = (n: bigint): bigint[] => [
  ...[0n, 1n, 2n, n - 1n, n - 2n, n >> 1n, (n >> 1n) + 1n, n],
  ...extremeModuli(n.toString(2).length - 1),
];

// 4·52 bits are a step of the limbs of the fused engine, 4·28 of the integer engine: lengths around some, and the ends.
for (const bits of [1017, 1024, 1037, 1038, 1245, 1246, 1247, 1664, 2048, 2077, 2078, 3072, 4096]) {
  test(`the ends of ${bits} bits`, () => {
    for (const n of extremeModuli(bits)) checkPowers(n, extremeBases(n), [3n, 65537n]);
  });
}

test("the ends of 16384 bits, and of the exponent", () => {
  for (const n of extremeModuli(16384)) checkPowers(n, extremeBases(n), [3n]);
  for (const n of extremeModuli(2048)) checkPowers(n, extremeBases(n), [0x1_ffff_ffffn, 0x1_0000_0001n]);
});

test("any modulus, base and exponent", () => {
  const number = (max: number): fc.Arbitrary<bigint> =>
    fc.oneof(
      fc.uint8Array({ minLength: 128, maxLength: max }).map(numberOf),
      // Long runs of one byte.
      fc
        .array(fc.tuple(fc.constantFrom(0x00, 0x7f, 0x80, 0xff), fc.integer({ min: 1, max: 40 })), {
          minLength: 8,
        })
        .map((runs) => numberOf(Buffer.concat(runs.map(([byte, count]) => Buffer.alloc(count, byte))))),
    );
  holds(
    "rsa-powers",
    fc.property(
      fc.oneof(number(300), number(700)),
      number(300),
      fc.oneof(
        fc.constantFrom(3n, 65537n),
        fc.bigInt({ min: 1n, max: 2n ** 32n - 1n }).map((e) => 2n * e + 1n),
      ),
      (modulus, base, exponent) => {
        const n = modulus | 1n | (1n << 1016n);
        checkPowers(n, [base % n], [exponent]);
      },
    ),
    { numRuns: 300 },
  );
});

test("the fused engine is chosen where the processor fuses", (t) => {
  const fuses =
    arch() === "arm64" ||
    (existsSync("/proc/cpuinfo") && /^flags.*\bfma\b/m.test(readFileSync("/proc/cpuinfo", "utf8")));
  if (!fuses) t.skip("not known to fuse");
  else assert.deepEqual(engines, ["integer", "fused"]);
});

test("where the instruction gives anything else the integer engine is chosen", async () => {
  // f64x2.relaxed_madd becomes f64x2.relaxed_nmadd.
  const module = await readFile(join(repositoryRoot, "build/vectors/vectors.wasm"));
  const madd = Buffer.from([0xfd, 0x87, 0x02]);
  let places = 0;
  for (let at = module.indexOf(madd); at >= 0; at = module.indexOf(madd, at + 3), places++)
    module[at + 1] = 0x88;
  assert.ok(places > 10, `${places} places`);
  const other = (await instantiate(await WebAssembly.compile(module))) as unknown as typeof wasm;
  assert.equal(other.chosenEngine(), ENGINES.integer);
});
