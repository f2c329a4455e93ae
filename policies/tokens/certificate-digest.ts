// The SHA-256 of a certificate's DER, in the forms that people have it: OpenSSL's fingerprint, hexadecimal, a token's `cnf.x5t#S256` (RFC 8705 §3.1).

import { fromBase64url } from "../text/base64url.js";

/** What a message says that it takes. */
export const certificateDigestForms =
  "the SHA-256 of the certificate: 64 hexadecimal digits, with colons or without, or the 43 letters of x5t#S256";

/** In hexadecimal and lower case, as Envoy tells it (`connection.sha256_peer_certificate_digest`); undefined if a text is no digest. */
export function certificateDigest(text: string): string | undefined {
  const digits = text.replaceAll(":", "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  if (!/^[\w-]{43}$/.test(text)) return undefined;
  return [...fromBase64url(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
