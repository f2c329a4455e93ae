/**
 * Nothing is written where the arena gave no memory: every function that takes some says so when there is none, whichever of its
 * allocations fails. What comes of it in a request is in tests/security/closed-by-default.test.ts.
 */
import { encodeBase64 } from "../../../../assembly/claims/base64";
import { JsonError, parseJson } from "../../../../assembly/claims/json";
import { serializePairs } from "../../../../assembly/abi/layout/pairs";
import { challenge } from "../../../../assembly/decision/challenge";
import { authorizationDetails } from "../../../../assembly/decision/details";
import { decodeBase64Url } from "../../../../assembly/jose/encoding/base64url";
import { decodePem } from "../../../../assembly/jose/encoding/pem";
import { ecdsaSignatureDer } from "../../../../assembly/jose/public_key_info";
import {
  allocate,
  ARENA_LIMIT,
  arenaExhausted,
  copyToArena,
  resetArena,
  rewindArena,
} from "../../../../assembly/memory/arena";
import { beginText, endText, writeSpan, writeUnsigned } from "../../../../assembly/memory/byte_writer";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span, span, spanIsMissing, spanLength } from "../../../../assembly/memory/span";
import { HeaderList, readHeaderList } from "../../../../assembly/request/header_list";
import { findTokens, LocationKind, TokenLocation } from "../../../../assembly/token/location";
import { queryParameter, withoutParameter } from "../../../../assembly/token/query";
import { parseToken } from "../../../../assembly/token/token";
import { expectEqual, expectFalse, expectText, expectTrue } from "../../assertions/expect.as";

/** Address of the chunk that holds all of the arena. */
let whole: usize = 0;

/** So many bytes are left, and no more chunks. */
function leave(bytes: usize): void {
  if (whole == 0) {
    resetArena();
    whole = allocate(ARENA_LIMIT);
    expectTrue(whole != 0);
  }
  // The header of a chunk is 16 bytes long: arena.ts.
  rewindArena(((<u64>(whole - 16)) << 32) | (<u64>(whole + ARENA_LIMIT - bytes)));
  // The places that a null address would be written to.
  memory.fill(0, 0, 8);
}

function expectNothingWritten(what: string): void {
  expectEqual<u64>(load<u64>(0), 0, what);
  expectTrue(arenaExhausted, what);
}

/** Text on the heap of its own, which may be changed. */
function text(value: string): Span {
  return utf8(value);
}

/** Calls with no memory at all, then with ever more, until it succeeds: each failure must be told. */
function expectAllOrNothing(what: string, call: () => bool): void {
  let failures = 0;
  for (let bytes: usize = 0; bytes < 4096; bytes += 16) {
    leave(bytes);
    if (call()) {
      if (!arenaExhausted) {
        expectTrue(failures > 0, what + ": never failed");
        return;
      }
      expectFalse(true, what + ": succeeded without memory, with " + bytes.toString() + " bytes");
    }
    failures++;
    expectNothingWritten(what);
  }
  expectFalse(true, what + ": never succeeded");
}

export function base64(): void {
  expectAllOrNothing("encode", () => !spanIsMissing(encodeBase64(text("abc"))));
  expectAllOrNothing("decode", () => !spanIsMissing(decodeBase64Url(text("YWJj"))));
}

export function the_armour_of_a_certificate(): void {
  expectAllOrNothing(
    "PEM",
    () => !spanIsMissing(decodePem(text("-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n"))),
  );
}

export function json(): void {
  expectAllOrNothing("object", () => parseJson(text('{"a":[1,true]}')).error == JsonError.None);
  expectAllOrNothing("dense, so that the tape grows", () => {
    return (
      parseJson(text("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]")).error == JsonError.None
    );
  });
  expectAllOrNothing("words, so that the tape grows", () => {
    return parseJson(text("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,true]")).error == JsonError.None;
  });
  expectAllOrNothing("many members", () => {
    let members = "";
    for (let i = 0; i < 60; i++) members += (i == 0 ? "" : ",") + '"m' + i.toString() + '":' + i.toString();
    return parseJson(text("{" + members + "}")).error == JsonError.None;
  });
}

export function header_pairs(): void {
  const pairs = heap.alloc(16);
  store<u64>(pairs, text("a"));
  store<u64>(pairs, text("b"), 8);
  leave(0);
  expectTrue(spanIsMissing(serializePairs(pairs, 1)));
  expectNothingWritten("pairs");
}

/** One header `cookie: t=1`, as the host hands it over, and a `:path`. */
function headers(): HeaderList {
  const parts = ["cookie", "t=1", ":path", "/a?t=1&u=%41"];
  let size: usize = 4 + 8 * 2;
  for (let i = 0; i < parts.length; i++) size += <usize>parts[i].length + 1;
  const buffer = heap.alloc(size);
  store<u32>(buffer, 2);
  let at = buffer + 4 + 16;
  for (let i = 0; i < parts.length; i++) {
    store<u32>(buffer + 4 + ((<usize>i) << 2), parts[i].length);
    String.UTF8.encodeUnsafe(changetype<usize>(parts[i]), parts[i].length, at);
    at += <usize>parts[i].length;
    store<u8>(at++, 0);
  }
  return readHeaderList(span(buffer, <u32>size));
}

export function the_list_of_headers(): void {
  expectAllOrNothing("read", () => changetype<usize>(headers()) != 0);
  expectAllOrNothing("add", () => {
    const list = headers();
    if (changetype<usize>(list) == 0) return false;
    // More than the spare entries.
    for (let i = 0; i < 20; i++) if (!list.add(text("x"), text("y"))) return false;
    return true;
  });
  expectAllOrNothing("join", () => {
    const list = headers();
    if (changetype<usize>(list) == 0) return false;
    if (!list.add(text("cookie"), text("u=2"))) return false;
    return !spanIsMissing(list.joined(text("cookie")));
  });
}

function places(one: LocationKind, other: LocationKind): StaticArray<TokenLocation> {
  return StaticArray.fromArray([
    new TokenLocation(one, utf8("t"), utf8("")),
    new TokenLocation(other, utf8("t"), utf8("")),
  ]);
}

export function tokens_of_a_request(): void {
  expectAllOrNothing("tokens", () => {
    const list = headers();
    if (changetype<usize>(list) == 0) return false;
    const found = findTokens(list, places(LocationKind.Cookie, LocationKind.Parameter));
    return changetype<usize>(found) != 0 && found.count == 2;
  });
  expectAllOrNothing("a token in a header", () => {
    const list = headers();
    if (changetype<usize>(list) == 0) return false;
    const found = findTokens(
      list,
      StaticArray.fromArray([new TokenLocation(LocationKind.Header, utf8("cookie"), utf8("t="))]),
    );
    return changetype<usize>(found) != 0 && found.count == 1;
  });
}

export function parameters_of_the_query(): void {
  expectAllOrNothing("decoded", () => !spanIsMissing(queryParameter(text("/a?%74=1"), text("t"))));
  expectAllOrNothing("without", () => !spanIsMissing(withoutParameter(text("/a?t=1&u=2"), text("t"))));
}

export function a_token(): void {
  const compact = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.YWJj";
  expectAllOrNothing("token", () => {
    const token = parseToken(text(compact));
    return changetype<usize>(token) != 0 && spanLength(token.signature) == 3;
  });
}

export function what_a_refusal_says(): void {
  expectAllOrNothing("challenge", () => !spanIsMissing(challenge(text("http"), text("a"), text("/"), false)));
  // Details do without what encloses them.
  leave(0);
  expectText(authorizationDetails(text("p")), "p");
  expectNothingWritten("details");
}

export function written_text(): void {
  expectAllOrNothing("span", () => {
    beginText();
    writeSpan(text("a".repeat(300)));
    return !spanIsMissing(endText());
  });
  expectAllOrNothing("number", () => {
    beginText();
    for (let i = 0; i < 40; i++) writeUnsigned(u64.MAX_VALUE);
    return !spanIsMissing(endText());
  });
}

export function a_copy(): void {
  leave(0);
  expectTrue(spanIsMissing(copyToArena(text("abc"))));
  expectNothingWritten("copy");
}

export function a_signature_for_the_host(): void {
  expectAllOrNothing("DER", () => !spanIsMissing(ecdsaSignatureDer(text("\x01".repeat(64)))));
}
