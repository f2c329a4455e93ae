// The filter's crypto (vectors.as.ts, compiled) behind functions that take Buffers.

import { compileAssemblyScript } from "../assemblyscript/compile.js";
import { instantiate } from "../assemblyscript/instantiate.js";

/** The names of hashes in the order of the enum of assembly/crypto/hash/hash.ts. */
const HASHES = ["SHA-256", "SHA-384", "SHA-512"];

/** The enum Engine of assembly/crypto/exponentiation/exponentiation.ts. */
export const ENGINES = { integer: 1, fused: 2 } as const;
export type Engine = keyof typeof ENGINES;

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
  chosenEngine: () => number;
  useEngine: (engine: number) => void;
  rsaEncodedMessage: (block: number, signature: number, length: number) => number;
  rsaVerifyPkcs1: (block: number, hash: number, digest: number, signature: number, length: number) => number;
  rsaVerifyPss: (block: number, hash: number, digest: number, signature: number, length: number) => number;
}

export const wasm = (await instantiate(
  await compileAssemblyScript("tests/vectors/vectors.as.ts"),
)) as unknown as Exports;

/** The engines that this machine has: the fused one needs fused multiply-adds. */
export const engines: readonly Engine[] =
  wasm.chosenEngine() === ENGINES.fused ? ["integer", "fused"] : ["integer"];

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
  static prepare(n: Uint8Array, e: Uint8Array, engine: Engine = engines.at(-1)!): RsaKey | undefined {
    wasm.useEngine(ENGINES[engine]);
    const block = wasm.alloc(wasm.rsaKeyBlockSize(n.length));
    const taken = withBytes([n, e], (modulus, exponent) =>
      wasm.rsaPrepareKey(modulus, n.length, exponent, e.length, block),
    );
    return taken === 0 ? undefined : new RsaKey(block);
  }

  /** s^e mod n; undefined if s >= n. */
  power(signature: Uint8Array): Buffer | undefined {
    return withBytes([signature], (address) => {
      const encoded = wasm.rsaEncodedMessage(this.block, address, signature.length);
      return encoded === 0
        ? undefined
        : Buffer.from(wasm.memory.buffer.slice(encoded, encoded + signature.length));
    });
  }

  /** Frees it. */
  release(): void {
    wasm.release(this.block);
  }

  verify(scheme: Scheme, hash: string, message: Uint8Array, signature: Uint8Array): boolean {
    const verify = wasm[scheme === "pkcs1" ? "rsaVerifyPkcs1" : "rsaVerifyPss"];
    return withBytes(
      [digest(hash, message), signature],
      (hashed, address) => verify(this.block, hashId(hash), hashed, address, signature.length) !== 0,
    );
  }
}
