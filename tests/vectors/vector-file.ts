// The shape of tests/vectors/data/*.json, as extract-wycheproof.ts writes it. Bytes are base64url.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../assemblyscript/compile.js";

/** One signature or tag and whether it is right for the message. */
export interface Vector {
  id: number;
  /** `acceptable`: right by a lenient reading, see `flags`. */
  result: "valid" | "invalid" | "acceptable";
  /** HMAC only: the key. */
  key?: string;
  msg: string;
  sig: string;
  flags: string[];
  comment: string;
}

/** Vectors of one public key (HMAC: of one size of key and tag). */
export interface VectorGroup {
  /** "SHA-256", "SHA-384" or "SHA-512"; absent for HMAC (see the file's algorithm) and Ed25519. */
  hash?: string;
  /** RSA-PSS: hash of MGF1 and length of the salt in bytes. */
  mgfHash?: string;
  saltLength?: number;
  /** HMAC: bits of the tag. */
  tagBits?: number;
  /** RSA: modulus (with a leading zero byte) and exponent. */
  n?: string;
  e?: string;
  /** ECDSA and Ed25519: curve; the uncompressed point 04 x y, or the 32 bytes of an Ed25519 key. */
  curve?: string;
  point?: string;
  tests: Vector[];
}

export interface VectorFile {
  source: string;
  licence: string;
  algorithm: string;
  groups: VectorGroup[];
}

const data = join(repositoryRoot, "tests", "vectors", "data");

/** The files whose names match, with their names. */
export function readVectorFiles(pattern: RegExp): { name: string; file: VectorFile }[] {
  return readdirSync(data)
    .filter((name) => pattern.test(name))
    .map((name) => ({ name, file: JSON.parse(readFileSync(join(data, name), "utf8")) as VectorFile }));
}

export const bytes = (text: string): Buffer => Buffer.from(text, "base64url");
