// Every outcome of the filter with its cause and its remedy: what a refused user is told, and docs/outcomes.md is written from.
// Numbers, texts and codes are those of assembly/decision/status.ts; tests/unit/decision holds them together.

export interface Outcome {
  readonly number: number;
  /** The texts of Envoy's jwt_verify_lib and rbac. */
  readonly text: string;
}

/** What a request can be answered with. */
export interface Refusal extends Outcome {
  /** 200: no refusal, but the filter's own answer. */
  readonly httpStatus: 200 | 401 | 403 | 500;
  /** One sentence each; names stand in backquotes. */
  readonly cause: string;
  readonly remedy: string;
}

const cutOnItsWay = {
  cause: "It has been broken or cut on its way.",
  remedy: "Compare it with what the issuer gave out.",
};
const noJson = {
  cause: "It is no JSON object, has a member twice, or has bad UTF-8.",
  remedy: "Have the issuer write JSON as RFC 8259 has it.",
};
const noNumber = {
  cause: "It is a string, a boolean or null.",
  remedy: "Have the issuer write a number: seconds since 1970.",
};
const outOfRange = {
  cause: "It is negative, or 2^64 and above.",
  remedy: "Have the issuer write seconds since 1970.",
};
const noString = {
  cause: "It is of another type; null is no string either.",
  remedy: "Have the issuer write a string.",
};

/** In the order of their numbers. */
export const refusals: readonly Refusal[] = [
  {
    ...unauthorized(1, "Jwt is missing"),
    cause: "A JWT rule has `presence: REQUIRED`, and none of its places holds a token.",
    remedy: "Send the rule's token, or leave `presence` out and require an identity by `requestPrincipals`.",
  },
  {
    ...unauthorized(2, "Jwt not yet valid"),
    cause: "`nbf` is more than 60 s in the future.",
    remedy: "Look at the clocks of the issuer and of this machine.",
  },
  {
    ...unauthorized(3, "Jwt is expired"),
    cause: "`exp` is more than 60 s ago.",
    remedy: "Get a new token.",
  },
  {
    ...unauthorized(4, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
    cause:
      "What stands where a token is looked for is no signed JWT: an opaque token, other credentials, or an encrypted token (JWE).",
    remedy: "Send one token in one header line, signed and not encrypted.",
  },
  { ...unauthorized(5, "Jwt header is an invalid Base64url encoded"), ...cutOnItsWay },
  { ...unauthorized(6, "Jwt header is an invalid JSON"), ...noJson },
  {
    ...unauthorized(7, "Jwt header [alg] field is required and must be a string"),
    cause: "The header does not say how the token is signed.",
    remedy: "Have the issuer write `alg`.",
  },
  {
    ...unauthorized(8, "Jwt header [alg] is not supported"),
    cause: "`alg` is `none`, or none of RS, PS, ES, HS with 256, 384, 512, EdDSA and Ed25519.",
    remedy: "Have the issuer sign with one of these.",
  },
  { ...unauthorized(9, "Jwt header [kid] field is not a string"), ...noString },
  { ...unauthorized(10, "Jwt payload is an invalid Base64url encoded"), ...cutOnItsWay },
  { ...unauthorized(11, "Jwt payload is an invalid JSON"), ...noJson },
  { ...unauthorized(12, "Jwt payload [iss] field is not a string"), ...noString },
  { ...unauthorized(13, "Jwt payload [sub] field is not a string"), ...noString },
  { ...unauthorized(14, "Jwt payload [iat] field is not an integer"), ...noNumber },
  { ...unauthorized(15, "Jwt payload [iat] field is not a positive 64 bit integer"), ...outOfRange },
  { ...unauthorized(16, "Jwt payload [nbf] field is not an integer"), ...noNumber },
  { ...unauthorized(17, "Jwt payload [nbf] field is not a positive 64 bit integer"), ...outOfRange },
  { ...unauthorized(18, "Jwt payload [exp] field is not an integer"), ...noNumber },
  { ...unauthorized(19, "Jwt payload [exp] field is not a positive 64 bit integer"), ...outOfRange },
  { ...unauthorized(20, "Jwt payload [jti] field is not a string"), ...noString },
  {
    ...unauthorized(21, "Jwt payload [aud] field is not a string or string list"),
    cause: "It is of another type, or null.",
    remedy: "Have the issuer write a string or a list of strings.",
  },
  { ...unauthorized(22, "Jwt signature is an invalid Base64url encoded"), ...cutOnItsWay },
  {
    ...unauthorized(23, "Jwt ED25519 signature is wrong length"),
    cause: "The key is an Ed25519 key, and the signature is not 64 bytes long.",
    remedy: "Look whether the token is signed with that key.",
  },
  {
    ...unauthorized(24, "Jwt issuer is not configured"),
    cause: "No JWT rule has the token's `iss`; it is compared to the letter, a trailing slash counts.",
    remedy: "Compare `iss` with the `issuer` of the rules.",
  },
  {
    number: 25,
    text: "Audiences in Jwt are not allowed",
    httpStatus: 403,
    cause: "The JWT rule has `audiences`, and none of them is in `aud`.",
    remedy: "Ask the issuer for a token for this audience.",
  },
  {
    ...unauthorized(26, "Jwt verification fails"),
    cause: "No key that fits has signed the token.",
    remedy: "Is it from this issuer? Has it been changed? Does `alg` fit the key?",
  },
  {
    ...unauthorized(77, "Jwt header [crit] field is not supported"),
    cause:
      "The header demands by `crit` (RFC 7515 §4.1.11) an extension, such as `b64`, which the filter does not support.",
    remedy: "Have the issuer sign without `crit` for this audience.",
  },
  {
    ...unauthorized(82, "Jwt header [typ] is not allowed"),
    cause: "The profile of the rule (`extensions.tokenProfiles`) wants another `typ` in the token's header.",
    remedy: "Send an access token, not an ID token; look whether the issuer writes `typ`.",
  },
  {
    ...unauthorized(83, "Jwt header [alg] is not allowed"),
    cause: "The profile of the rule (`extensions.tokenProfiles`) has `algorithms` without the token's.",
    remedy: "Have the issuer sign with one of them, or add its algorithm.",
  },
  {
    ...unauthorized(84, "Jwt lacks a required claim"),
    cause:
      "A claim of the profile's `requiredClaims` is not there or null, or `iat` or `exp`, which `maxAge` and `maxLifetime` need.",
    remedy: "Have the issuer write it; `jwt-policy token --show` tells what is there.",
  },
  {
    ...unauthorized(85, "Jwt is too old"),
    cause: "More than the profile's `maxAge` has passed since `iat`.",
    remedy: "Get a new token.",
  },
  {
    ...unauthorized(86, "Jwt lives too long"),
    cause: "More than the profile's `maxLifetime` is left until `exp`.",
    remedy: "Have the issuer give tokens that expire sooner.",
  },
  {
    ...unauthorized(87, "Jwt is not bound to the client certificate"),
    cause:
      "The profile of the rule (`extensions.tokenProfiles`) has `certificateBinding`, and the token's `cnf.x5t#S256` is another certificate's, or not there.",
    remedy:
      "Show the certificate that the issuer was shown; `openssl x509 -fingerprint -sha256` tells what `cnf` has in Base64url.",
  },
  {
    ...unauthorized(88, "Client certificate is missing"),
    cause:
      "The profile of the rule (`extensions.tokenProfiles`) has `certificateBinding`, the token is or must be bound, and the client has shown Envoy no certificate.",
    remedy:
      "Show it; look whether this Envoy ends the clients' TLS and asks for certificates (`validation_context`, or Istio's `tls.mode: MUTUAL` or `OPTIONAL_MUTUAL`).",
  },
  {
    ...unauthorized(89, "Jwt tenant is not allowed"),
    cause:
      "The issuer has a place for the tenant (`extensions.tenants`), and the tenant there is not among `allowed`, is not the one in the token's claim, or the key set names another issuer for the key.",
    remedy: "Add the tenant, if it is yours; `jwt-policy token --show` tells what `iss` and `tid` are.",
  },
  {
    ...unauthorized(90, "Jwt payload [sub] field is not of the trust domain"),
    cause:
      "The profile of the rule (`extensions.tokenProfiles`) names a `trustDomain`, and `sub` is no SPIFFE ID in it.",
    remedy: "Ask the trust domain of the caller for its keys, and give them a rule of their own.",
  },
  {
    ...unauthorized(32, "Jwks doesn't have key to match kid or alg from Jwt"),
    cause:
      "The `kid` is not in the key set, nor in the one that was fetched for it (once a `refetchCooldown`).",
    remedy: "Look whether the issuer publishes the key that it signs with.",
  },
  {
    ...unauthorized(40, "Jwks remote fetch is failed"),
    cause: "There are no keys: none have come yet, or those that came are older than `maxStale`.",
    remedy: "The warning `step=keys` in the log and `jwt_policy_jwks_fetches_total` say how the fetch ended.",
  },
  {
    number: 73,
    text: "RBAC: access denied",
    httpStatus: 403,
    cause: "A DENY rule matched, or there are ALLOW policies and no rule of theirs did.",
    remedy:
      "The details name the DENY rule, or `none`; `jwt-policy explain` says what each rule wanted and what it saw.",
  },
  {
    ...unauthorized(78, "RBAC: identity needed"),
    cause:
      "The policies deny a request for a protected resource (`extensions.protectedResources`); a token could change that, and there is none.",
    remedy: "Get a token from one of the servers that the metadata of the resource names.",
  },
  {
    number: 79,
    text: "RBAC: insufficient scope",
    httpStatus: 403,
    cause:
      "The policies deny a request for a protected resource, and would not if its token had more scopes.",
    remedy: "Get a token with the scopes that `WWW-Authenticate` names as well.",
  },
  {
    ...unauthorized(80, "Jwt is not for this resource"),
    cause: "The token is good, and none of the protected resource's audiences is in its `aud` (RFC 8707).",
    remedy:
      "Ask the issuer for a token for this resource, or name its audience under `audiences` of the resource.",
  },
  {
    number: 81,
    text: "Protected resource metadata",
    httpStatus: 200,
    cause:
      "The request asks for the metadata of a protected resource (RFC 9728), which the filter tells itself.",
    remedy: "Nothing is to be done: nobody is refused, and the upstream hears nothing of it.",
  },
  {
    number: 74,
    text: "Jwt policy filter failed",
    httpStatus: 500,
    cause:
      "The filter could not judge: no memory for this request, no clock, no TCP peer or client names where a policy needs them, or the host contradicted itself.",
    remedy:
      "Look whether the filters that fill `directRemoteAddress`, `peerUriSans` and `peerDnsSans` are ahead of this one, and whether `peerCertificate` is configured; else report it. The request was refused, the next one is served.",
  },
];

/** Whether the policies deny with this text: what each rule wanted says why. */
export function isDenial(text: string | undefined): boolean {
  return text !== undefined && denials.includes(text);
}

const denials = ["RBAC: access denied", "RBAC: identity needed", "RBAC: insufficient scope"];

/** The filter's own answer, which refuses nothing. */
export const metadataTold = "Protected resource metadata";

function unauthorized(number: number, text: string): Outcome & { readonly httpStatus: 401 } {
  return { number, text, httpStatus: 401 };
}

const byText = new Map(refusals.map((one) => [one.text, one]));

/** The refusal with that text, as the body of an answer or the filter state `wasm.jwt_policy.reason` has it; undefined for any other. */
export function refusalNamed(text: string): Refusal | undefined {
  return byText.get(text);
}

/** Why a key set is refused, in the order of numbers. */
export const keySetFaults: readonly Outcome[] = [
  { number: 28, text: "Jwks is an invalid JSON" },
  { number: 29, text: "Jwks does not have [keys] field" },
  { number: 30, text: "[keys] in Jwks is not an array" },
  { number: 31, text: "Jwks doesn't have any valid public key" },
  { number: 33, text: "Jwks RSA [n] or [e] field is missing or has a parse error" },
  { number: 34, text: "Jwks EC create key fail" },
  { number: 35, text: "Jwks EC [x] or [y] field is an invalid Base64." },
  { number: 36, text: "Jwks EC [x] and [y] fields have a parse error." },
  { number: 37, text: "Jwks Oct key is an invalid Base64" },
  { number: 38, text: "Jwks OKP [x] field is an invalid Base64." },
  { number: 39, text: "Jwks OKP [x] field is wrong length." },
  { number: 41, text: "[kty] is missing in [keys]" },
  { number: 42, text: "[kty] is bad in [keys]" },
  { number: 43, text: "[kty] is not supported in [keys]" },
  { number: 44, text: "[alg] is not started with [RS] or [PS] for an RSA key" },
  { number: 45, text: "[n] field is missing for a RSA key" },
  { number: 46, text: "[n] field is not string for a RSA key" },
  { number: 47, text: "[e] field is missing for a RSA key" },
  { number: 48, text: "[e] field is not string for a RSA key" },
  { number: 49, text: "[alg] is not started with [ES] for an EC key" },
  { number: 50, text: "[crv] field is not string for an EC key" },
  { number: 51, text: "[crv] or [alg] field is not supported for an EC key" },
  { number: 52, text: "[crv] field specified is not compatible with [alg] for an EC key" },
  { number: 53, text: "[x] field is missing for an EC key" },
  { number: 54, text: "[x] field is not string for an EC key" },
  { number: 55, text: "[y] field is missing for an EC key" },
  { number: 56, text: "[y] field is not string for an EC key" },
  { number: 57, text: "[alg] does not start with [HS] for an HMAC key" },
  { number: 58, text: "[k] field is missing for an HMAC key" },
  { number: 59, text: "[k] field is not string for an HMAC key" },
  { number: 60, text: "[alg] is not [EdDSA] for an OKP key" },
  { number: 61, text: "[crv] field is missing for an OKP key" },
  { number: 62, text: "[crv] field is not string for an OKP key" },
  { number: 63, text: "[crv] field is not supported for an OKP key" },
  { number: 64, text: "[x] field is missing for an OKP key" },
  { number: 65, text: "[x] field is not string for an OKP key" },
  { number: 66, text: "X509 parse pubkey internal fails: memory allocation" },
  { number: 67, text: "X509 parse pubkey fails" },
  { number: 68, text: "X509 parse pubkey internal fails: get pubkey" },
  { number: 69, text: "PEM Key type is not supported" },
  { number: 70, text: "PEM pubkey parse fails" },
  { number: 71, text: "PEM failed to get raw ED25519 key" },
  { number: 72, text: "Failed to create BIO due to memory allocation failure" },
  { number: 76, text: "Jwks has more than 256 keys" },
];

/** Outcomes that no client is ever answered with. */
export const neverAnswered: readonly Outcome[] = [
  { number: 0, text: "OK" },
  { number: 27, text: "Found multiple Jwt tokens" },
  { number: 75, text: "Jwks is being fetched" },
];
