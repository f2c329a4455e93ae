/**
 * Every outcome that this filter knows, in one list: local responses, response-code details, logs and documentation derive from it.
 *
 * The first 73 are the statuses of Envoy's jwt_verify_lib (status.h), with its numbers and its texts, since users search for
 * these texts. Those that start with Jwks (but for JwksNoValidKeys, JwksKidAlgMismatch and JwksFetchFail) say why a key set was refused;
 * a request never answers with them.
 */
import { utf8 } from "../memory/persistent";
import { Span } from "../memory/span";

export const enum Status {
  Ok = 0,
  JwtMissed = 1,
  JwtNotYetValid = 2,
  JwtExpired = 3,
  JwtBadFormat = 4,
  JwtHeaderParseErrorBadBase64 = 5,
  JwtHeaderParseErrorBadJson = 6,
  JwtHeaderBadAlg = 7,
  JwtHeaderNotImplementedAlg = 8,
  JwtHeaderBadKid = 9,
  JwtPayloadParseErrorBadBase64 = 10,
  JwtPayloadParseErrorBadJson = 11,
  JwtPayloadParseErrorIssNotString = 12,
  JwtPayloadParseErrorSubNotString = 13,
  JwtPayloadParseErrorIatNotInteger = 14,
  JwtPayloadParseErrorIatOutOfRange = 15,
  JwtPayloadParseErrorNbfNotInteger = 16,
  JwtPayloadParseErrorNbfOutOfRange = 17,
  JwtPayloadParseErrorExpNotInteger = 18,
  JwtPayloadParseErrorExpOutOfRange = 19,
  JwtPayloadParseErrorJtiNotString = 20,
  JwtPayloadParseErrorAudNotString = 21,
  JwtSignatureParseErrorBadBase64 = 22,
  JwtEd25519SignatureWrongLength = 23,
  JwtUnknownIssuer = 24,
  JwtAudienceNotAllowed = 25,
  JwtVerificationFail = 26,
  JwtMultipleTokens = 27,
  JwksParseError = 28,
  JwksNoKeys = 29,
  JwksBadKeys = 30,
  JwksNoValidKeys = 31,
  JwksKidAlgMismatch = 32,
  JwksRsaParseError = 33,
  JwksEcCreateKeyFail = 34,
  JwksEcXorYBadBase64 = 35,
  JwksEcParseError = 36,
  JwksOctBadBase64 = 37,
  JwksOKPXBadBase64 = 38,
  JwksOKPXWrongLength = 39,
  JwksFetchFail = 40,
  JwksMissingKty = 41,
  JwksBadKty = 42,
  JwksNotImplementedKty = 43,
  JwksRSAKeyBadAlg = 44,
  JwksRSAKeyMissingN = 45,
  JwksRSAKeyBadN = 46,
  JwksRSAKeyMissingE = 47,
  JwksRSAKeyBadE = 48,
  JwksECKeyBadAlg = 49,
  JwksECKeyBadCrv = 50,
  JwksECKeyAlgOrCrvUnsupported = 51,
  JwksECKeyAlgNotCompatibleWithCrv = 52,
  JwksECKeyMissingX = 53,
  JwksECKeyBadX = 54,
  JwksECKeyMissingY = 55,
  JwksECKeyBadY = 56,
  JwksHMACKeyBadAlg = 57,
  JwksHMACKeyMissingK = 58,
  JwksHMACKeyBadK = 59,
  JwksOKPKeyBadAlg = 60,
  JwksOKPKeyMissingCrv = 61,
  JwksOKPKeyBadCrv = 62,
  JwksOKPKeyCrvUnsupported = 63,
  JwksOKPKeyMissingX = 64,
  JwksOKPKeyBadX = 65,
  JwksX509BioWriteError = 66,
  JwksX509ParseError = 67,
  JwksX509GetPubkeyError = 68,
  JwksPemNotImplementedKty = 69,
  JwksPemBadBase64 = 70,
  JwksPemGetRawEd25519Error = 71,
  JwksBioAllocError = 72,
  /** No ALLOW rule matched, or a DENY rule did. */
  RbacAccessDenied = 73,
  /** The filter itself cannot answer: no memory for this request, or the host contradicts itself. Closed by default. */
  FilterFailure = 74,
  /** Not an outcome yet: the keys of a rule are on their way. Never answered to a client. */
  AwaitingKeys = 75,
  /** More keys than MAX_KEYS; native has no such bound. */
  JwksTooManyKeys = 76,
  /** The token wants something understood that nobody here understands (RFC 7515 §4.1.11); native does not look. */
  JwtHeaderCritical = 77,
  /** Denied as with RbacAccessDenied, but a token could change that, and there is none. Said of protected resources alone. */
  IdentityNeeded = 78,
  /** Denied as with RbacAccessDenied, but scopes that the token lacks would change that. Said of protected resources alone. */
  ScopeNeeded = 79,
  /** A good token, meant for another protected resource (RFC 8707). */
  JwtOfOtherResource = 80,
  /** No refusal: the filter tells the metadata of a protected resource (RFC 9728). */
  MetadataTold = 81,
  /** What the profile of a JWT rule refuses (extensions.tokenProfiles). */
  JwtHeaderTypNotAllowed = 82,
  JwtHeaderAlgNotAllowed = 83,
  JwtClaimMissing = 84,
  JwtTooOld = 85,
  JwtLivesTooLong = 86,
  JwtNotBound = 87,
  ClientCertificateMissing = 88,
  /** Of an issuer with a place for the tenant (extensions.tenants): another tenant, or one that the token's claim or its key contradicts. */
  JwtTenantNotAllowed = 89,
  /** A token whose subject is no SPIFFE ID of the profile's trust domain. */
  JwtSubjectOfOtherDomain = 90,
}

/** How many outcomes there are. */
export const OUTCOMES: i32 = 91;

/** Texts in the order of the enum: body of the local response, and response-code details with `_` for every space. */
const TEXTS: Span[] = [
  utf8("OK"),
  utf8("Jwt is missing"),
  utf8("Jwt not yet valid"),
  utf8("Jwt is expired"),
  utf8("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  utf8("Jwt header is an invalid Base64url encoded"),
  utf8("Jwt header is an invalid JSON"),
  utf8("Jwt header [alg] field is required and must be a string"),
  utf8("Jwt header [alg] is not supported"),
  utf8("Jwt header [kid] field is not a string"),
  utf8("Jwt payload is an invalid Base64url encoded"),
  utf8("Jwt payload is an invalid JSON"),
  utf8("Jwt payload [iss] field is not a string"),
  utf8("Jwt payload [sub] field is not a string"),
  utf8("Jwt payload [iat] field is not an integer"),
  utf8("Jwt payload [iat] field is not a positive 64 bit integer"),
  utf8("Jwt payload [nbf] field is not an integer"),
  utf8("Jwt payload [nbf] field is not a positive 64 bit integer"),
  utf8("Jwt payload [exp] field is not an integer"),
  utf8("Jwt payload [exp] field is not a positive 64 bit integer"),
  utf8("Jwt payload [jti] field is not a string"),
  utf8("Jwt payload [aud] field is not a string or string list"),
  utf8("Jwt signature is an invalid Base64url encoded"),
  utf8("Jwt ED25519 signature is wrong length"),
  utf8("Jwt issuer is not configured"),
  utf8("Audiences in Jwt are not allowed"),
  utf8("Jwt verification fails"),
  utf8("Found multiple Jwt tokens"),
  utf8("Jwks is an invalid JSON"),
  utf8("Jwks does not have [keys] field"),
  utf8("[keys] in Jwks is not an array"),
  utf8("Jwks doesn't have any valid public key"),
  utf8("Jwks doesn't have key to match kid or alg from Jwt"),
  utf8("Jwks RSA [n] or [e] field is missing or has a parse error"),
  utf8("Jwks EC create key fail"),
  utf8("Jwks EC [x] or [y] field is an invalid Base64."),
  utf8("Jwks EC [x] and [y] fields have a parse error."),
  utf8("Jwks Oct key is an invalid Base64"),
  utf8("Jwks OKP [x] field is an invalid Base64."),
  utf8("Jwks OKP [x] field is wrong length."),
  utf8("Jwks remote fetch is failed"),
  utf8("[kty] is missing in [keys]"),
  utf8("[kty] is bad in [keys]"),
  utf8("[kty] is not supported in [keys]"),
  utf8("[alg] is not started with [RS] or [PS] for an RSA key"),
  utf8("[n] field is missing for a RSA key"),
  utf8("[n] field is not string for a RSA key"),
  utf8("[e] field is missing for a RSA key"),
  utf8("[e] field is not string for a RSA key"),
  utf8("[alg] is not started with [ES] for an EC key"),
  utf8("[crv] field is not string for an EC key"),
  utf8("[crv] or [alg] field is not supported for an EC key"),
  utf8("[crv] field specified is not compatible with [alg] for an EC key"),
  utf8("[x] field is missing for an EC key"),
  utf8("[x] field is not string for an EC key"),
  utf8("[y] field is missing for an EC key"),
  utf8("[y] field is not string for an EC key"),
  utf8("[alg] does not start with [HS] for an HMAC key"),
  utf8("[k] field is missing for an HMAC key"),
  utf8("[k] field is not string for an HMAC key"),
  utf8("[alg] is not [EdDSA] for an OKP key"),
  utf8("[crv] field is missing for an OKP key"),
  utf8("[crv] field is not string for an OKP key"),
  utf8("[crv] field is not supported for an OKP key"),
  utf8("[x] field is missing for an OKP key"),
  utf8("[x] field is not string for an OKP key"),
  utf8("X509 parse pubkey internal fails: memory allocation"),
  utf8("X509 parse pubkey fails"),
  utf8("X509 parse pubkey internal fails: get pubkey"),
  utf8("PEM Key type is not supported"),
  utf8("PEM pubkey parse fails"),
  utf8("PEM failed to get raw ED25519 key"),
  utf8("Failed to create BIO due to memory allocation failure"),
  utf8("RBAC: access denied"),
  utf8("Jwt policy filter failed"),
  utf8("Jwks is being fetched"),
  utf8("Jwks has more than 256 keys"),
  utf8("Jwt header [crit] field is not supported"),
  utf8("RBAC: identity needed"),
  utf8("RBAC: insufficient scope"),
  utf8("Jwt is not for this resource"),
  utf8("Protected resource metadata"),
  utf8("Jwt header [typ] is not allowed"),
  utf8("Jwt header [alg] is not allowed"),
  utf8("Jwt lacks a required claim"),
  utf8("Jwt is too old"),
  utf8("Jwt lives too long"),
  utf8("Jwt is not bound to the client certificate"),
  utf8("Client certificate is missing"),
  utf8("Jwt tenant is not allowed"),
  utf8("Jwt payload [sub] field is not of the trust domain"),
];

export function statusText(status: Status): Span {
  return status >= 0 && <i32>status < TEXTS.length ? TEXTS[status] : TEXTS[Status.FilterFailure];
}

/** HTTP status code of the local response: 403 for a known but unwelcome identity, 401 for everything wrong with a token. */
export function httpCode(status: Status): u32 {
  if (status == Status.JwtAudienceNotAllowed || isOfPolicies(status)) return 403;
  if (status == Status.MetadataTold) return 200;
  return status == Status.FilterFailure ? 500 : 401;
}

/** Whether the policies have refused a request that authentication has let by. */
export function isDenial(status: Status): bool {
  return isOfPolicies(status) || status == Status.IdentityNeeded;
}

/** The same, for want of more than a token. */
function isOfPolicies(status: Status): bool {
  return status == Status.RbacAccessDenied || status == Status.ScopeNeeded;
}
