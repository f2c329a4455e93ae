/**
 * Byte strings: JavaScript strings in which every character stands for one byte (0 to 255). HTTP header fields are bytes without
 * an encoding (RFC 9110 §5.5), and so are the keys of shared data and properties; as byte strings they can be compared and used
 * as keys of a Map.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Up to this length one concatenation per byte is faster than the call through apply (measured, Node 20: they cross at about 40). */
const CONCATENATION_LIMIT = 40;
/** Arguments that String.fromCharCode.apply takes at once; engines allow about 65 000. */
const APPLY_LIMIT = 8192;

/** The bytes `from` (inclusive) to `to` (exclusive) as a byte string. */
export function bytesToByteString(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = "";
  if (to - from <= CONCATENATION_LIMIT) {
    for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }
  for (let at = from; at < to; at += APPLY_LIMIT) {
    const part = bytes.subarray(at, Math.min(to, at + APPLY_LIMIT));
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}

/** Writes the byte string `text` into `bytes` at `at`. The caller has made room for `text.length` bytes. */
export function writeByteString(text: string, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/** A byte string as bytes. */
export function byteStringToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeByteString(text, bytes, 0);
  return bytes;
}

/** Ordinary text as the byte string of its UTF-8 form: what a client such as curl puts on the wire. */
export function textToByteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return bytesToByteString(encoder.encode(text));
  }
  return text;
}

/** A byte string read as UTF-8, for people; bytes that are not UTF-8 become U+FFFD. */
export function byteStringToText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return decoder.decode(byteStringToBytes(text));
  }
  return text;
}

/** Text as UTF-8 bytes; bytes as they are. */
export function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}

/** UTF-8 bytes as text; bytes that are not UTF-8 become U+FFFD. */
export function bytesToText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
