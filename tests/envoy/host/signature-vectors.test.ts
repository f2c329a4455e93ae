// Every Wycheproof vector that is for a JWS algorithm, in a real Envoy: by its crypto (`verify_signature`), by the filter with that crypto and by
// the filter without it, in Envoy's own V8. No engine may take what another is right to refuse.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytes, readVectorFiles, type Vector, type VectorGroup } from "../../vectors/vector-file.js";
import { compiledFilter } from "../filters/compiled-filter.js";
import { connectionManager, setupFor } from "../stage/harness.js";

const wasm = compiledFilter("signature-probe");

/** The enum HostAnswer of assembly/jose/host_verification.ts. */
const VERIFIED = 0;
const NOT_VERIFIED = 1;
const UNAVAILABLE = 2;
/** The enum Status of assembly/decision/status.ts. */
const OK = 0;

interface Suite {
  /** Files of tests/vectors/data. */
  readonly files: RegExp;
  readonly count: number;
  readonly jwk: (group: VectorGroup) => object;
  readonly algorithm: (group: VectorGroup) => string;
  /** Whether Envoy's crypto has to know this; what it does not know is for the filter's own. */
  readonly hostKnows: (vector: Vector) => boolean;
  readonly taken: (vector: Vector) => boolean;
}

const bits = ({ hash }: VectorGroup): string => hash!.slice("SHA-".length);

/** RFC 7518 §6.3.1.1: no leading zero byte. */
function rsaKey({ n, e }: VectorGroup): object {
  const modulus = bytes(n!);
  return {
    kty: "RSA",
    n: modulus.subarray(modulus.findIndex((byte) => byte !== 0)).toString("base64url"),
    e,
  };
}

function ecKey({ curve, point }: VectorGroup): object {
  const [x, y] = halves(bytes(point!).subarray(1));
  return { kty: "EC", crv: `P-${/\d+/.exec(curve!)![0]}`, x, y };
}

function halves(both: Buffer): [string, string] {
  const size = both.length / 2;
  return [both.subarray(0, size).toString("base64url"), both.subarray(size).toString("base64url")];
}

const suites: Readonly<Record<string, Suite>> = {
  "RSASSA-PKCS1-v1_5": {
    files: /^rsa_signature_/,
    count: 3000,
    jwk: rsaKey,
    algorithm: (group) => `RS${bits(group)}`,
    hostKnows: () => true,
    taken: ({ result }) => result === "valid",
  },
  "ECDSA P-256 with SHA-256": {
    files: /^ecdsa_secp256r1_sha256_/,
    count: 200,
    jwk: ecKey,
    algorithm: () => "ES256",
    hostKnows: ({ sig }) => bytes(sig).length === 64,
    // Of another length than RFC 7518 §3.4 has it: see tests/vectors/ecdsa.test.ts.
    taken: ({ result, flags }) => result === "valid" || flags.includes("SignatureSize"),
  },
  "ECDSA P-384 with SHA-384": {
    files: /^ecdsa_secp384r1_sha384_/,
    count: 200,
    jwk: ecKey,
    algorithm: () => "ES384",
    hostKnows: ({ sig }) => bytes(sig).length === 96,
    taken: ({ result, flags }) => result === "valid" || flags.includes("SignatureSize"),
  },
  "RSASSA-PSS, which Envoy's crypto does not know": {
    files: /^rsa_pss_(2048_sha256_mgf1_32|3072_sha256_mgf1_32|2048_sha384_mgf1_48|4096_sha512_mgf1_64)/,
    count: 200,
    jwk: rsaKey,
    algorithm: (group) => `PS${bits(group)}`,
    hostKnows: () => false,
    taken: ({ result }) => result === "valid",
  },
  "Ed25519, which Envoy's crypto does not know": {
    files: /^ed25519/,
    count: 80,
    jwk: ({ point }) => ({ kty: "OKP", crv: "Ed25519", x: point }),
    algorithm: () => "EdDSA",
    hostKnows: () => false,
    taken: ({ result }) => result === "valid",
  },
};

/** Requests on their way at once. */
const LANES = 16;

describe("signatures in Envoy", () => {
  const setup = setupFor({
    edit: async (config) => {
      for (const listener of config.static_resources.listeners) {
        const { config: plugin } = connectionManager(listener).http_filters[0].typed_config;
        (plugin.vm_config as { code: object }).code = { local: { filename: await wasm } };
      }
    },
    listeners: () => ({ probe: undefined }),
  });

  for (const [name, suite] of Object.entries(suites)) {
    it(name, async () => {
      const { send } = await setup();
      const rows = readVectorFiles(suite.files).flatMap(({ name: file, file: { groups } }) =>
        groups.flatMap((group) => {
          const algorithm = suite.algorithm(group);
          const keys = JSON.stringify({ keys: [suite.jwk(group)] });
          return group.tests.map((vector) => ({ file, algorithm, keys, vector }));
        }),
      );
      assert.ok(rows.length >= suite.count, `${rows.length} vectors`);
      let verified = 0;
      const lane = async () => {
        for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
          const { file, algorithm, keys, vector } = row;
          const headers = {
            "x-algorithm": algorithm,
            "x-keys": keys,
            "x-text": vector.msg,
            "x-signature": vector.sig,
          };
          const { status, body } = await send("probe", { headers });
          const [host, withHost, without] = body.split(" ").map(Number);
          const taken = suite.taken(vector);
          const told = `${file} ${vector.id} ${vector.comment} [${vector.flags.join(" ")}]: ${status} ${body}`;
          assert.equal(status, 200, told);
          assert.equal(host, suite.hostKnows(vector) ? (taken ? VERIFIED : NOT_VERIFIED) : UNAVAILABLE, told);
          assert.equal(withHost === OK, taken, told);
          assert.equal(without === OK, taken, told);
          if (taken) verified++;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      assert.ok(verified > 20, `${verified} verified`);
    });
  }
});
