/**
 * What the fuzzer calls: each function takes bytes at an address and answers a digest of everything that it made of them. Two runs over the same
 * bytes must answer the same, whatever the memory around them holds.
 */
import { JsonError, ROOT, parseJson } from "../../../assembly/claims/json";
import { writeJson } from "../../../assembly/claims/json_text";
import { ConfigErrors } from "../../../assembly/config/config_errors";
import { challenge } from "../../../assembly/decision/challenge";
import { Status } from "../../../assembly/decision/status";
import { claimText } from "../../../assembly/filter/authentication/claim_text";
import { readConfiguration } from "../../../assembly/filter/read_configuration";
import { AlgorithmId } from "../../../assembly/jose/algorithm";
import { KeySet } from "../../../assembly/jose/key_set";
import { verifySignature } from "../../../assembly/jose/verify";
import { allocate, arenaHeldBytes, resetArena } from "../../../assembly/memory/arena";
import { beginText, endText } from "../../../assembly/memory/byte_writer";
import { utf8 } from "../../../assembly/memory/persistent";
import {
  NO_SPAN,
  Span,
  span,
  spanAddress,
  spanEquals,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  subspan,
} from "../../../assembly/memory/span";
import { isCorsPreflight } from "../../../assembly/request/preflight";
import { serializePairs } from "../../../assembly/abi/layout/pairs";
import { HeaderList, readHeaderList } from "../../../assembly/request/header_list";
import { audienceAllowed } from "../../../assembly/token/audience";
import { FoundTokens, LocationKind, TokenLocation, findTokens } from "../../../assembly/token/location";
import { Token, checkTime, parseToken } from "../../../assembly/token/token";

/** Size of the place for an input, and of the guards around it. */
const CAPACITY: usize = 1 << 20;
const GUARD: usize = 64;
/** Seconds since 1970 at which every input is judged. */
const NOW: u64 = 1_700_000_000;
/** What is free of the arena's first chunk is filled with a pattern, so that reading what was never written shows. */
const POISONED: usize = 60 * 1024;

const place: usize = heap.alloc(CAPACITY + GUARD * 2);
let keys: KeySet = new KeySet();

export function inputAddress(): usize {
  return place + GUARD;
}

export function inputCapacity(): usize {
  return CAPACITY;
}

export function heldBytes(): usize {
  resetArena();
  return arenaHeldBytes();
}

/** Fills what surrounds the input of `length` bytes, and the arena, with a byte. */
export function poison(length: usize, byte: u8): void {
  memory.fill(place, byte, GUARD);
  memory.fill(place + GUARD + length, byte, GUARD);
  resetArena();
  memory.fill(allocate(POISONED), byte, POISONED);
  resetArena();
}

/** Whether what surrounds the input is still as `poison` has left it. */
export function guardsHold(length: usize, byte: u8): bool {
  for (let i: usize = 0; i < GUARD; i++) {
    if (load<u8>(place + i) != byte || load<u8>(place + GUARD + length + i) != byte) return false;
  }
  return true;
}

/** The key set that tokens are verified with. */
export function setKeys(length: u32): bool {
  keys = KeySet.read(input(length));
  resetArena();
  return keys.status == Status.Ok;
}


@inline
function input(length: u32): Span {
  return span(inputAddress(), length);
}

let state: u64 = 0;

function add(value: u64): void {
  state = (state ^ value) * 0x9e3779b97f4a7c15;
  state ^= state >> 29;
}

/** FNV-1a, so that the digest does not depend on the seed of the tables. */
function addSpan(bytes: Span): void {
  if (spanIsMissing(bytes)) {
    add(0x6e6f6e65);
    return;
  }
  let hash: u64 = 0xcbf29ce484222325;
  for (let i: u32 = 0; i < spanLength(bytes); i++)
    hash = (hash ^ (<u64>load<u8>(spanAddress(bytes) + <usize>i))) * 0x100000001b3;
  add(hash);
  add(spanLength(bytes));
}

function addText(text: string): void {
  for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
}

const AUDIENCES: StaticArray<Span> = [utf8("api"), utf8("other.example")];
const CLAIMS: StaticArray<StaticArray<Span>> = [
  [utf8("iss")],
  [utf8("exp")],
  [utf8("aud")],
  [utf8("scope")],
  [utf8("realm_access"), utf8("roles")],
  [utf8("https://foo.com/groups")],
];

export function token(length: u32): u64 {
  state = 0;
  const parsed = parseToken(input(length));
  if (changetype<usize>(parsed) == 0) return 1;
  add(parsed.status);
  if (parsed.status == Status.Ok) addToken(parsed);
  resetArena();
  return state;
}

function addToken(parsed: Token): void {
  addSpan(parsed.signedText);
  addSpan(parsed.issuer);
  addSpan(parsed.keyId);
  add(parsed.expires);
  add(parsed.notBefore);
  add(checkTime(parsed, NOW));
  add(audienceAllowed(parsed.claims, parsed.audience, AUDIENCES) ? 1 : 0);
  for (let i = 0; i < CLAIMS.length; i++) addSpan(claimText(parsed.claims, CLAIMS[i]));
  add(verifySignature(keys, parsed.algorithm, parsed.keyId, parsed.signedText, parsed.signature, false));
}

/** Whether the token of the last input is signed by a key of the set: an oracle of its own for the fuzzer. */
export function isVerified(length: u32): bool {
  const parsed = parseToken(input(length));
  const status: Status =
    parsed.status == Status.Ok
      ? verifySignature(keys, parsed.algorithm, parsed.keyId, parsed.signedText, parsed.signature, false)
      : parsed.status;
  resetArena();
  return status == Status.Ok;
}

const SIGNED = utf8("eyJhbGciOiJIUzI1NiJ9.e30");
const SIGNATURE = span(
  memory.data<u8>([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    30, 31, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    27, 28, 29, 30, 31, 32,
  ]),
  64,
);
/** Algorithms of each kind: RS256, PS256, ES256, HS256, EdDSA. */
const ALGORITHM_OF_EACH_KIND: StaticArray<AlgorithmId> = [0, 3, 6, 9, 12];

export function jwks(length: u32): u64 {
  state = 0;
  const set = KeySet.read(input(length));
  add(set.status);
  add(set.count);
  // Keys that were accepted must be harmless to verify with; a few of them are enough.
  if (set.count <= 2) {
    for (let i = 0; i < ALGORITHM_OF_EACH_KIND.length; i++)
      add(verifySignature(set, ALGORITHM_OF_EACH_KIND[i], NO_SPAN, SIGNED, SIGNATURE, false));
  }
  set.release();
  add(set.heldBytes);
  resetArena();
  return state;
}

export function configuration(length: u32): u64 {
  state = 0;
  const errors = new ConfigErrors();
  const read = readConfiguration(input(length), errors);
  for (let i = 0; i < errors.messages.length; i++) addText(errors.messages[i]);
  add(read === null ? 0 : 1);
  if (read === null && errors.none) return 1;
  if (read !== null) read.release();
  resetArena();
  return state;
}

export function json(length: u32): u64 {
  state = 0;
  const document = parseJson(input(length));
  add(document.error);
  add(document.errorOffset);
  if (document.error == JsonError.None) {
    add(document.count);
    beginText();
    writeJson(document, ROOT);
    const text = endText();
    addSpan(text);
    // What was written is read again, and written the same.
    const copy = allocate(<usize>spanLength(text));
    memory.copy(copy, spanAddress(text), <usize>spanLength(text));
    const again = parseJson(span(copy, spanLength(text)));
    if (again.error != JsonError.None) return 1;
    beginText();
    writeJson(again, ROOT);
    if (!spanEquals(endText(), text)) return 1;
  }
  resetArena();
  return state;
}

/** Whether the last input is accepted as JSON. */
export function isJson(length: u32): bool {
  const accepted = parseJson(input(length)).error == JsonError.None;
  resetArena();
  return accepted;
}

const LOCATIONS: StaticArray<TokenLocation> = [
  new TokenLocation(LocationKind.Header, utf8("authorization"), utf8("Bearer ")),
  new TokenLocation(LocationKind.Header, utf8("x-token"), utf8("")),
  new TokenLocation(LocationKind.Parameter, utf8("access_token"), utf8("")),
  new TokenLocation(LocationKind.Parameter, utf8("t%"), utf8("")),
  new TokenLocation(LocationKind.Cookie, utf8("session"), utf8("")),
];
const NAMES: StaticArray<Span> = [
  utf8(":path"),
  utf8("authorization"),
  utf8("cookie"),
  utf8("x-token"),
  utf8(":method"),
  utf8("origin"),
  utf8("access-control-request-method"),
  utf8("cookie"),
  utf8("authorization"),
];

/** Values of headers, one a line, in the order of NAMES. */
export function headers(length: u32): u64 {
  state = 0;
  const lines = input(length);
  const pairs = allocate((<usize>NAMES.length) << 4);
  let count: u32 = 0;
  let from: u32 = 0;
  while (count < <u32>NAMES.length && from <= length) {
    const newline = spanIndexOf(lines, 0x0a, from);
    const end: u32 = newline < 0 ? length : newline;
    store<u64>(pairs + ((<usize>count) << 4), NAMES[count]);
    store<u64>(pairs + ((<usize>count) << 4), subspan(lines, from, end), 8);
    from = end + 1;
    count++;
  }
  addHeaders(readHeaderList(serializePairs(pairs, count)));
  resetArena();
  return state;
}

/** A header map as the host serialises it, or as it should not. */
export function pairs(length: u32): u64 {
  state = 0;
  addHeaders(readHeaderList(input(length)));
  resetArena();
  return state;
}

function addHeaders(list: HeaderList): void {
  if (changetype<usize>(list) == 0) return;
  const found: FoundTokens = findTokens(list, LOCATIONS);
  if (changetype<usize>(found) == 0) return;
  add(found.count);
  add(isCorsPreflight(list) ? 1 : 0);
  for (let i: u32 = 0; i < found.count; i++) {
    addSpan(found.text(i));
    LOCATIONS[found.location(i)].remove(list);
  }
  list.add(NAMES[1], NAMES[0]);
  list.replace(NAMES[0], NAMES[2]);
  list.remove(NAMES[1]);
  addSpan(challenge(NAMES[4], NAMES[5], list.joined(NAMES[0]), false));
  addSpan(challenge(NAMES[4], NAMES[5], list.joined(NAMES[0]), true));
  for (let i: u32 = 0; i < list.count; i++) {
    addSpan(list.name(i));
    addSpan(list.joined(list.name(i)));
    add(list.state(i));
  }
}
