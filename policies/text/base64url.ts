// base64url without padding (RFC 4648 §5), and UTF-8, wherever JavaScript runs.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Map(Array.from(`${alphabet}+/`).map((digit, i) => [digit, i < 64 ? i : i - 2]));

const encoder = new TextEncoder();

/** How many bytes a text has in UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** The digits of bytes, or of a text in UTF-8. */
export function toBase64url(content: Uint8Array | string): string {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(4, Math.ceil(((bytes.length - i) * 8) / 6));
    for (let digit = 0; digit < digits; digit++) text += alphabet[(group >> (18 - 6 * digit)) & 63]!;
  }
  return text;
}

/** The bytes of digits of either alphabet, up to the padding; what is no digit is passed over. For texts that nobody has checked. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let [length, bits, pending] = [0, 0, 0];
  for (const character of text) {
    if (character === "=") break;
    const value = values.get(character);
    if (value === undefined) continue;
    pending = ((pending << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (pending >> bits) & 0xff;
  }
  return bytes.slice(0, length);
}

/** The text that digits hold in UTF-8; what is none becomes U+FFFD. */
export const textFromBase64url = (text: string): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(fromBase64url(text));
