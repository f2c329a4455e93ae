// The filter's elliptic-curve keys and HMAC (vectors.as.ts, compiled) behind functions that take Buffers.

import { digest, hashId, wasm as allExports, withBytes } from "./crypto-wasm.js";

interface Exports {
  alloc: (size: number) => number;
  release: (address: number) => void;
  ecdsaKeyBlockSize: (curve: number) => number;
  ecdsaPreparePublicKey: (
    curve: number,
    x: number,
    xLength: number,
    y: number,
    yLength: number,
    block: number,
  ) => number;
  ecdsaVerify: (
    block: number,
    digest: number,
    digestLength: number,
    signature: number,
    length: number,
  ) => number;
  ED25519_KEY_BLOCK_SIZE: WebAssembly.Global<"i32">;
  ed25519PreparePublicKey: (raw: number, block: number) => number;
  ed25519Verify: (block: number, message: number, messageLength: number, signature: number) => number;
  hmacVerify: (
    hash: number,
    key: number,
    keyLength: number,
    message: number,
    messageLength: number,
    mac: number,
    macLength: number,
  ) => number;
}

const wasm = allExports as unknown as Exports;

/** The curves in the order of the enum of assembly/crypto/curve/curve.ts. */
export const CURVES = ["P-256", "P-384", "P-521"] as const;
export type CurveName = (typeof CURVES)[number];

/** A prepared ECDSA key; one that was refused verifies nothing. Coordinates big-endian, of any length. */
export class EcdsaKey {
  private readonly block: number;
  readonly isPoint: boolean;

  constructor(curve: CurveName, x: Uint8Array, y: Uint8Array) {
    const id = CURVES.indexOf(curve);
    this.block = wasm.alloc(wasm.ecdsaKeyBlockSize(id));
    this.isPoint =
      withBytes([x, y], (xAt, yAt) =>
        wasm.ecdsaPreparePublicKey(id, xAt, x.length, yAt, y.length, this.block),
      ) !== 0;
  }

  verify(hash: string, message: Uint8Array, signature: Uint8Array): boolean {
    return this.verifyDigest(digest(hash, message), signature);
  }

  verifyDigest(hashed: Uint8Array, signature: Uint8Array): boolean {
    return withBytes(
      [hashed, signature],
      (digestAt, signatureAt) =>
        wasm.ecdsaVerify(this.block, digestAt, hashed.length, signatureAt, signature.length) !== 0,
    );
  }

  release(): void {
    wasm.release(this.block);
  }
}

/** A prepared Ed25519 key; one that is no point verifies nothing. */
export class Ed25519Key {
  private readonly block: number;
  readonly isPoint: boolean;

  constructor(raw: Uint8Array) {
    this.block = wasm.alloc(wasm.ED25519_KEY_BLOCK_SIZE.value);
    this.isPoint = withBytes([raw], (rawAt) => wasm.ed25519PreparePublicKey(rawAt, this.block)) !== 0;
  }

  /** `signature` has 64 bytes: the caller of the wasm function checks that. */
  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return withBytes(
      [message, signature],
      (messageAt, signatureAt) =>
        wasm.ed25519Verify(this.block, messageAt, message.length, signatureAt) !== 0,
    );
  }

  release(): void {
    wasm.release(this.block);
  }
}

export function hmacVerify(hash: string, key: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean {
  return withBytes(
    [key, message, mac],
    (keyAt, messageAt, macAt) =>
      wasm.hmacVerify(hashId(hash), keyAt, key.length, messageAt, message.length, macAt, mac.length) !== 0,
  );
}
