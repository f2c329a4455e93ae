// What tests draw is the same in every run of a seed; what an exploration finds becomes a case that every later run begins with.

import assert from "node:assert/strict";
import { constants, verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { FOUND_VARIABLE, keepFoundCase, readFoundCases } from "./found-cases.js";
import { ecKeys, ed25519Keys, rsaKeys, secretOf } from "./keys.js";
import { holds, KEEP_VARIABLE } from "./properties.js";
import { Random } from "./random.js";
import { signatureOf } from "./signature.js";

describe("keys and signatures", () => {
  const message = Buffer.from("message");
  const hashes = ["256", "384", "512"] as const;

  it("are the same for the same name, and others for another", () => {
    const makers = [
      (name: string) => rsaKeys(1024, name).privateKey.export({ format: "jwk" }),
      (name: string) => ecKeys("P-521", name).privateKey.export({ format: "jwk" }),
      (name: string) => ed25519Keys(name).privateKey.export({ format: "jwk" }),
      (name: string) => secretOf(name, 40).toString("hex"),
      (name: string) => Random.for(name).bytes(40).toString("hex"),
    ];
    for (const make of makers) {
      assert.deepEqual(make("a"), make("a"));
      assert.notDeepEqual(make("a"), make("b"));
    }
  });

  it("of RSA have exactly the bits that were asked for", () => {
    for (const bits of [1024, 1025, 1536, 2047, 4096])
      assert.equal(rsaKeys(bits, "size").privateKey.asymmetricKeyDetails?.modulusLength, bits);
  });

  it("of RSA-PSS verify with node:crypto, with any salt", () => {
    const { privateKey, publicKey } = rsaKeys(2047, "pss");
    for (const bits of hashes) {
      for (const saltLength of [undefined, 0, 7]) {
        const signature = signatureOf(`PS${bits}`, privateKey, message, { saltLength });
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        const key = { key: publicKey, padding, saltLength: saltLength ?? Number(bits) / 8 };
        assert.ok(verify(`sha${bits}`, message, key, signature));
        assert.deepEqual(signatureOf(`PS${bits}`, privateKey, message, { saltLength }), signature);
      }
    }
  });

  it("of ECDSA verify with node:crypto, in both forms", () => {
    for (const curve of ["P-256", "P-384", "P-521"] as const) {
      const { privateKey, publicKey } = ecKeys(curve, "ecdsa");
      for (const bits of hashes) {
        for (const der of [false, true]) {
          const signature = signatureOf(`ES${bits}`, privateKey, message, { der });
          const dsaEncoding = der ? "der" : "ieee-p1363";
          assert.ok(verify(`sha${bits}`, message, { key: publicKey, dsaEncoding }, signature));
          assert.deepEqual(signatureOf(`ES${bits}`, privateKey, message, { der }), signature);
        }
      }
    }
  });
});

describe("a property that does not hold", () => {
  const variables = { [FOUND_VARIABLE]: process.env[FOUND_VARIABLE], [KEEP_VARIABLE]: undefined };
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-found-"));
    process.env[FOUND_VARIABLE] = directory;
  });
  after(async () => {
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await rm(directory, { recursive: true });
  });

  /** Holds for nearly all numbers. */
  const planted = (isFaulty: (value: number) => boolean) =>
    fc.property(fc.nat(), (value) => assert.ok(!isFaulty(value), "the planted fault"));
  const isFaulty = (value: number) => value > 1_000_000 && value % 7 === 3;

  it("keeps nothing in an ordinary run", () => {
    assert.throws(
      () => holds("planted", planted(isFaulty)),
      /^Error: the planted fault\nplanted, TEST_SEED=\d+\n[^]*Counterexample/,
    );
    assert.deepEqual(readFoundCases("planted"), []);
  });

  it("keeps the least input in an exploration, and fails with it first from then on", () => {
    process.env[KEEP_VARIABLE] = "1";
    assert.throws(() => holds("planted", planted(isFaulty)), /Kept in .*planted\.json/);
    Reflect.deleteProperty(process.env, KEEP_VARIABLE);
    const [least, ...others] = readFoundCases("planted");
    assert.deepEqual(others, []);
    assert.ok(isFaulty(least![0] as number));
    const one = { numRuns: 1 };
    assert.throws(() => holds("planted", planted(isFaulty), one), /the planted fault/);
    holds("another name", planted(isFaulty), one);
    holds(
      "planted",
      planted(() => false),
    );
  });

  it("may have been given anything that is data", () => {
    const values = [1n, -0, NaN, Infinity, undefined, null, "\ud800", new Uint8Array([1]), Buffer.from("b")];
    const arguments_ = [values, { in: { an: values } }, "text"];
    assert.ok(keepFoundCase("data", arguments_));
    assert.ok(keepFoundCase("data", arguments_));
    assert.deepStrictEqual(readFoundCases("data"), [arguments_]);
    assert.equal(keepFoundCase("data", [() => undefined]), undefined, "a function cannot be kept");
  });
});
