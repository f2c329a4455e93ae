/**
 * Verified tokens: a token whose signature has been checked is not parsed and checked again, as long as its keys are the same. A bounded cache,
 * least recently used first out.
 *
 * What makes a hit harmless: it is found by the whole text of the token, never by a hash alone; it belongs to one configuration; it
 * says by which generation of which key set it was verified, and counts only while that is the set in use; times, audience and issuer are
 * checked at every hit as for a new token. Only tokens with a good signature come in, so nobody can fill it with rubbish.
 *
 * Entries live on the unmanaged heap, each in one block:
 *
 *     CachedToken | text of the token | kid | source of the claims | tape of the claims
 */
import { JsonDocument } from "../claims/json";
import { hashBytes } from "../memory/hash";
import { NO_SPAN, Span, span, spanAddress, spanEquals, spanIsMissing, spanLength } from "../memory/span";
import { Token } from "./token";

/** What all entries together may take, in bytes, however many are allowed. */
export const MAX_CACHE_BYTES: usize = 64 * 1024 * 1024;
/** Longer tokens are verified each time, in bytes. More than Envoy takes for all header lines of a request unless it is told to (60 KiB). */
export const MAX_CACHED_TOKEN: u32 = 64 * 1024;


@unmanaged
export class CachedToken {
  /** The token in memory of this entry; its signature and signed text are gone. */
  token: Token;
  hash: u32;
  /** The next entry of the same bucket. */
  nextInBucket: CachedToken;
  /** Neighbours in the order of use. */
  newer: CachedToken;
  older: CachedToken;
  /** Bytes of this block, and of `claimRows`. */
  size: u32;
  /** Whose keys verified it, and which generation of them. */
  endpoint: i32;
  generation: u32;
  /** What policies say of its claims under the rule `rowsRule` (policy/evaluation/evaluate.ts, evaluateClaims): address, 0 if not known yet. */
  claimRows: usize;
  rowsRule: i32;
}

const NOBODY: CachedToken = changetype<CachedToken>(0);

export class TokenCache {
  count: u32 = 0;
  bytes: usize = 0;
  private buckets: usize = 0;
  private mask: u32 = 0;
  private newest: CachedToken = NOBODY;
  private oldest: CachedToken = NOBODY;

  constructor(
    /** 0 turns the cache off. */
    private readonly maxEntries: u32,
  ) {
    let size: u32 = maxEntries == 0 ? 0 : 16;
    while (size < maxEntries) size <<= 1;
    if (size > 0) {
      this.buckets = heap.alloc((<usize>size) << 2);
      memory.fill(this.buckets, 0, (<usize>size) << 2);
      this.mask = size - 1;
    }
  }

  /** The entry of a token with this text, now the most recently used one; null (address 0) if there is none. */
  find(text: Span): CachedToken {
    if (this.count == 0) return NOBODY;
    const hash = hashBytes(text);
    let entry = this.bucket(hash);
    while (changetype<usize>(entry) != 0) {
      if (entry.hash == hash && spanEquals(entry.token.text, text)) {
        if (changetype<usize>(entry) != changetype<usize>(this.newest)) {
          this.unlink(entry);
          this.link(entry);
        }
        return entry;
      }
      entry = entry.nextInBucket;
    }
    return NOBODY;
  }

  /**
   * Keeps a token that the keys of `endpoint` in their `generation` have verified; an older entry of the same text goes.
   * @returns the entry, whose `token` serves from now on; null (address 0) if it is too long or the cache is off
   */
  insert(token: Token, endpoint: i32, generation: u32): CachedToken {
    const length = spanLength(token.text);
    if (this.maxEntries == 0 || length > MAX_CACHED_TOKEN) return NOBODY;
    const before = this.find(token.text);
    if (changetype<usize>(before) != 0) this.remove(before);
    const entry = keep(token);
    entry.hash = hashBytes(token.text);
    entry.endpoint = endpoint;
    entry.generation = generation;
    this.bytes += <usize>entry.size;
    while (this.count > 0 && (this.count >= this.maxEntries || this.bytes > MAX_CACHE_BYTES))
      this.remove(this.oldest);
    entry.nextInBucket = this.bucket(entry.hash);
    this.setBucket(entry.hash, entry);
    this.link(entry);
    this.count++;
    return entry;
  }

  /** Remembers what the policies say of an entry's claims under a rule. @param rows `size` bytes, copied */
  keepClaimRows(entry: CachedToken, rule: i32, rows: usize, size: u32): void {
    if (entry.claimRows != 0) heap.free(entry.claimRows);
    else {
      entry.size += size;
      this.bytes += <usize>size;
    }
    entry.claimRows = heap.alloc(<usize>max(size, 1));
    memory.copy(entry.claimRows, rows, <usize>size);
    entry.rowsRule = rule;
  }

  remove(entry: CachedToken): void {
    let at = this.bucket(entry.hash);
    if (changetype<usize>(at) == changetype<usize>(entry)) {
      this.setBucket(entry.hash, entry.nextInBucket);
    } else {
      while (changetype<usize>(at.nextInBucket) != changetype<usize>(entry)) at = at.nextInBucket;
      at.nextInBucket = entry.nextInBucket;
    }
    this.unlink(entry);
    this.count--;
    this.bytes -= <usize>entry.size;
    if (entry.claimRows != 0) heap.free(entry.claimRows);
    heap.free(changetype<usize>(entry));
  }

  /** Gives all memory back; the cache is off then. */
  release(): void {
    while (this.count > 0) this.remove(this.oldest);
    if (this.buckets != 0) heap.free(this.buckets);
    this.buckets = 0;
  }


  @inline
  private bucket(hash: u32): CachedToken {
    return changetype<CachedToken>(<usize>load<u32>(this.buckets + ((<usize>(hash & this.mask)) << 2)));
  }


  @inline
  private setBucket(hash: u32, entry: CachedToken): void {
    store<u32>(this.buckets + ((<usize>(hash & this.mask)) << 2), <u32>changetype<usize>(entry));
  }

  /** Makes an entry the newest. */
  private link(entry: CachedToken): void {
    entry.newer = NOBODY;
    entry.older = this.newest;
    if (changetype<usize>(this.newest) != 0) this.newest.newer = entry;
    else this.oldest = entry;
    this.newest = entry;
  }

  private unlink(entry: CachedToken): void {
    if (changetype<usize>(entry.newer) != 0) entry.newer.older = entry.older;
    else this.newest = entry.older;
    if (changetype<usize>(entry.older) != 0) entry.older.newer = entry.newer;
    else this.oldest = entry.newer;
  }
}

/** A copy of a token, and of all that it points at, in a block of its own. */
function keep(token: Token): CachedToken {
  const claims = token.claims;
  const text = <usize>spanLength(token.text);
  const keyId = <usize>spanLength(token.keyId);
  const source = <usize>claims.sourceLength;
  const tape = claims.tapeBytes();
  const head = align(offsetof<CachedToken>());
  const body = align(offsetof<Token>());
  const document = align(offsetof<JsonDocument>());
  const size = head + body + document + align(text) + align(keyId) + align(source) + tape;
  const block = heap.alloc(size);
  const entry = changetype<CachedToken>(block);
  memory.fill(block, 0, head);
  entry.size = <u32>size;
  entry.rowsRule = -1;
  const kept = changetype<Token>(block + head);
  memory.copy(changetype<usize>(kept), changetype<usize>(token), offsetof<Token>());
  const keptClaims = changetype<JsonDocument>(block + head + body);
  memory.copy(changetype<usize>(keptClaims), changetype<usize>(claims), offsetof<JsonDocument>());
  const textAt = block + head + body + document;
  const keyIdAt = textAt + align(text);
  const sourceAt = keyIdAt + align(keyId);
  const tapeAt = sourceAt + align(source);
  memory.copy(textAt, spanAddress(token.text), text);
  memory.copy(keyIdAt, spanAddress(token.keyId), keyId);
  memory.copy(sourceAt, claims.source, source);
  memory.copy(tapeAt, claims.nodes, tape);
  keptClaims.relocate(sourceAt, tapeAt);
  entry.token = kept;
  kept.claims = keptClaims;
  kept.text = span(textAt, <u32>text);
  kept.keyId = spanIsMissing(token.keyId) ? NO_SPAN : span(keyIdAt, <u32>keyId);
  kept.payloadText = moved(token.payloadText, spanAddress(token.text), textAt);
  kept.issuer = spanLength(token.issuer) == 0 ? token.issuer : moved(token.issuer, claims.source, sourceAt);
  kept.signedText = NO_SPAN;
  kept.signature = NO_SPAN;
  return entry;
}

// @ts-ignore: decorator
@inline
function align(size: usize): usize {
  return (size + 15) & ~15;
}

// @ts-ignore: decorator
@inline
function moved(bytes: Span, from: usize, to: usize): Span {
  return span(spanAddress(bytes) - from + to, spanLength(bytes));
}
