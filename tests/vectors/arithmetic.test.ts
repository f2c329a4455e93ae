// Field products, scalar products and inverses against BigInt, on operands as large as the bounds in the field files allow: a carry that
// is lost there is lost once in 2^30 signatures, and no table of signatures would show it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileAssemblyScript } from "../assemblyscript/compile.js";
import { instantiate } from "../assemblyscript/instantiate.js";
import { Random } from "../seeded/random.js";

type Operation = (...addresses: number[]) => void;

const wasm = await instantiate(await compileAssemblyScript("tests/vectors/arithmetic.as.ts"));
const memory = wasm.memory as WebAssembly.Memory;
const alloc = wasm.alloc as (size: number) => number;
const operation = (name: string): Operation => wasm[name] as Operation;
const constant = (name: string): number => (wasm[name] as WebAssembly.Global<"i32">).value;

const ROUNDS = 400;

interface Field {
  name: string;
  p: bigint;
  limbs: number;
  limbBits: number;
  /** Bits of p above the lower limbs. */
  topBits: number;
  /** The Montgomery radix. */
  radix: bigint;
  /** Pairs of operand sizes in units (halves of a limb), and the size of a square's operand, at the bound of the field file. */
  units: readonly (readonly [number, number])[];
  squareUnits: number;
  hasAddition: boolean;
}

const SECP = { hasAddition: true } as const;
const FIELDS: Field[] = [
  {
    name: "p256",
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    limbs: 9,
    limbBits: 29,
    topBits: 24,
    radix: 2n ** 261n,
    units: [
      [1, 1],
      [7, 2],
      [3.7, 3.7],
    ],
    squareUnits: 3.7,
    ...SECP,
  },
  {
    name: "p384",
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    limbs: 14,
    limbBits: 28,
    topBits: 20,
    radix: 2n ** 392n,
    units: [
      [1, 1],
      [9, 4],
      [6, 6],
    ],
    squareUnits: 6,
    ...SECP,
  },
  {
    name: "p521",
    p: 2n ** 521n - 1n,
    limbs: 19,
    limbBits: 28,
    topBits: 17,
    radix: 2n ** 532n,
    units: [
      [1, 1],
      [13, 2],
      [5, 5],
    ],
    squareUnits: 5,
    ...SECP,
  },
  {
    name: "p25519",
    p: 2n ** 255n - 19n,
    limbs: 9,
    limbBits: 29,
    topBits: 23,
    radix: 1n,
    units: [
      [1, 1],
      [7, 2],
      [3.7, 3.7],
    ],
    squareUnits: 3.7,
    hasAddition: false,
  },
];

const drawn = Random.for("arithmetic");

/** An element with limbs up to `units` units: by round all at one end, all at the other, alternating, at random ends, anything. */
function element(field: Field, units: number, round: number): number[] {
  const bound = Math.floor(units * 2 ** (field.limbBits - 1));
  const limbs = Array.from({ length: field.limbs }, (_, index) => {
    const random = drawn.bytes(4).readUInt32LE();
    switch (round % 5) {
      case 0:
        return -bound;
      case 1:
        return bound - 1;
      case 2:
        return index % 2 === 0 ? -bound : bound - 1;
      case 3:
        return random % 2 === 0 ? -bound : bound - 1;
      default:
        return Math.floor((random / 2 ** 32) * 2 * bound) - bound;
    }
  });
  // The top limb holds what the value needs: a few times the prime.
  limbs[field.limbs - 1] = Math.trunc(limbs[field.limbs - 1]! / 2 ** (field.limbBits - 1 - field.topBits));
  return limbs;
}

function valueOf(field: Field, limbs: readonly number[]): bigint {
  return limbs.reduce((sum, limb, index) => sum + (BigInt(limb) << BigInt(field.limbBits * index)), 0n);
}

const [OUT, A, B, C] = [alloc(96), alloc(96), alloc(96), alloc(96)] as const;

function write(address: number, limbs: readonly number[]): void {
  new Int32Array(memory.buffer, address, 20).fill(0).set(limbs);
}

const read = (field: Field): number[] => [...new Int32Array(memory.buffer, OUT, field.limbs)];

/** Checks the element at OUT: its value modulo p times the radix, and the sizes of its limbs, with `slack` for folding. */
function check(field: Field, expected: bigint, slack: number, what: string): void {
  const out = read(field);
  assert.equal((valueOf(field, out) * field.radix - expected) % field.p, 0n, what);
  const half = 2 ** (field.limbBits - 1);
  out.forEach((limb, index) => {
    const bound = index === field.limbs - 1 ? 2 ** (field.topBits + 4) : half * slack;
    assert.ok(Math.abs(limb) <= bound, `${what}: limb ${index} is ${limb}`);
  });
}

for (const field of FIELDS) {
  describe(`field ${field.name}`, () => {
    // 2^255 - 19 folds 19 * k into the lowest limb; the others are exact.
    const slack = field.hasAddition ? 1 : 1.02;
    for (const [aUnits, bUnits] of field.units) {
      test(`products of ${aUnits} and ${bUnits} units`, () => {
        for (let round = 0; round < ROUNDS; round++) {
          const a = element(field, aUnits, round);
          const b = element(field, bUnits, Math.floor(round / 5));
          const c = element(field, 3, round + 1);
          write(A, a);
          write(B, b);
          write(C, c);
          const product = valueOf(field, a) * valueOf(field, b);
          operation(`${field.name}Multiply`)(OUT, A, B);
          check(field, product, slack, `round ${round}`);
          if (!field.hasAddition) continue;
          operation(`${field.name}MultiplyAdd`)(OUT, A, B, C);
          check(field, product + valueOf(field, c) * field.radix, 1.25, `round ${round} with addition`);
        }
      });
    }
    test(`squares of ${field.squareUnits} units`, () => {
      for (let round = 0; round < ROUNDS; round++) {
        const a = element(field, field.squareUnits, round);
        const c = element(field, 4, round + 1);
        write(A, a);
        write(C, c);
        const squared = valueOf(field, a) ** 2n;
        operation(`${field.name}Square`)(OUT, A);
        check(field, squared, slack, `round ${round}`);
        if (!field.hasAddition) continue;
        operation(`${field.name}SquareAdd`)(OUT, A, C);
        check(field, squared + valueOf(field, c) * field.radix, 1.25, `round ${round} with addition`);
      }
    });
    test("the result may stand in the place of any operand", () => {
      const a = element(field, 1, 4);
      const b = element(field, 1, 4);
      write(A, a);
      write(B, b);
      operation(`${field.name}Multiply`)(OUT, A, B);
      const expected = read(field);
      for (const place of [A, B]) {
        write(A, a);
        write(B, b);
        operation(`${field.name}Multiply`)(place, A, B);
        assert.deepEqual([...new Int32Array(memory.buffer, place, field.limbs)], expected);
      }
    });
  });
}

const INTEGER_SIZE = constant("INTEGER_SIZE");
const INTEGER = alloc(INTEGER_SIZE);

function writeInteger(value: bigint): number {
  const text = value.toString(16).padStart(2 * INTEGER_SIZE, "0");
  new Uint8Array(memory.buffer, INTEGER, INTEGER_SIZE).set(Buffer.from(text, "hex").reverse());
  return INTEGER;
}

function readInteger(): bigint {
  const bytes = Buffer.from(memory.buffer.slice(INTEGER, INTEGER + INTEGER_SIZE)).reverse();
  return BigInt(`0x${bytes.toString("hex")}`);
}

const MODULI: readonly (readonly [string, bigint, number])[] = [
  ["order of P-256", 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, 256],
  [
    "order of P-384",
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    384,
  ],
  ["prime of P-521", 2n ** 521n - 1n, 521],
  ["order of Ed25519", 2n ** 252n + 27742317777372353535851937790883648493n, 253],
  ["prime of Ed25519", 2n ** 255n - 19n, 255],
];

for (const [name, m, bits] of MODULI) {
  test(`modulo the ${name}: products, inverses, reduction`, () => {
    const modulus = alloc(constant("MODULUS_SIZE"));
    const [x, y] = [alloc(constant("RESIDUE_SIZE")), alloc(constant("RESIDUE_SIZE"))] as const;
    operation("modulusFromInteger")(modulus, writeInteger(m), bits);
    const limbs = Math.ceil(bits / 30);
    const radix = 2n ** BigInt(30 * limbs);
    const load = (residue: number, value: bigint): void =>
      operation("residueFromInteger")(residue, writeInteger(value), modulus);
    const result = (residue: number): bigint => {
      operation("residueToInteger")(INTEGER, residue, modulus);
      return readInteger();
    };
    const one = (wasm.modulusRadix as (address: number) => number)(modulus);
    assert.equal(result(one), radix % m);
    const random = (): bigint => BigInt(`0x${drawn.bytes(80).toString("hex")}`) % m;
    const special = [1n, 2n, 3n, m - 1n, m - 2n, (m + 1n) / 2n, 2n ** BigInt(bits - 1) - 1n, 2n ** 30n];
    for (const a of [...special, ...Array.from({ length: 300 }, random)]) {
      const b = random();
      load(x, a);
      load(y, b);
      operation("montgomeryMultiply")(y, x, y, modulus);
      assert.equal((result(y) * radix - a * b) % m, 0n);
      assert.ok(result(y) < m);
      operation("invertModulo")(y, x, one, modulus);
      const inverse = result(y);
      assert.ok(inverse < m);
      assert.equal((inverse * a - radix) % m, 0n, `inverse of ${a}`);
      // An integer of up to 512 bits, as a hash is.
      const wide = (a * b + a) % 2n ** 512n;
      operation("residueFromWideInteger")(y, writeInteger(wide), modulus);
      assert.equal(result(y), wide % m);
    }
    load(x, 0n);
    operation("invertModulo")(x, x, one, modulus);
    assert.equal(result(x), 0n);
  });
}
