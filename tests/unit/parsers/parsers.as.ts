/**
 * The readers and writers of the filter as raw functions, for tests that feed long tables from TypeScript (parsers.ts wraps them). Spans in,
 * spans or numbers out; everything that is answered lives in the arena until `resetArena`.
 */
import { JsonDocument, JsonNode, ROOT, parseJson } from "../../../assembly/claims/json";
import { writeJson } from "../../../assembly/claims/json_text";
import { numberInRange, parseDouble } from "../../../assembly/claims/number";
import { headerNumber, writeJsonNumber } from "../../../assembly/claims/number_text";
import { httpCode, statusText } from "../../../assembly/decision/status";
import { beginText, endText } from "../../../assembly/memory/byte_writer";
import { Span } from "../../../assembly/memory/span";
import { encodeBase64 } from "../../../assembly/claims/base64";
import { decodeBase64Url } from "../../../assembly/jose/encoding/base64url";
import { queryParameter, withoutParameter } from "../../../assembly/token/query";
import { Token, checkTime, parseToken } from "../../../assembly/token/token";

export { allocate, resetArena } from "../../../assembly/memory/arena";
export {
  decodeBase64Url,
  encodeBase64,
  headerNumber,
  httpCode,
  numberInRange,
  parseDouble,
  queryParameter,
  statusText,
  withoutParameter,
};

/** Address of the document: source, nodes, count, capacity, error, errorOffset, each a u32. */
export function readJson(source: Span): usize {
  return changetype<usize>(parseJson(source));
}

/** The document as text again. */
export function jsonText(document: usize): Span {
  beginText();
  writeJson(changetype<JsonDocument>(document), ROOT);
  return endText();
}

/** The value of a member of the root, as a node. */
export function jsonMember(document: usize, name: Span): JsonNode {
  return changetype<JsonDocument>(document).member(ROOT, name);
}

/** A number as it stands in lists and objects. */
export function jsonNumber(value: f64): Span {
  beginText();
  writeJsonNumber(value);
  return endText();
}

export function readToken(text: Span): usize {
  return changetype<usize>(parseToken(text));
}

export function tokenStatus(token: usize): i32 {
  return changetype<Token>(token).status;
}

export function tokenAlgorithm(token: usize): i32 {
  return changetype<Token>(token).algorithm;
}

export function tokenKeyId(token: usize): Span {
  return changetype<Token>(token).keyId;
}

export function tokenIssuer(token: usize): Span {
  return changetype<Token>(token).issuer;
}

export function tokenSignedText(token: usize): Span {
  return changetype<Token>(token).signedText;
}

export function tokenPayloadText(token: usize): Span {
  return changetype<Token>(token).payloadText;
}

export function tokenSignature(token: usize): Span {
  return changetype<Token>(token).signature;
}

export function tokenExpires(token: usize): u64 {
  return changetype<Token>(token).expires;
}

export function tokenNotBefore(token: usize): u64 {
  return changetype<Token>(token).notBefore;
}

export function tokenTimeStatus(token: usize, now: u64): i32 {
  return checkTime(changetype<Token>(token), now);
}
