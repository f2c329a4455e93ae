// A token's parts, in native's order of faults (jwt_verify_lib jwt.cc, struct_utils.cc; reference: the table of statuses in docs/outcomes.md):
// each row has one fault, or several of which the first one counts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readToken } from "../parsers/parsers.js";

const goodHeader = '{"alg":"RS256","kid":"k1"}';
const goodPayload = '{"iss":"https://idp.example.com/","sub":"alice","exp":2000000000}';

function part(text: string | Uint8Array): string {
  return Buffer.from(text).toString("base64url");
}

/** A token of a header and a payload, both as text. */
function token(header = goodHeader, payload = goodPayload, signature = "c2ln"): string {
  return `${part(header)}.${part(payload)}.${signature}`;
}

const withHeader = (header: string) => token(header);
const withPayload = (payload: string) => token(goodHeader, payload);

const BAD_FORMAT = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
const HEADER_BASE64 = "Jwt header is an invalid Base64url encoded";
const HEADER_JSON = "Jwt header is an invalid JSON";
const HEADER_ALG = "Jwt header [alg] field is required and must be a string";
const HEADER_ALG_UNKNOWN = "Jwt header [alg] is not supported";
const HEADER_CRIT = "Jwt header [crit] field is not supported";
const HEADER_KID = "Jwt header [kid] field is not a string";
const PAYLOAD_BASE64 = "Jwt payload is an invalid Base64url encoded";
const PAYLOAD_JSON = "Jwt payload is an invalid JSON";
const SIGNATURE_BASE64 = "Jwt signature is an invalid Base64url encoded";
const notString = (claim: string) => `Jwt payload [${claim}] field is not a string`;
const notInteger = (claim: string) => `Jwt payload [${claim}] field is not an integer`;
const outOfRange = (claim: string) => `Jwt payload [${claim}] field is not a positive 64 bit integer`;
const AUDIENCE = "Jwt payload [aud] field is not a string or string list";

const good = token();
const [h, p] = good.split(".") as [string, string, string];

describe("parseToken", () => {
  const rows: readonly (readonly [name: string, text: string, status: string])[] = [
    ["a good one", good, "OK"],
    ["nothing", "", BAD_FORMAT],
    ["dots alone", "...", BAD_FORMAT],
    ["one part", h, BAD_FORMAT],
    ["two parts", `${h}.${p}`, BAD_FORMAT],
    ["no signature", `${h}.${p}.`, BAD_FORMAT],
    ["no payload", `${h}..c2ln`, BAD_FORMAT],
    ["four parts", `${good}.x`, BAD_FORMAT],
    ["five parts, as a JWE", `${good}.x.y`, BAD_FORMAT],
    ["empty parts do not count", `..${h}..${p}.c2ln..`, "OK"],
    ["a fourth part even behind empty ones", `..${h}..${p}.c2ln..x`, BAD_FORMAT],

    ["header: no base64url", `!.${p}.c2ln`, HEADER_BASE64],
    ["header: base64 instead of base64url", `${h}+/.${p}.c2ln`, HEADER_BASE64],
    ["header: one character", `A.${p}.c2ln`, HEADER_BASE64],
    ["header: white space within", `${h.slice(0, 5)} ${h.slice(5)}.${p}.c2ln`, "OK"],
    ["header: white space alone", ` .${p}.c2ln`, HEADER_JSON],
    ["header: no JSON", withHeader("bad"), HEADER_JSON],
    [
      "header: not UTF-8",
      `${part(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))}.${p}.c2ln`,
      HEADER_JSON,
    ],
    ["header: a list", withHeader("[]"), HEADER_JSON],
    ["header: a string", withHeader('"alg"'), HEADER_JSON],
    ["header: text behind it", withHeader(`${goodHeader} x`), HEADER_JSON],
    ["header: a byte order mark", withHeader(`\ufeff${goodHeader}`), HEADER_JSON],
    ["header: alg twice", withHeader('{"alg":"RS256","alg":"none"}'), HEADER_JSON],
    ["header: alg twice, once escaped", withHeader('{"alg":"RS256","\\u0061lg":"none"}'), HEADER_JSON],
    ["header: no alg", withHeader('{"kid":"k1"}'), HEADER_ALG],
    ["header: empty", withHeader("{}"), HEADER_ALG],
    ["header: alg is a number", withHeader('{"alg":256}'), HEADER_ALG],
    ["header: alg is null", withHeader('{"alg":null}'), HEADER_ALG],
    ["header: alg is a list", withHeader('{"alg":["RS256"]}'), HEADER_ALG],
    ["header: alg none", withHeader('{"alg":"none"}'), HEADER_ALG_UNKNOWN],
    ["header: alg empty", withHeader('{"alg":""}'), HEADER_ALG_UNKNOWN],
    ["header: alg in lower case", withHeader('{"alg":"rs256"}'), HEADER_ALG_UNKNOWN],
    ["header: alg with a space", withHeader('{"alg":"RS256 "}'), HEADER_ALG_UNKNOWN],
    ["header: alg with a zero byte", withHeader('{"alg":"RS256\\u0000"}'), HEADER_ALG_UNKNOWN],
    ["header: alg escaped", withHeader('{"\\u0061lg":"\\u0052S256"}'), "OK"],
    ["header: an encryption algorithm", withHeader('{"alg":"RSA-OAEP"}'), HEADER_ALG_UNKNOWN],
    ["header: kid is a number", withHeader('{"alg":"RS256","kid":1}'), HEADER_KID],
    ["header: kid is null", withHeader('{"alg":"RS256","kid":null}'), HEADER_KID],
    ["header: kid is empty", withHeader('{"alg":"RS256","kid":""}'), "OK"],
    ...[
      '["b64"],"b64":false',
      '["exp"]',
      '["urn:example:x"],"urn:example:x":1',
      "[]",
      "null",
      '"b64"',
      "true",
      "0",
      "{}",
      '["alg"]',
      '[""]',
    ].map(
      (crit) =>
        [`header: crit is ${crit}`, withHeader(`{"alg":"RS256","crit":${crit}}`), HEADER_CRIT] as const,
    ),
    ["header: crit, escaped", withHeader('{"alg":"RS256","\\u0063rit":["b64"]}'), HEADER_CRIT],
    ["header: crit in another object", withHeader('{"alg":"RS256","x":{"crit":["b64"]}}'), "OK"],
    ["header: Crit", withHeader('{"alg":"RS256","Crit":["b64"]}'), "OK"],
    ["header: a bad kid comes before crit", withHeader('{"alg":"RS256","kid":1,"crit":[]}'), HEADER_KID],
    [
      "header: b64, jwk, jku, x5c are ignored",
      withHeader(
        '{"alg":"RS256","b64":false,"jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example/","x5c":["AA"]}',
      ),
      "OK",
    ],
    [
      "header: an unknown alg comes before a bad kid",
      withHeader('{"alg":"none","kid":1}'),
      HEADER_ALG_UNKNOWN,
    ],
    ["header: comes before the payload", `${part("{}")}.!.!`, HEADER_ALG],

    ["payload: no base64url", `${h}.!.c2ln`, PAYLOAD_BASE64],
    ["payload: no JSON", withPayload("bad"), PAYLOAD_JSON],
    ["payload: a list", withPayload("[]"), PAYLOAD_JSON],
    ["payload: empty", withPayload("{}"), "OK"],
    ["payload: a member twice", withPayload('{"sub":"alice","sub":"bob"}'), PAYLOAD_JSON],
    ["payload: a nested member twice", withPayload('{"a":{"b":1,"b":2}}'), PAYLOAD_JSON],
    ["payload: a lone surrogate", withPayload('{"sub":"\\ud800"}'), PAYLOAD_JSON],
    ["payload: a trailing comma", withPayload('{"sub":"alice",}'), PAYLOAD_JSON],
    ["payload: single quotes", withPayload("{'sub':'alice'}"), PAYLOAD_JSON],
    ["payload: NaN", withPayload('{"exp":NaN}'), PAYLOAD_JSON],
    ["payload: 1e999", withPayload('{"x":1e999}'), PAYLOAD_JSON],
    ["payload: nested 99 deep", withPayload(`{"a":${"[".repeat(99)}${"]".repeat(99)}}`), "OK"],
    ["payload: nested 100 deep", withPayload(`{"a":${"[".repeat(100)}${"]".repeat(100)}}`), PAYLOAD_JSON],
    ["payload: iss is a number", withPayload('{"iss":1}'), notString("iss")],
    ["payload: iss is null", withPayload('{"iss":null}'), notString("iss")],
    ["payload: sub is a list", withPayload('{"sub":["alice"]}'), notString("sub")],
    ["payload: iss comes before sub", withPayload('{"sub":1,"iss":1}'), notString("iss")],
    ...(["iat", "nbf", "exp"] as const).flatMap((claim) => [
      [`payload: ${claim} is a string`, withPayload(`{"${claim}":"1"}`), notInteger(claim)] as const,
      [`payload: ${claim} is null`, withPayload(`{"${claim}":null}`), notInteger(claim)] as const,
      [`payload: ${claim} is true`, withPayload(`{"${claim}":true}`), notInteger(claim)] as const,
      [`payload: ${claim} is negative`, withPayload(`{"${claim}":-1}`), outOfRange(claim)] as const,
      [
        `payload: ${claim} is 2^64`,
        withPayload(`{"${claim}":18446744073709551616}`),
        outOfRange(claim),
      ] as const,
      [
        `payload: ${claim} is 2^64 - 1, which as a double is 2^64`,
        withPayload(`{"${claim}":18446744073709551615}`),
        outOfRange(claim),
      ] as const,
      [
        `payload: ${claim} is the largest below 2^64`,
        withPayload(`{"${claim}":18446744073709549568}`),
        "OK",
      ] as const,
      [`payload: ${claim} is a fraction`, withPayload(`{"${claim}":1.9}`), "OK"] as const,
      [`payload: ${claim} is minus zero`, withPayload(`{"${claim}":-0}`), "OK"] as const,
      [
        `payload: ${claim} is hardly negative`,
        withPayload(`{"${claim}":-1e-300}`),
        outOfRange(claim),
      ] as const,
    ]),
    ["payload: iat comes before nbf", withPayload('{"nbf":"x","iat":-1}'), outOfRange("iat")],
    ["payload: nbf comes before exp", withPayload('{"exp":"x","nbf":-1}'), outOfRange("nbf")],
    ["payload: exp comes before jti", withPayload('{"jti":1,"exp":"x"}'), notInteger("exp")],
    ["payload: jti is a number", withPayload('{"jti":1}'), notString("jti")],
    ["payload: jti comes before aud", withPayload('{"aud":1,"jti":1}'), notString("jti")],
    ["payload: aud is a number", withPayload('{"aud":1}'), AUDIENCE],
    ["payload: aud is null", withPayload('{"aud":null}'), AUDIENCE],
    ["payload: aud is an object", withPayload('{"aud":{}}'), AUDIENCE],
    ["payload: aud is an empty list", withPayload('{"aud":[]}'), "OK"],
    ["payload: aud has one number in it", withPayload('{"aud":["a",1]}'), AUDIENCE],
    ["payload: aud has a list in it", withPayload('{"aud":["a",["b"]]}'), AUDIENCE],
    ["payload: aud is a string", withPayload('{"aud":"a"}'), "OK"],
    ["payload: comes before the signature", `${h}.${part('{"aud":1}')}.!`, AUDIENCE],

    ["signature: no base64url", `${h}.${p}.!`, SIGNATURE_BASE64],
    ["signature: one character", `${h}.${p}.A`, SIGNATURE_BASE64],
    ["signature: padded", `${h}.${p}.AA==`, "OK"],
    ["signature: white space alone is an empty one", `${h}.${p}. `, "OK"],
  ];
  for (const [name, text, status] of rows) {
    test(name, () => assert.equal(readToken(text).status, status));
  }

  test("what a good token holds", () => {
    const reading = readToken(`..${h}..${p}.c2ln`);
    assert.equal(reading.algorithm, 0);
    assert.equal(reading.keyId, "k1");
    assert.equal(reading.issuer, "https://idp.example.com/");
    assert.equal(reading.payloadText, p);
    assert.equal(reading.signedText, `${h}.${p}`, "empty parts are no part of what is signed");
    assert.equal(reading.signature?.toString(), "sig");
    assert.equal(reading.expires, 2_000_000_000n);
    assert.equal(reading.notBefore, 0n);
  });

  test("without iss the issuer is empty, without kid there is none", () => {
    const reading = readToken(token('{"alg":"ES256"}', "{}"));
    assert.equal(reading.issuer, "");
    assert.equal(reading.keyId, undefined);
  });
});

describe("checkTime allows clocks to differ by 60 seconds", () => {
  const NOT_YET = "Jwt not yet valid";
  const EXPIRED = "Jwt is expired";
  const rows: readonly (readonly [claims: string, now: bigint, status: string])[] = [
    ["{}", 1000n, "OK"],
    ['{"exp":0}', 1000n, "OK"],
    ['{"exp":0.9}', 1000n, "OK"],
    ['{"exp":1000}', 1000n, "OK"],
    ['{"exp":1000}', 1060n, "OK"],
    ['{"exp":1000}', 1061n, EXPIRED],
    ['{"exp":1000.99}', 1061n, EXPIRED],
    ['{"exp":1}', 1000n, EXPIRED],
    ['{"nbf":1000}', 939n, NOT_YET],
    ['{"nbf":1000}', 940n, "OK"],
    ['{"nbf":2000,"exp":1}', 1000n, NOT_YET],
    ['{"exp":18446744073709549568}', 1000n, "OK"],
    ['{"nbf":18446744073709549568}', 1000n, NOT_YET],
    ['{"iat":5000}', 1000n, "OK"],
  ];
  for (const [claims, now, status] of rows) {
    test(`${claims} at ${now}: ${status}`, () =>
      assert.equal(readToken(withPayload(claims)).timeStatus(now), status));
  }
});
