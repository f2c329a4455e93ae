// Signatures that are the same every time. Those of RSA PKCS #1 v1.5, Ed25519 and HMAC always are; ECDSA and RSA-PSS take random bytes, which here
// come from the key and the text.

import {
  constants,
  createECDH,
  createHash,
  createHmac,
  privateEncrypt,
  sign,
  type KeyObject,
} from "node:crypto";
import { inverse } from "./rsa-key.js";
import { Random } from "./random.js";

export interface SignatureOptions {
  /** RSA-PSS salt length in bytes; default the digest's. */
  readonly saltLength?: number | undefined;
  /** ECDSA signature as DER instead of r||s. */
  readonly der?: boolean | undefined;
}

/** The signature over `data` that `alg` (RFC 7518 §3.1) makes with the key; of an algorithm that does not fit the key, its digest is taken. */
export function signatureOf(
  alg: string,
  signer: KeyObject | Buffer,
  data: Buffer,
  options: SignatureOptions = {},
): Buffer {
  const digest = `sha${/(256|384|512)$/.exec(alg)?.[1] ?? "256"}`;
  if (Buffer.isBuffer(signer)) return createHmac(digest, signer).update(data).digest();
  switch (signer.asymmetricKeyType) {
    case "ed25519":
      return sign(null, data, signer);
    case "ec":
      return ecdsa(digest, signer, data, options.der === true);
    default:
      return alg.startsWith("PS")
        ? pss(digest, signer, data, options.saltLength)
        : sign(digest, data, signer);
  }
}

/** What only somebody with the key can know, as the k of RFC 6979 is. */
function randomOf(signer: KeyObject, purpose: string, data: Buffer): Random {
  const key = createHash("sha256")
    .update(signer.export({ type: "pkcs8", format: "der" }))
    .digest("hex");
  return Random.for(`${purpose} ${key} ${createHash("sha256").update(data).digest("hex")}`);
}

/** OpenSSL's names, and orders (SEC 2 v2). */
const CURVES: Readonly<Record<string, { openssl: string; order: bigint; size: number }>> = {
  "P-256": {
    openssl: "prime256v1",
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    size: 32,
  },
  "P-384": {
    openssl: "secp384r1",
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    size: 48,
  },
  "P-521": {
    openssl: "secp521r1",
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    size: 66,
  },
};

/** FIPS 186-5 §6.4.1. */
function ecdsa(digest: string, signer: KeyObject, data: Buffer, asDer: boolean): Buffer {
  const jwk = signer.export({ format: "jwk" });
  const { openssl, order, size } = CURVES[jwk.crv!]!;
  const d = toNumber(Buffer.from(jwk.d!, "base64url"));
  const hash = createHash(digest).update(data).digest();
  const excess = BigInt(Math.max(0, hash.length * 8 - order.toString(2).length));
  const e = toNumber(hash) >> excess;
  const random = randomOf(signer, `ecdsa ${digest}`, data);
  for (;;) {
    const k = toNumber(random.bytes(size)) % order;
    if (k === 0n) continue;
    const ecdh = createECDH(openssl);
    ecdh.setPrivateKey(toBytes(k, size));
    const r = toNumber(ecdh.getPublicKey().subarray(1, 1 + size)) % order;
    const s = (inverse(k, order) * (e + r * d)) % order;
    if (r === 0n || s === 0n) continue;
    if (!asDer) return Buffer.concat([toBytes(r, size), toBytes(s, size)]);
    const numbers = Buffer.concat([derInteger(r), derInteger(s)]);
    return Buffer.concat([derHead(0x30, numbers.length), numbers]);
  }
}

/** RFC 8017 §8.1.1, with MGF1 of the same digest. */
function pss(digest: string, signer: KeyObject, data: Buffer, wanted: number | undefined): Buffer {
  const bits = signer.asymmetricKeyDetails!.modulusLength! - 1;
  const size = Math.ceil(bits / 8);
  const hash = (...parts: Buffer[]) => createHash(digest).update(Buffer.concat(parts)).digest();
  const length = hash().length;
  const saltLength = wanted ?? length;
  const salt = randomOf(signer, `pss ${digest}`, data).bytes(saltLength);
  if (size < length + saltLength + 2) throw new Error(`${digest} and a salt of ${saltLength} do not fit`);
  const h = hash(Buffer.alloc(8), hash(data), salt);
  const block = Buffer.concat([Buffer.alloc(size - saltLength - length - 2), Buffer.from([1]), salt]);
  for (let at = 0, counter = 0; at < block.length; counter++) {
    const four = Buffer.alloc(4);
    four.writeUInt32BE(counter);
    for (const byte of hash(h, four)) if (at < block.length) block[at++]! ^= byte;
  }
  block[0]! &= 0xff >> (8 * size - bits);
  const encoded = Buffer.concat([block, h, Buffer.from([0xbc])]);
  const whole = Math.ceil((bits + 1) / 8);
  const padded = Buffer.concat([Buffer.alloc(whole - size), encoded]);
  return privateEncrypt({ key: signer, padding: constants.RSA_NO_PADDING }, padded);
}

const toNumber = (bytes: Buffer) => (bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`));

const toBytes = (value: bigint, size: number) =>
  Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");

/** A tag and its length, X.690 §8.1.3. */
function derHead(tag: number, length: number): Buffer {
  return Buffer.from(length < 0x80 ? [tag, length] : [tag, 0x81, length]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const content = bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([derHead(0x02, content.length), content]);
}
