/**
 * Signatures checked by the host (Envoy's foreign function `verify_signature`), for the algorithms that it knows. The call itself is the
 * filter's: this module prepares its argument and is told what came of it. Its argument is protobuf
 * (envoy source/extensions/common/wasm/ext/verify_signature.proto):
 *
 *     1 hash_function string   2 public_key bytes (SubjectPublicKeyInfo)   3 signature bytes   4 text bytes
 */
import { allocate } from "../memory/arena";
import { NO_SPAN, Span, copySpan, span, spanAddress, spanIsMissing, spanLength } from "../memory/span";
import { Algorithm, Scheme } from "./algorithm";
import { Key } from "./key";
import { ecdsaSignatureDer } from "./public_key_info";

export const enum HostAnswer {
  Verified,
  NotVerified,
  /** The host has no such function, or does not take this key: the wasm engine decides. */
  Unavailable,
}

let call: (argument: Span) => HostAnswer = (_argument: Span): HostAnswer => HostAnswer.Unavailable;

/** How the host is called. */
export function setHostCall(verify: (argument: Span) => HostAnswer): void {
  call = verify;
}

export function verifyByHost(row: Algorithm, key: Key, text: Span, signature: Span): HostAnswer {
  if (spanIsMissing(row.hostHash) || spanIsMissing(key.publicKeyInfo)) return HostAnswer.Unavailable;
  let encoded = signature;
  if (row.scheme == Scheme.Ecdsa) {
    // The usual length only: what else native takes for r || s is for the wasm engine to know.
    if (spanLength(signature) != key.signatureLength) return HostAnswer.Unavailable;
    encoded = ecdsaSignatureDer(signature);
  }
  const argument = serialize(row.hostHash, key.publicKeyInfo, encoded, text);
  return spanIsMissing(argument) ? HostAnswer.Unavailable : call(argument);
}

function serialize(hash: Span, publicKey: Span, signature: Span, text: Span): Span {
  // A tag and a length of at most four bytes before each field.
  const size = spanLength(hash) + spanLength(publicKey) + spanLength(signature) + spanLength(text) + 20;
  const address = allocate(<usize>size);
  if (address == 0 || spanIsMissing(signature)) return NO_SPAN;
  let at = writeField(address, 1, hash);
  at = writeField(at, 2, publicKey);
  at = writeField(at, 3, signature);
  at = writeField(at, 4, text);
  return span(address, <u32>(at - address));
}

/** A length-delimited field (wire type 2); its length is below 2^28. */
function writeField(at: usize, number: u8, bytes: Span): usize {
  store<u8>(at++, (number << 3) | 2);
  let length = spanLength(bytes);
  while (length >= 0x80) {
    store<u8>(at++, <u8>(length | 0x80));
    length >>= 7;
  }
  store<u8>(at++, <u8>length);
  return copySpan(at, bytes);
}
