/** What authenticating one request works on. One instance serves all requests of a plugin, one after the other; `begin` makes it new. */
import { currentTimeNanoseconds } from "../../abi/calls/clock";
import { Status } from "../../decision/status";
import { allocate } from "../../memory/arena";
import { Span, spanEquals } from "../../memory/span";
import { HeaderList } from "../../request/header_list";
import { parseToken, Token } from "../../token/token";
import { isCanonical } from "../../token/spelling";
import { CachedToken, TokenCache } from "../../token/token_cache";
import { MAX_KEY_SETS } from "../configuration/jwt_rule";
import { JwtRules } from "../configuration/jwt_rules";

/** Distinct tokens of one request that are remembered as parsed; further ones are parsed again for each rule. */
const REMEMBERED_TOKENS: u32 = 32;

/** A token of this request, and what is known of it. */
@unmanaged
class SeenToken {
  token: Token;
  /** Its entry in the cache; null (address 0) if it has none that counts. */
  cached: CachedToken;
  /** The endpoint with whose keys its signature was checked in this request, -1 if it was not, and the outcome. */
  endpoint: i32;
  status: Status;
}

const NO_ENTRY: CachedToken = changetype<CachedToken>(0);
const NO_SEEN: SeenToken = changetype<SeenToken>(0);

/** Values of `waitedFor` besides an endpoint. */
export const NOTHING: i32 = -1;
export const EVERYTHING: i32 = -2;

const NO_TOKEN: Token = changetype<Token>(0);

export class AuthContext {
  headers: HeaderList = changetype<HeaderList>(0);
  /** Seconds and milliseconds since 1970, after `readClock`; 0 before. */
  now: u64 = 0;
  nowMilliseconds: i64 = 0;
  /** The endpoint whose fetch this request has just waited for: it does not wait for it again. NOTHING, or EVERYTHING to wait for none. */
  waitedFor: i32 = NOTHING;
  /** When the request came, in milliseconds, after `readClock`; before `nowMilliseconds` if it has waited. */
  arrivedAt: i64 = 0;

  /** The token whose claims are the request's identity, and the rule that accepted it; null (address 0) and -1 without. */
  identity: Token = NO_TOKEN;
  identityRule: i32 = -1;
  /**
   * Whether the identity's rule has taken all its tokens, and the headers that it wrote are still there. A rule that fails on one token may have
   * taken another out of the request before; what is left of that is no identity.
   */
  identityStands: bool = false;
  /** Set with AwaitingKeys: the endpoints whose keys are on their way or to be sent for, any of which may have the token's. */
  readonly awaited: StaticArray<i32> = new StaticArray<i32>(MAX_KEY_SETS);
  /** Beside `awaited`: whether keys are there, but the token's is not among them. */
  readonly awaitsNewer: StaticArray<bool> = new StaticArray<bool>(MAX_KEY_SETS);
  awaitedCount: i32 = 0;
  /** Tokens taken out of the request so far. */
  removals: u32 = 0;

  /** Tokens of this request that were found in the cache, and that were not. */
  cacheHits: u32 = 0;
  cacheMisses: u32 = 0;

  private tokens: usize = 0;
  private tokenCount: u32 = 0;

  constructor(
    readonly rules: JwtRules,
    readonly cache: TokenCache,
    /** Whether the host's crypto verifies where it can. */
    readonly hostCrypto: bool,
  ) {}

  /** @param arrivedAt when the request came, 0: now */
  begin(headers: HeaderList, waitedFor: i32, arrivedAt: i64): void {
    this.headers = headers;
    this.now = 0;
    this.nowMilliseconds = 0;
    this.waitedFor = waitedFor;
    this.arrivedAt = arrivedAt;
    this.identity = NO_TOKEN;
    this.identityRule = -1;
    this.identityStands = false;
    this.awaitedCount = 0;
    this.removals = 0;
    this.cacheHits = 0;
    this.cacheMisses = 0;
    this.tokens = 0;
    this.tokenCount = 0;
  }

  /**
   * Reads the clock, once a request. Only a token is asked about times: without one the call is spared (measured on a quiet machine: 0.3 to 0.6 µs of the 3.5 that a denial takes).
   * @returns false if the host has no clock: no token would ever expire
   */
  readClock(): bool {
    if (this.now != 0) return true;
    const nanoseconds = currentTimeNanoseconds();
    this.now = nanoseconds / 1_000_000_000;
    this.nowMilliseconds = nanoseconds / 1_000_000;
    if (this.arrivedAt == 0) this.arrivedAt = this.nowMilliseconds;
    return nanoseconds != 0;
  }

  /** The request has nobody's identity, whatever its tokens have shown so far. @param headers the request's, as they were sent */
  forgetIdentity(headers: HeaderList): void {
    this.headers = headers;
    this.identity = NO_TOKEN;
    this.identityRule = -1;
    this.identityStands = false;
    this.removals = 0;
  }

  /** Whether a fetch of the endpoint's keys has ended while this request waited, for these keys or for others before. */
  hasWaited(endpoint: i32): bool {
    if (this.waitedFor == endpoint || this.waitedFor == EVERYTHING) return true;
    const endedAt = unchecked(this.rules.endpoints[endpoint]).source.endedAt;
    // In the future only when the clock has been set back.
    return endedAt > this.arrivedAt && endedAt <= this.nowMilliseconds;
  }

  /**
   * Whether this request may wait for keys newer than those in use: not once a fetch has ended that began after it came. One that had begun
   * before may have asked the issuer before it published the token's key.
   */
  mayAskNewer(endpoint: i32): bool {
    if (!this.hasWaited(endpoint)) return true;
    const state = unchecked(this.rules.endpoints[endpoint]).source.state;
    return this.waitedFor != EVERYTHING && state.answeredAttempt < this.arrivedAt;
  }

  /** The token's key may be among those of an endpoint that are not here. */
  awaitKeys(endpoint: i32, newer: bool): Status {
    unchecked((this.awaited[this.awaitedCount] = endpoint));
    unchecked((this.awaitsNewer[this.awaitedCount] = newer));
    this.awaitedCount++;
    return Status.AwaitingKeys;
  }

  /** Waits for sets that are not there yet alone, and asks for none that is newer. */
  awaitOnlyFirst(): void {
    let kept = 0;
    for (let i = 0; i < this.awaitedCount; i++) {
      if (unchecked(this.awaitsNewer[i])) continue;
      unchecked((this.awaitsNewer[kept] = false));
      unchecked((this.awaited[kept++] = unchecked(this.awaited[i])));
    }
    this.awaitedCount = kept;
  }

  /**
   * The token of this text: as it was verified in an earlier request, or parsed once however many rules look at it; null (address 0) if the
   * arena is exhausted.
   */
  parse(text: Span): Token {
    const known = this.find(text);
    if (changetype<usize>(known) != 0) return known.token;
    // An entry counts only for a token that is remembered: where the token came from is looked up when its signature is.
    const remembers = this.tokenCount < REMEMBERED_TOKENS;
    const cached = remembers ? this.currentEntry(text) : NO_ENTRY;
    if (changetype<usize>(cached) != 0) this.cacheHits++;
    else this.cacheMisses++;
    const token = changetype<usize>(cached) != 0 ? cached.token : parseToken(text);
    if (this.tokens == 0) this.tokens = allocate(<usize>REMEMBERED_TOKENS * offsetof<SeenToken>());
    if (this.tokens == 0) return NO_TOKEN;
    if (remembers && changetype<usize>(token) != 0) {
      const seen = this.seen(this.tokenCount);
      seen.token = token;
      seen.cached = cached;
      seen.endpoint = -1;
      this.tokenCount++;
    }
    return token;
  }

  /** The cache's entry for a text, if the keys that verified it are still those in use. */
  private currentEntry(text: Span): CachedToken {
    const cached = this.cache.find(text);
    if (changetype<usize>(cached) == 0) return cached;
    const source = unchecked(this.rules.endpoints[cached.endpoint]).source;
    return source.state.generation == cached.generation ? cached : NO_ENTRY;
  }

  /** The cache's entry that this token came from; null (address 0) if it was parsed. */
  cachedEntry(token: Token): CachedToken {
    const seen = this.find(token.text);
    return changetype<usize>(seen) == 0 ? NO_ENTRY : seen.cached;
  }

  /** What checking this token's signature with an endpoint's keys gave earlier in this request; AwaitingKeys if it was not checked. */
  signatureStatus(token: Token, endpoint: i32): Status {
    const seen = this.find(token.text);
    return changetype<usize>(seen) != 0 && seen.endpoint == endpoint ? seen.status : Status.AwaitingKeys;
  }

  rememberSignature(token: Token, endpoint: i32, status: Status): void {
    const seen = this.find(token.text);
    if (changetype<usize>(seen) == 0) return;
    seen.endpoint = endpoint;
    seen.status = status;
  }

  /**
   * The request has been judged: what it has shown goes into the cache. Only now, since an entry that comes in may drive out one that the
   * request was using.
   * @param claimRows what the policies say of the identity's claims, `size` bytes; 0: nothing to keep
   */
  keepVerified(claimRows: usize, size: u32): void {
    const used = changetype<usize>(this.identity) == 0 ? NO_ENTRY : this.cachedEntry(this.identity);
    if (changetype<usize>(used) != 0) this.keepRows(used, claimRows, size);
    for (let i: u32 = 0; i < this.tokenCount; i++) {
      const seen = this.seen(i);
      if (changetype<usize>(seen.cached) != 0 || seen.endpoint < 0 || seen.status != Status.Ok) continue;
      // One good token must not fill the cache by being written in ever new ways.
      if (!isCanonical(seen.token)) continue;
      const source = unchecked(this.rules.endpoints[seen.endpoint]).source;
      const entry = this.cache.insert(seen.token, seen.endpoint, source.state.generation);
      if (changetype<usize>(entry) == 0) continue;
      if (changetype<usize>(seen.token) == changetype<usize>(this.identity))
        this.keepRows(entry, claimRows, size);
    }
  }

  private keepRows(entry: CachedToken, claimRows: usize, size: u32): void {
    if (claimRows == 0 || entry.rowsRule == this.identityRule) return;
    this.cache.keepClaimRows(entry, this.identityRule, claimRows, size);
  }


  @inline
  private seen(index: u32): SeenToken {
    return changetype<SeenToken>(this.tokens + <usize>index * offsetof<SeenToken>());
  }

  private find(text: Span): SeenToken {
    for (let i: u32 = 0; i < this.tokenCount; i++) {
      const seen = this.seen(i);
      if (seen.token.text == text || spanEquals(seen.token.text, text)) return seen;
    }
    return NO_SEEN;
  }
}
