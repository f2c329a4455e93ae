// The list of outcomes against Envoy's own: numbers and texts of jwt_verify_lib (status.h, status.cc), and which HTTP status each one answers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { httpCode, statusText } from "../parsers/parsers.js";

/** In the order of their numbers; those from 73 on are this filter's own. */
const texts = [
  "OK",
  "Jwt is missing",
  "Jwt not yet valid",
  "Jwt is expired",
  "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
  "Jwt header is an invalid Base64url encoded",
  "Jwt header is an invalid JSON",
  "Jwt header [alg] field is required and must be a string",
  "Jwt header [alg] is not supported",
  "Jwt header [kid] field is not a string",
  "Jwt payload is an invalid Base64url encoded",
  "Jwt payload is an invalid JSON",
  "Jwt payload [iss] field is not a string",
  "Jwt payload [sub] field is not a string",
  "Jwt payload [iat] field is not an integer",
  "Jwt payload [iat] field is not a positive 64 bit integer",
  "Jwt payload [nbf] field is not an integer",
  "Jwt payload [nbf] field is not a positive 64 bit integer",
  "Jwt payload [exp] field is not an integer",
  "Jwt payload [exp] field is not a positive 64 bit integer",
  "Jwt payload [jti] field is not a string",
  "Jwt payload [aud] field is not a string or string list",
  "Jwt signature is an invalid Base64url encoded",
  "Jwt ED25519 signature is wrong length",
  "Jwt issuer is not configured",
  "Audiences in Jwt are not allowed",
  "Jwt verification fails",
  "Found multiple Jwt tokens",
  "Jwks is an invalid JSON",
  "Jwks does not have [keys] field",
  "[keys] in Jwks is not an array",
  "Jwks doesn't have any valid public key",
  "Jwks doesn't have key to match kid or alg from Jwt",
  "Jwks RSA [n] or [e] field is missing or has a parse error",
  "Jwks EC create key fail",
  "Jwks EC [x] or [y] field is an invalid Base64.",
  "Jwks EC [x] and [y] fields have a parse error.",
  "Jwks Oct key is an invalid Base64",
  "Jwks OKP [x] field is an invalid Base64.",
  "Jwks OKP [x] field is wrong length.",
  "Jwks remote fetch is failed",
  "[kty] is missing in [keys]",
  "[kty] is bad in [keys]",
  "[kty] is not supported in [keys]",
  "[alg] is not started with [RS] or [PS] for an RSA key",
  "[n] field is missing for a RSA key",
  "[n] field is not string for a RSA key",
  "[e] field is missing for a RSA key",
  "[e] field is not string for a RSA key",
  "[alg] is not started with [ES] for an EC key",
  "[crv] field is not string for an EC key",
  "[crv] or [alg] field is not supported for an EC key",
  "[crv] field specified is not compatible with [alg] for an EC key",
  "[x] field is missing for an EC key",
  "[x] field is not string for an EC key",
  "[y] field is missing for an EC key",
  "[y] field is not string for an EC key",
  "[alg] does not start with [HS] for an HMAC key",
  "[k] field is missing for an HMAC key",
  "[k] field is not string for an HMAC key",
  "[alg] is not [EdDSA] for an OKP key",
  "[crv] field is missing for an OKP key",
  "[crv] field is not string for an OKP key",
  "[crv] field is not supported for an OKP key",
  "[x] field is missing for an OKP key",
  "[x] field is not string for an OKP key",
  "X509 parse pubkey internal fails: memory allocation",
  "X509 parse pubkey fails",
  "X509 parse pubkey internal fails: get pubkey",
  "PEM Key type is not supported",
  "PEM pubkey parse fails",
  "PEM failed to get raw ED25519 key",
  "Failed to create BIO due to memory allocation failure",
  "RBAC: access denied",
];

const FORBIDDEN = new Set(["Audiences in Jwt are not allowed", "RBAC: access denied"]);

describe("statuses", () => {
  for (const [number, text] of texts.entries()) {
    const code = FORBIDDEN.has(text) ? 403 : 401;
    test(`${number} is ${code} ${text}`, () => {
      assert.equal(statusText(number), text);
      assert.equal(httpCode(number), code);
    });
  }

  test("a request that the filter cannot judge is answered with 500", () => {
    assert.equal(statusText(texts.length), "Jwt policy filter failed");
    assert.equal(httpCode(texts.length), 500);
  });

  test("a number that is none has the text of a failure", () => {
    for (const number of [-1, 10_000]) assert.equal(statusText(number), "Jwt policy filter failed");
  });
});
