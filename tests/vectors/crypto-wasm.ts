// The filter's crypto (vectors.as.ts, compiled) behind functions that take Buffers.

import { compileAssemblyScript } from "../assemblyscript/compile.js";
import { instantiate } from "../assemblyscript/instantiate.js";

/** The names of hashes in the order of the enum of assembly/crypto/hash.ts. */
const HASHES = ["SHA-256", "SHA-384", "SHA-512"];

export type Scheme = "pkcs1" | "pss";

interface Exports {
  memory: WebAssembly.Memory;
  alloc: (size: number) => number;
  release: (address: number) => void;
  digest: (hash: number, data: number, length: number, out: number) => void;
  digestSize: (hash: number) => number;
  rsaKeyBlockSize: (modulusLength: number) => number;
  rsaPrepareKey: (
    modulus: number,
    modulusLength: number,
    e: number,
    eLength: number,
    block: number,
  ) => number;
  rsaVerifyPkcs1: (block: number, hash: number, digest: number, signature: number, length: number) => number;
  rsaVerifyPss: (block: number, hash: number, digest: number, signature: number, length: number) => number;
}

export const wasm = (await instantiate(
  await compileAssemblyScript("tests/vectors/vectors.as.ts"),
)) as unknown as Exports;

/** Calls `use` with the addresses of copies of `buffers`, which are freed afterwards. */
export function withBytes<T>(buffers: readonly Uint8Array[], use: (...addresses: number[]) => T): T {
  const addresses = buffers.map((buffer) => {
    const address = wasm.alloc(Math.max(buffer.length, 1));
    new Uint8Array(wasm.memory.buffer).set(buffer, address);
    return address;
  });
  try {
    return use(...addresses);
  } finally {
    for (const address of addresses) wasm.release(address);
  }
}

export function hashId(name: string): number {
  const id = HASHES.indexOf(name);
  if (id < 0) throw new Error(`no hash ${name}`);
  return id;
}

export function digest(hash: string, data: Uint8Array): Buffer {
  const id = hashId(hash);
  const size = wasm.digestSize(id);
  return withBytes([data, Buffer.alloc(size)], (address, out) => {
    wasm.digest(id, address, data.length, out);
    return Buffer.from(wasm.memory.buffer.slice(out, out + size));
  });
}

/** A prepared RSA key. */
export class RsaKey {
  private constructor(private readonly block: number) {}

  /** Undefined if the key is refused. `n` and `e` big-endian. */
  static prepare(n: Uint8Array, e: Uint8Array): RsaKey | undefined {
    const block = wasm.alloc(wasm.rsaKeyBlockSize(n.length));
    const taken = withBytes([n, e], (modulus, exponent) =>
      wasm.rsaPrepareKey(modulus, n.length, exponent, e.length, block),
    );
    return taken === 0 ? undefined : new RsaKey(block);
  }

  verify(scheme: Scheme, hash: string, message: Uint8Array, signature: Uint8Array): boolean {
    const verify = wasm[scheme === "pkcs1" ? "rsaVerifyPkcs1" : "rsaVerifyPss"];
    return withBytes(
      [digest(hash, message), signature],
      (hashed, address) => verify(this.block, hashId(hash), hashed, address, signature.length) !== 0,
    );
  }
}
