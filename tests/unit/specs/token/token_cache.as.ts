/** The cache of verified tokens: what its hash cannot tell apart, its comparison does. */
import { markArena, resetArena, rewindArena } from "../../../../assembly/memory/arena";
import { hashBytes } from "../../../../assembly/memory/hash";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span, span, spanAddress, spanLength } from "../../../../assembly/memory/span";
import { parseToken } from "../../../../assembly/token/token";
import {
  CachedToken,
  MAX_CACHE_BYTES,
  MAX_CACHED_TOKEN,
  TokenCache,
} from "../../../../assembly/token/token_cache";
import { expectEqual, expectTrue } from "../../assertions/expect.as";

/** {"alg":"HS256"} . {"iss":"i"} . a signature whose first characters are counted up */
const TOKEN = utf8("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIn0.AAAAAAAA");
/** So many texts, of which two are all but sure to have one 32-bit hash: the odds against it are e^-32. */
const TEXTS: u32 = 524288;
const SLOTS: u32 = 1048576;

/** Text number `i`, in place: four characters count. */
function numbered(text: Span, i: u32): Span {
  const at = spanAddress(text) + <usize>spanLength(text) - 8;
  for (let digit: u32 = 0; digit < 5; digit++)
    store<u8>(at + <usize>digit, 0x41 + <u8>((i >> (4 * digit)) & 15));
  return text;
}

function copyOf(text: Span): Span {
  const copy = heap.alloc(<usize>spanLength(text));
  memory.copy(copy, spanAddress(text), <usize>spanLength(text));
  return span(copy, spanLength(text));
}

export function two_tokens_of_one_hash_are_two_tokens(): void {
  const text = copyOf(TOKEN);
  const other = copyOf(TOKEN);
  // Open addressing by hash: number + 1 of the text that has the place.
  const places = heap.alloc((<usize>SLOTS) << 2);
  memory.fill(places, 0, (<usize>SLOTS) << 2);
  let found = false;
  for (let i: u32 = 0; i < TEXTS && !found; i++) {
    const hash = hashBytes(numbered(text, i));
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const place = places + ((<usize>slot) << 2);
      const before = load<u32>(place);
      if (before == 0) {
        store<u32>(place, i + 1);
        break;
      }
      if (hashBytes(numbered(other, before - 1)) == hash) {
        found = true;
        break;
      }
    }
  }
  expectTrue(found);
  expectEqual<u32>(hashBytes(text), hashBytes(other));
  const cache = new TokenCache(10);
  const token = parseToken(text);
  expectEqual<u32>(token.status, 0);
  const entry = cache.insert(token, 0, 1);
  expectTrue(changetype<usize>(entry) != 0);
  expectTrue(changetype<usize>(cache.find(text)) == changetype<usize>(entry));
  expectTrue(changetype<usize>(cache.find(other)) == 0);
  const second: CachedToken = cache.insert(parseToken(other), 0, 1);
  expectTrue(changetype<usize>(cache.find(text)) == changetype<usize>(entry));
  expectTrue(changetype<usize>(cache.find(other)) == changetype<usize>(second));
  cache.remove(entry);
  expectTrue(changetype<usize>(cache.find(text)) == 0);
  expectTrue(changetype<usize>(cache.find(other)) == changetype<usize>(second));
  cache.release();
  heap.free(places);
  heap.free(spanAddress(text));
  heap.free(spanAddress(other));
  resetArena();
}

/** A token of so many characters, with one claim that fills it, and a signature that is counted up. */
function longToken(length: u32): Span {
  // {"alg":"HS256"} . {"a":"AAA…"} . a signature
  let text = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoi";
  const end = "In0g.AAAAAAAA";
  text += "QUFB".repeat((<i32>length - text.length - end.length) / 4) + end;
  return utf8(text);
}

export function long_tokens_are_not_kept(): void {
  const cache = new TokenCache(10);
  const longest = longToken(MAX_CACHED_TOKEN);
  expectTrue(spanLength(longest) > MAX_CACHED_TOKEN - 4);
  expectTrue(changetype<usize>(cache.insert(parseToken(longest), 0, 1)) != 0);
  const longer = parseToken(longToken(MAX_CACHED_TOKEN + 4));
  expectEqual<u32>(longer.status, 0);
  expectTrue(spanLength(longer.text) > MAX_CACHED_TOKEN);
  expectTrue(changetype<usize>(cache.insert(longer, 0, 1)) == 0);
  expectEqual<u32>(cache.count, 1);
  cache.release();
  resetArena();
}

export function all_together_take_no_more_than_the_bound(): void {
  const cache = new TokenCache(1000000);
  const text = longToken(MAX_CACHED_TOKEN);
  const mark = markArena();
  const rows = heap.alloc(1000);
  const tokens: u32 = 1000;
  for (let i: u32 = 0; i < tokens; i++) {
    const entry = cache.insert(parseToken(numbered(text, i)), 0, 1);
    cache.keepClaimRows(entry, 0, rows, 1000);
    // What is kept of the policies comes on top for one entry.
    expectTrue(cache.bytes <= MAX_CACHE_BYTES + 1000, i.toString());
    rewindArena(mark);
  }
  expectTrue(cache.count > 500 && cache.count < tokens, cache.count.toString());
  expectTrue(changetype<usize>(cache.find(numbered(text, tokens - 1))) != 0);
  expectTrue(changetype<usize>(cache.find(numbered(text, 0))) == 0, "the oldest went first");
  cache.release();
  expectEqual<usize>(cache.bytes, 0);
  resetArena();
}

export function no_more_entries_than_were_asked_for(): void {
  const cache = new TokenCache(2);
  const text = copyOf(TOKEN);
  for (let i: u32 = 0; i < 5; i++) {
    expectTrue(changetype<usize>(cache.insert(parseToken(numbered(text, i)), 0, 1)) != 0);
    expectEqual<u32>(cache.count, min<u32>(i + 1, 2));
  }
  for (let i: u32 = 0; i < 5; i++) {
    const isKept = changetype<usize>(cache.find(numbered(text, i))) != 0;
    expectTrue(isKept == i >= 3, i.toString());
  }
  cache.release();
  heap.free(spanAddress(text));
  resetArena();
}
