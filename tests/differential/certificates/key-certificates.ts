// Certificates around signing keys, as issuers publish them in the X.509 map form of key sets. Nobody checks what they say, so nobody signs them.
import { createPublicKey, KeyObject } from "node:crypto";
import { bits, commonName, der, identifier, integer, octets, sequence, text } from "./der.js";
import { signingKey, type KeyName } from "../keys/keys.js";

const rsaEncryption = sequence(identifier("2a864886f70d010101"), der(0x05));
const sha256WithRsa = sequence(identifier("2a864886f70d01010b"), der(0x05));
const signature = bits(Buffer.alloc(64, 0x5a));

/** The fields of a certificate, each one whole in DER. */
export interface CertificateFields {
  readonly version: Buffer;
  readonly serial: Buffer;
  readonly signedWith: Buffer;
  readonly issuer: Buffer;
  readonly validity: Buffer;
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  /** Unique identifiers and extensions. */
  readonly rest: Buffer;
  readonly algorithm: Buffer;
  readonly signature: Buffer;
}

/** notBefore and notAfter as UTCTime. */
export const validity = (from: string, to: string) => sequence(text(0x17, from), text(0x17, to));

const basicConstraints = sequence(identifier("551d13"), der(0x01, Buffer.from([0xff])), octets(sequence()));
const keyIdentifier = sequence(identifier("551d0e"), octets(octets(Buffer.alloc(20, 0x11))));

/** The extensions of a certificate, in their tag. */
export const extensions = (...list: readonly Buffer[]) => der(0xa3, sequence(...list));

/** A certificate of that key, in DER, with some of its fields changed. */
export function keyCertificate(name: KeyName, changed: Partial<CertificateFields> = {}): Buffer {
  const fields: CertificateFields = {
    version: der(0xa0, integer(2)),
    serial: integer(7),
    signedWith: sha256WithRsa,
    issuer: commonName("issuer"),
    validity: validity("200101000000Z", "491231235959Z"),
    subject: commonName("subject"),
    publicKey: publicKeyInfo(name),
    rest: extensions(basicConstraints, keyIdentifier),
    algorithm: sha256WithRsa,
    signature,
    ...changed,
  };
  const { version, serial, signedWith, issuer, subject, publicKey, rest } = fields;
  const signed = sequence(version, serial, signedWith, issuer, fields.validity, subject, publicKey, rest);
  return sequence(signed, fields.algorithm, fields.signature);
}

/** A key's SubjectPublicKeyInfo. */
export function publicKeyInfo(name: KeyName): Buffer {
  const { signer } = signingKey(name);
  if (!(signer instanceof KeyObject)) throw new Error(`${name} has no public key`);
  return createPublicKey(signer).export({ type: "spki", format: "der" });
}

/** An RSA key's two numbers as INTEGERs. */
export function rsaNumbers(name: KeyName): { modulus: Buffer; exponent: Buffer } {
  const { jwk } = signingKey(name);
  const unsigned = (value: unknown) => {
    const bytes = Buffer.from(value as string, "base64url");
    return der(0x02, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
  };
  return { modulus: unsigned(jwk["n"]), exponent: unsigned(jwk["e"]) };
}

/** A SubjectPublicKeyInfo of these parts; the key's text goes into the BIT STRING. */
export function publicKeyOf(key: Buffer, algorithm: Buffer = rsaEncryption): Buffer {
  return sequence(algorithm, bits(key));
}
