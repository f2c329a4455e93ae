/**
 * A token that is bound to a client certificate (RFC 8705 §3.1): its claim `cnf` has the SHA-256 of the certificate's DER, and Envoy tells that of
 * the connection that the request came by. It is a property of the request, so nothing of it is remembered with the token.
 */
import { property } from "../../abi/calls/property";
import { JsonDocument, JsonKind, NO_NODE, ROOT } from "../../claims/json";
import { HEX_DIGITS } from "../../claims/json_text";
import { Status } from "../../decision/status";
import { decodeBase64Url } from "../../jose/encoding/base64url";
import { utf8 } from "../../memory/persistent";
import { Span, spanAddress, spanIsMissing, spanLength } from "../../memory/span";
import { CertificateBinding } from "../configuration/token_profile";

/** In hexadecimal, in lower case; absent without TLS, or where the client has shown no certificate (measured on Envoy 1.36.4 and 1.40.0). */
const PEER_DIGEST = utf8("connection\0sha256_peer_certificate_digest");
const CNF = utf8("cnf");
const X5T_S256 = utf8("x5t#S256");
const DIGEST_LENGTH: u32 = 32;

/** @returns Ok, or what of the binding does not hold; without memory the token is not bound */
export function checkBinding(binding: CertificateBinding, claims: JsonDocument): Status {
  const confirmation = claims.member(ROOT, CNF);
  // Whatever stands under `cnf` says that not everybody may use the token: null and methods that nobody here knows, too.
  if (confirmation == NO_NODE && binding == CertificateBinding.IfPresent) return Status.Ok;
  const certificate = property(PEER_DIGEST);
  if (spanLength(certificate) == 0) return Status.ClientCertificateMissing;
  if (confirmation == NO_NODE || claims.kind(confirmation) != JsonKind.Object) return Status.JwtNotBound;
  const told = claims.string(claims.member(confirmation, X5T_S256));
  if (spanIsMissing(told)) return Status.JwtNotBound;
  return isDigest(certificate, decodeBase64Url(told)) ? Status.Ok : Status.JwtNotBound;
}

/** Whether a text is the digest of these bytes in hexadecimal. */
function isDigest(text: Span, bytes: Span): bool {
  if (spanLength(bytes) != DIGEST_LENGTH || spanLength(text) != DIGEST_LENGTH * 2) return false;
  for (let i: usize = 0; i < <usize>DIGEST_LENGTH; i++) {
    const byte = load<u8>(spanAddress(bytes) + i);
    const at = spanAddress(text) + 2 * i;
    if (load<u8>(at) != hexDigit(byte >> 4) || load<u8>(at, 1) != hexDigit(byte & 15)) return false;
  }
  return true;
}

function hexDigit(value: u8): u8 {
  return load<u8>(spanAddress(HEX_DIGITS) + <usize>value);
}
