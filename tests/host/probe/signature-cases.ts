/** Calls of `verify_signature` with real keys, as scripts for the probe. */
import type { KeyObject } from "node:crypto";
import { ecKeys, ed25519Keys, rsaKeys } from "../../seeded/keys.js";
import { signatureOf } from "../../seeded/signature.js";
import type { ParityCase } from "./parity-cases.js";

const TEXT = "the text that was signed";

/** Tag of a length-delimited protobuf field. */
const tag = (field: number): number => field * 8 + 2;

/** VerifySignatureArguments (envoy ext/verify_signature.proto), percent-encoded for a script. */
function argumentsMessage(
  hash: string,
  key: Uint8Array,
  signature: Uint8Array,
  text: string,
  keyField = 2,
): string {
  const bytes: number[] = [];
  const field = (number: number, content: Uint8Array): void => {
    bytes.push(tag(number));
    let length = content.length;
    for (; length >= 0x80; length >>= 7) bytes.push((length & 0x7f) | 0x80);
    bytes.push(length, ...content);
  };
  field(1, Buffer.from(hash));
  field(keyField, key);
  field(3, signature);
  field(4, Buffer.from(text));
  return bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

function der(key: KeyObject): Uint8Array {
  return key.export({ format: "der", type: "spki" });
}

function verifyCase(name: string, message: string, sinceMinor?: number): ParityCase {
  return {
    name: `verify_signature: ${name}`,
    script: `foreign verify_signature ${message}|answer`,
    ...(sinceMinor === undefined ? {} : { sinceMinor }),
  };
}

/** Good and bad signatures of RSA, EC and Ed25519 keys. */
export function signatureCases(): ParityCase[] {
  const rsa = rsaKeys(2048, "verify_signature");
  const ec = ecKeys("P-256", "verify_signature");
  const ed = ed25519Keys("verify_signature");
  const rsaSignature = signatureOf("RS256", rsa.privateKey, Buffer.from(TEXT));
  const ecSignature = signatureOf("ES256", ec.privateKey, Buffer.from(TEXT), { der: true });
  const rawEcSignature = signatureOf("ES256", ec.privateKey, Buffer.from(TEXT));
  const edSignature = signatureOf("EdDSA", ed.privateKey, Buffer.from(TEXT));
  const damaged = Buffer.from(rsaSignature);
  damaged[100]! ^= 1;
  const pem = Buffer.from(rsa.publicKey.export({ format: "pem", type: "spki" }));
  return [
    verifyCase("RSA, good", argumentsMessage("sha256", der(rsa.publicKey), rsaSignature, TEXT)),
    verifyCase("RSA, hash in upper case", argumentsMessage("SHA256", der(rsa.publicKey), rsaSignature, TEXT)),
    verifyCase("RSA, damaged", argumentsMessage("sha256", der(rsa.publicKey), damaged, TEXT)),
    verifyCase("RSA, short", argumentsMessage("sha256", der(rsa.publicKey), rsaSignature.subarray(1), TEXT)),
    verifyCase(
      "RSA, other text",
      argumentsMessage("sha256", der(rsa.publicKey), rsaSignature, "another text"),
    ),
    verifyCase("RSA, other hash", argumentsMessage("sha512", der(rsa.publicKey), rsaSignature, TEXT)),
    verifyCase("RSA, unknown hash", argumentsMessage("md5", der(rsa.publicKey), rsaSignature, TEXT)),
    verifyCase("EC, good", argumentsMessage("sha256", der(ec.publicKey), ecSignature, TEXT)),
    verifyCase(
      "EC, r||s instead of DER",
      argumentsMessage("sha256", der(ec.publicKey), rawEcSignature, TEXT),
    ),
    verifyCase("Ed25519", argumentsMessage("sha256", der(ed.publicKey), edSignature, TEXT)),
    verifyCase("a key that is none", argumentsMessage("sha256", Buffer.from("key"), rsaSignature, TEXT), 40),
    verifyCase("PEM", argumentsMessage("sha256", pem, rsaSignature, TEXT, 5), 40),
    verifyCase(
      "a PEM that is none",
      argumentsMessage("sha256", Buffer.from("key"), rsaSignature, TEXT, 5),
      40,
    ),
  ];
}
