// Keys that are derived from the seed of the run and a name: the same ones every time, and no private key lies in the tree. Good for tests only.

import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Random } from "./random.js";
import { rsaKey } from "./rsa-key.js";
import { rememberedKey } from "./remembered-keys.js";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The bytes of a shared secret. */
export function secretOf(name: string, length: number): Buffer {
  return Random.for(`secret ${name}`).bytes(length);
}

function pairOf(privateKey: KeyObject): KeyPair {
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** RFC 8410 §7: the 32 bytes of an Ed25519 seed as PKCS #8. */
export function ed25519Keys(name: string): KeyPair {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const key = Buffer.concat([prefix, Random.for(`ed25519 ${name}`).bytes(32)]);
  return pairOf(createPrivateKey({ key, format: "der", type: "pkcs8" }));
}

/** Names of OpenSSL's, sizes in bytes, and bits that a scalar of as many bytes may not have. */
const CURVES = {
  "P-256": { openssl: "prime256v1", size: 32, mask: 0xff },
  "P-384": { openssl: "secp384r1", size: 48, mask: 0xff },
  "P-521": { openssl: "secp521r1", size: 66, mask: 0x01 },
  secp256k1: { openssl: "secp256k1", size: 32, mask: 0xff },
} as const;
export type EcCurve = keyof typeof CURVES;

export function ecKeys(curve: EcCurve, name: string): KeyPair {
  const { openssl, size, mask } = CURVES[curve];
  const random = Random.for(`${curve} ${name}`);
  for (;;) {
    const d = random.bytes(size);
    d[0]! &= mask;
    const ecdh = createECDH(openssl);
    try {
      ecdh.setPrivateKey(d);
    } catch {
      // 0, or not below the order of the curve.
      continue;
    }
    const point = ecdh.getPublicKey();
    const key = {
      kty: "EC",
      crv: curve,
      d: d.toString("base64url"),
      x: point.subarray(1, 1 + size).toString("base64url"),
      y: point.subarray(1 + size).toString("base64url"),
    };
    return pairOf(createPrivateKey({ key, format: "jwk" }));
  }
}

/** An RSA key whose modulus has exactly `bits` bits; `exponent` is odd. For how, see rsa-key.ts. */
export function rsaKeys(bits: number, name: string, exponent = 65537n): KeyPair {
  const purpose = `rsa ${bits} ${exponent} ${name}`;
  const key = rememberedKey(purpose, () => rsaKey(bits, exponent, Random.for(purpose)));
  return pairOf(createPrivateKey({ key, format: "jwk" }));
}
