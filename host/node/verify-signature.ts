/**
 * The foreign function `verify_signature` of Envoy >= 1.30 on node:crypto. Source: envoy source/extensions/common/wasm/foreign.cc,
 * ext/verify_signature.proto, source/common/crypto/utility_impl.cc. Node only: WebCrypto has no synchronous verify.
 */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { bytesToByteString, bytesToText } from "../abi/byte-string.js";
import type { ForeignFunction } from "../calls/foreign-functions.js";
import { readBytesFields, writeResultMessage } from "../abi/protobuf.js";
import { WasmResult } from "../abi/wasm-result.js";

/** Fields of VerifySignatureArguments. */
const HASH_FUNCTION = 1;
const PUBLIC_KEY_DER = 2;
const SIGNATURE = 3;
const TEXT = 4;
const PUBLIC_KEY_PEM = 5;

const HASHES: ReadonlySet<string> = new Set(["sha1", "sha224", "sha256", "sha384", "sha512"]);
const NO_BYTES = new Uint8Array(0);

/**
 * `verify_signature` as Envoy 1.40 has it: Ok with `result` true or false and an error text; BadArgument for arguments that are
 * no message, and for a key that is given in no form or in both. RSA keys verify PKCS#1 v1.5, EC keys take a DER signature.
 */
export const verifySignature: ForeignFunction = (argument) => {
  const fields = readBytesFields(argument);
  if (fields === undefined) return { status: WasmResult.BadArgument };
  const der = fields.get(PUBLIC_KEY_DER) ?? NO_BYTES;
  const pem = fields.get(PUBLIC_KEY_PEM) ?? NO_BYTES;
  if (der.length > 0 === pem.length > 0) return { status: WasmResult.BadArgument };
  const key = keyOf(der, pem);
  const name = bytesToText(fields.get(HASH_FUNCTION) ?? NO_BYTES);
  const hash = name.toLowerCase();
  if (!HASHES.has(hash)) return answer(false, `${name} is not supported.`);
  if (key === undefined) return NO_KEY;
  try {
    const verified = verify(hash, fields.get(TEXT) ?? NO_BYTES, key, fields.get(SIGNATURE) ?? NO_BYTES);
    return verified ? answer(true, "") : answer(false, "Failed to verify digest. Error code: 0");
  } catch {
    return NO_KEY;
  }
};

const NO_KEY = answer(false, "Failed to initialize digest verify.");

function answer(result: boolean, error: string): { status: WasmResult; result: Uint8Array } {
  return { status: WasmResult.Ok, result: writeResultMessage(result, error) };
}

/** Keys that were imported last: that takes as long as a verification, and a filter asks with the same few again and again. */
const imported = new Map<string, KeyObject | undefined>();
const MAX_IMPORTED = 256;

/** `importKey`, remembered. */
function keyOf(der: Uint8Array, pem: Uint8Array): KeyObject | undefined {
  const name = (der.length > 0 ? "der " : "pem ") + bytesToByteString(der.length > 0 ? der : pem);
  if (imported.has(name)) return imported.get(name);
  if (imported.size >= MAX_IMPORTED) imported.clear();
  const key = importKey(der, pem);
  imported.set(name, key);
  return key;
}

/** The key in the form that is not empty, undefined if it cannot be read. BoringSSL knows no RSASSA-PSS keys. */
function importKey(der: Uint8Array, pem: Uint8Array): KeyObject | undefined {
  try {
    const key =
      der.length > 0
        ? createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })
        : createPublicKey({ key: Buffer.from(pem), format: "pem" });
    return key.asymmetricKeyType === "rsa-pss" ? undefined : key;
  } catch {
    return undefined;
  }
}
