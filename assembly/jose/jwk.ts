/**
 * One JSON Web Key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), checked in native's order (jwt_verify_lib jwks.cc, extractJwk) and made ready to verify
 * with. `key_ops` and an embedded `x5c` are ignored, as native does; `use` too, but for keys of a SPIFFE bundle that sign no tokens.
 */
import { JsonDocument, JsonKind, JsonNode, NO_NODE } from "../claims/json";
import { Curve } from "../crypto/curve/curve";
import { ecdsaKeyBlockSize, ecdsaPreparePublicKey } from "../crypto/ecdsa";
import { ED25519_KEY_BLOCK_SIZE, ed25519PreparePublicKey } from "../crypto/ed25519";
import { Status } from "../decision/status";
import { utf8 } from "../memory/persistent";
import { Region } from "../memory/region";
import {
  NO_SPAN,
  Span,
  spanAddress,
  spanEnd,
  spanEndsWith,
  spanEquals,
  spanIsMissing,
  spanLength,
  spanStartsWith,
} from "../memory/span";
import { Key, KeyType } from "./key";
import { ecPublicKeyInfo } from "./public_key_info";
import { makeRsaKey } from "./rsa_key";
import { decodeBase64Url } from "./encoding/base64url";

const KTY = utf8("kty");
const KID = utf8("kid");
const ALG = utf8("alg");
const ISSUER = utf8("issuer");
const NOBODY = utf8("");
const USE = utf8("use");
const SVID = utf8("-svid");
const JWT_SVID = utf8("jwt-svid");
const RSA = utf8("RSA");
const N = utf8("n");
const E = utf8("e");
const EC = utf8("EC");
const CRV = utf8("crv");
const X = utf8("x");
const Y = utf8("y");
const OCT = utf8("oct");
const K = utf8("k");
const OKP = utf8("OKP");
const RS = utf8("RS");
const PS = utf8("PS");
const ES = utf8("ES");
const HS256 = utf8("HS256");
const HS384 = utf8("HS384");
const HS512 = utf8("HS512");
const EDDSA = utf8("EdDSA");
const ED25519 = utf8("Ed25519");
const P256 = utf8("P-256");
const P384 = utf8("P-384");
const P521 = utf8("P-521");
const ES256 = utf8("ES256");
const ES384 = utf8("ES384");
const ES512 = utf8("ES512");

/** Reads the JWK at `node`, an object, into `key`, whose memory comes from `region`. */
export function readKey(document: JsonDocument, node: JsonNode, key: Key, region: Region): Status {
  // SPIFFE Trust Domain and Bundle §4.2.2: what signs certificates signs no tokens, and native lets it (docs/differences.md).
  const use = document.string(document.member(node, USE));
  if (spanEndsWith(use, SVID) && !spanEquals(use, JWT_SVID)) return Status.JwksNoValidKeys;
  const type = document.member(node, KTY);
  if (type == NO_NODE) return Status.JwksMissingKty;
  const name = document.string(type);
  if (spanIsMissing(name)) return Status.JwksBadKty;
  key.keyId = region.keep(document.string(document.member(node, KID)));
  const issuer = document.member(node, ISSUER);
  // One that is no text is nobody's.
  if (issuer != NO_NODE)
    key.issuer = region.keep(document.kind(issuer) == JsonKind.String ? document.text(issuer) : NOBODY);
  const algorithm = document.string(document.member(node, ALG));
  // An empty `alg` is none.
  key.algorithm = spanLength(algorithm) > 0 ? region.keep(algorithm) : NO_SPAN;
  if (spanEquals(name, EC)) return readEcKey(document, node, key, region);
  if (spanEquals(name, RSA)) return readRsaKey(document, node, key, region);
  if (spanEquals(name, OCT)) return readSymmetricKey(document, node, key, region);
  if (spanEquals(name, OKP)) return readOctetKeyPair(document, node, key, region);
  return Status.JwksNotImplementedKty;
}

/** After `readMember`: the member's text. */
let member: Span = NO_SPAN;

/** Reads a member that must be a string: `missing` if it is absent, and the status next to it in the enum if it is no string. */
function readMember(document: JsonDocument, node: JsonNode, name: Span, missing: Status): Status {
  const found = document.member(node, name);
  if (found == NO_NODE) return missing;
  member = document.string(found);
  return spanIsMissing(member) ? missing + 1 : Status.Ok;
}

/** Whether `alg` is given and starts with neither of two prefixes. */
function algorithmIsNot(key: Key, prefix: Span, other: Span): bool {
  return (
    !spanIsMissing(key.algorithm) &&
    !spanStartsWith(key.algorithm, prefix) &&
    !spanStartsWith(key.algorithm, other)
  );
}

function readRsaKey(document: JsonDocument, node: JsonNode, key: Key, region: Region): Status {
  key.type = KeyType.Rsa;
  if (algorithmIsNot(key, RS, PS)) return Status.JwksRSAKeyBadAlg;
  let status = readMember(document, node, N, Status.JwksRSAKeyMissingN);
  if (status != Status.Ok) return status;
  const modulus = decodeBase64Url(member);
  status = readMember(document, node, E, Status.JwksRSAKeyMissingE);
  if (status != Status.Ok) return status;
  const exponent = decodeBase64Url(member);
  if (spanIsMissing(modulus) || spanIsMissing(exponent)) return Status.JwksRsaParseError;
  const made = isUsualExponent(exponent) && makeRsaKey(modulus, exponent, key, region);
  return made ? Status.Ok : Status.JwksRsaParseError;
}

/** 3 or 65537, leading zeros allowed: native takes no others from a JWK, though it does from certificates. */
function isUsualExponent(exponent: Span): bool {
  let value: u64 = 0;
  for (let at = spanAddress(exponent); at < spanEnd(exponent); at++) {
    value = (value << 8) | load<u8>(at);
    if (value > 65537) return false;
  }
  return value == 3 || value == 65537;
}

function readEcKey(document: JsonDocument, node: JsonNode, key: Key, region: Region): Status {
  key.type = KeyType.Ec;
  if (algorithmIsNot(key, ES, ES)) return Status.JwksECKeyBadAlg;
  const curveNode = document.member(node, CRV);
  const curveName = document.string(curveNode);
  if (curveNode != NO_NODE && spanIsMissing(curveName)) return Status.JwksECKeyBadCrv;
  const named = spanLength(curveName) > 0;
  const byName = curveOf(curveName, P256, P384, P521);
  const byAlgorithm = curveOf(key.algorithm, ES256, ES384, ES512);
  const hasAlgorithm = !spanIsMissing(key.algorithm);
  if (hasAlgorithm && named && (byName < 0 || byName != byAlgorithm))
    return Status.JwksECKeyAlgNotCompatibleWithCrv;
  // Neither given: native takes P-256.
  const curve: i32 = !hasAlgorithm && !named ? Curve.P256 : byAlgorithm >= 0 ? byAlgorithm : byName;
  if (curve < 0) return Status.JwksECKeyAlgOrCrvUnsupported;
  let status = readMember(document, node, X, Status.JwksECKeyMissingX);
  if (status != Status.Ok) return status;
  const x = decodeBase64Url(member);
  status = readMember(document, node, Y, Status.JwksECKeyMissingY);
  if (status != Status.Ok) return status;
  const y = decodeBase64Url(member);
  if (spanIsMissing(x) || spanIsMissing(y)) return Status.JwksEcXorYBadBase64;
  key.block = region.allocate(<usize>ecdsaKeyBlockSize(curve));
  const prepared = ecdsaPreparePublicKey(
    curve,
    spanAddress(x),
    spanLength(x),
    spanAddress(y),
    spanLength(y),
    key.block,
  );
  if (!prepared) return Status.JwksEcParseError;
  if (curve != Curve.P521) {
    const fieldLength: u32 = curve == Curve.P256 ? 32 : 48;
    key.publicKeyInfo = ecPublicKeyInfo(x, y, fieldLength, region);
    key.signatureLength = 2 * fieldLength;
  }
  return Status.Ok;
}

/** The curve that `text` names, or -1. */
function curveOf(text: Span, p256: Span, p384: Span, p521: Span): i32 {
  if (spanEquals(text, p256)) return Curve.P256;
  if (spanEquals(text, p384)) return Curve.P384;
  if (spanEquals(text, p521)) return Curve.P521;
  return -1;
}

function readSymmetricKey(document: JsonDocument, node: JsonNode, key: Key, region: Region): Status {
  key.type = KeyType.Oct;
  const algorithm = key.algorithm;
  if (
    !spanIsMissing(algorithm) &&
    !spanEquals(algorithm, HS256) &&
    !spanEquals(algorithm, HS384) &&
    !spanEquals(algorithm, HS512)
  ) {
    return Status.JwksHMACKeyBadAlg;
  }
  const status = readMember(document, node, K, Status.JwksHMACKeyMissingK);
  if (status != Status.Ok) return status;
  const bytes = decodeBase64Url(member);
  if (spanIsMissing(bytes) || spanLength(bytes) == 0) return Status.JwksOctBadBase64;
  key.block = spanAddress(region.keep(bytes));
  key.length = spanLength(bytes);
  return Status.Ok;
}

function readOctetKeyPair(document: JsonDocument, node: JsonNode, key: Key, region: Region): Status {
  key.type = KeyType.Okp;
  // RFC 9864 §2.2 gives the curve's name to the algorithm.
  const isKnown = spanEquals(key.algorithm, EDDSA) || spanEquals(key.algorithm, ED25519);
  if (!spanIsMissing(key.algorithm) && !isKnown) return Status.JwksOKPKeyBadAlg;
  let status = readMember(document, node, CRV, Status.JwksOKPKeyMissingCrv);
  if (status != Status.Ok) return status;
  if (!spanEquals(member, ED25519)) return Status.JwksOKPKeyCrvUnsupported;
  status = readMember(document, node, X, Status.JwksOKPKeyMissingX);
  if (status != Status.Ok) return status;
  const x = decodeBase64Url(member);
  if (spanIsMissing(x)) return Status.JwksOKPXBadBase64;
  if (spanLength(x) != 32) return Status.JwksOKPXWrongLength;
  key.block = region.allocate(<usize>ED25519_KEY_BLOCK_SIZE);
  // Native keeps the 32 bytes as they are and finds out at each verification; a key that is no point verifies nothing here either.
  ed25519PreparePublicKey(spanAddress(x), key.block);
  return Status.Ok;
}
