/**
 * The life of one issuer's key set: a pure state machine. Time and events go in, what to do comes out; the calls, and the sharing of its state
 * between workers, are the filter's. All times are milliseconds since 1970, all durations milliseconds.
 *
 *   - One fetch at a time, however many requests wait for it, and on however many workers: a fetch is under way while its lease lasts.
 *   - Fetched ahead of the first request, and again before the set expires (`isDue`).
 *   - A token whose key is not in the set asks for a newer one (`needNewer`), at most once a cooldown, also after a success. The first fetch and
 *     the refreshes do not count, so that a key published a second ago is found.
 *     The pause behind a failed fetch does not count either: an issuer that was down may come back with another key.
 *   - A failure keeps good keys: they serve on while the issuer is down or slow, up to `maxStale` behind their expiry, and are then refused.
 *     No request waits for a refresh of keys that may still be used.
 *   - After a failure the next attempt waits, twice as long each time, never longer than a cooldown; without keys, requests are refused meanwhile.
 *   - A call that the host refuses (no such cluster yet) has cost nobody anything: it is looked at again every second, and counts for nothing.
 */
import { KeySet } from "../jose/key_set";
import { FetchOutcome } from "./fetch_outcome";
import { isAhead, LONGEST_BACKOFF, SourceState } from "./source_state";

export const enum KeyAnswer {
  /** `keys` may be used. */
  Ready = 0,
  /** A fetch is under way: wait for its end. */
  Wait = 1,
  /** Start a fetch and wait for its end. */
  Fetch = 2,
  /** There are no keys, and none are to be expected soon: Status.JwksFetchFail. */
  Fail = 3,
}

/** First pause after failed fetches, and the longest one while there are no keys to go on with: every request is refused meanwhile. */
const FIRST_BACKOFF: i64 = 1_000;
const LONGEST_BACKOFF_WITHOUT_KEYS: i64 = 10_000;
/** Until the next look for a cluster that is not there: a little less than the second between two ticks. */
const CLUSTER_PAUSE: i64 = 900;
/** How far ahead of expiry a refresh starts: a tenth of the time that the set is fresh, at most this. */
const LONGEST_LEAD: i64 = 30_000;

export class KeySource {
  /** The keys in use, null before the first good answer. */
  keys: KeySet | null = null;
  /** What all workers know of this source; this worker's view of it. */
  readonly state: SourceState = new SourceState();
  /** When this worker last saw a fetch end. */
  endedAt: i64 = 0;
  /** Least time between two fetches that tokens with unknown keys cause: longer where one such token asks for several key sets. */
  newerCooldown: i64;
  /** `newerAskedAt` before the fetch that this worker has begun last. */
  private askedBefore: i64 = 0;

  constructor(
    /** How long a key set is fresh, unless its answer says a shorter time. */
    readonly duration: i64,
    /** How long behind that it may serve while the issuer is down. */
    readonly maxStale: i64,
    /** Least time between two fetches that tokens with unknown keys cause (`newerCooldown`), longest pause behind a failure, least time that an answer's own max-age is held to. */
    readonly refetchCooldown: i64,
  ) {
    this.newerCooldown = refetchCooldown;
  }

  /** A source whose keys are in the configuration: always ready, never fetched. */
  static inline(keys: KeySet): KeySource {
    const source = new KeySource(i64.MAX_VALUE, 0, 0);
    source.keys = keys;
    return source;
  }


  @inline
  get isInline(): bool {
    return this.duration == i64.MAX_VALUE;
  }

  /** What a request that needs keys at `now` is to do. */
  need(now: i64): KeyAnswer {
    // Expired keys serve while they are refreshed (RFC 5861 §3): an issuer that hangs must not make requests wait. `isDue` starts the refresh.
    if (this.isUsable(now)) return KeyAnswer.Ready;
    if (this.state.isLeased(now)) return KeyAnswer.Wait;
    return this.state.isPausing(now) ? KeyAnswer.Fail : KeyAnswer.Fetch;
  }

  /** What a request that has waited for a fetch is to do now that it has ended: it does not wait for another one. */
  needAfterWait(now: i64): KeyAnswer {
    return this.isUsable(now) ? KeyAnswer.Ready : KeyAnswer.Fail;
  }

  /** What a request is to do whose token no key of the set has signed: Ready says that there is nothing newer to wait for. */
  needNewer(now: i64): KeyAnswer {
    if (this.isInline) return KeyAnswer.Ready;
    if (this.state.isLeased(now)) return KeyAnswer.Wait;
    if (this.state.outcome == FetchOutcome.NotDispatched && this.state.isPausing(now)) return KeyAnswer.Ready;
    const asked = this.state.newerAskedAt;
    const cools = now < asked + this.newerCooldown && !isAhead(asked, now);
    return cools && !this.state.isAbandoned(now) ? KeyAnswer.Ready : KeyAnswer.Fetch;
  }

  /** Whether a fetch should start without a request that asks for it: the first one, and refreshes ahead of expiry. */
  isDue(now: i64): bool {
    if (this.isInline || this.state.isLeased(now) || this.state.isPausing(now)) return false;
    if (this.keys === null || isAhead(this.state.fetchedAt, now)) return true;
    return now >= this.state.fetchedAt + this.state.freshFor - min(this.state.freshFor / 10, LONGEST_LEAD);
  }

  /** A fetch starts at `now`; whoever leads it has given up by `leaseUntil`. @param forNewer a token with an unknown key caused it */
  started(now: i64, leaseUntil: i64, forNewer: bool): void {
    this.state.attemptedAt = now;
    this.askedBefore = this.state.newerAskedAt;
    if (forNewer) this.state.newerAskedAt = now;
    this.state.leaseUntil = leaseUntil;
  }

  /**
   * A fetch has brought a good set at `now`. It replaces the old one, whose memory is given back.
   * @param maxAge what the answer says of its own freshness (Cache-Control max-age); -1: nothing. It can shorten `duration`, never lengthen it
   */
  succeeded(now: i64, keys: KeySet, maxAge: i64): void {
    this.state.generation = generationAfter(this.state.generation, now);
    this.exchange(keys);
    this.confirmed(now, maxAge);
  }

  /** A fetch has brought the set that is in use already: it is fresh again, and what was verified with it stays so. */
  confirmed(now: i64, maxAge: i64): void {
    this.state.answeredAttempt = this.state.attemptedAt;
    this.state.outcome = FetchOutcome.Good;
    this.endedAt = now;
    this.state.fetchedAt = now;
    this.state.freshFor = maxAge < 0 ? this.duration : min(max(maxAge, this.refetchCooldown), this.duration);
    this.state.failures = 0;
    this.state.nextAttempt = 0;
    this.state.leaseUntil = 0;
  }

  /** A fetch has failed at `now`. @param jitter any number: spreads the attempts of several Envoys */
  failed(now: i64, outcome: FetchOutcome, jitter: u32): void {
    this.state.answeredAttempt = this.state.attemptedAt;
    this.state.outcome = outcome;
    this.state.leaseUntil = 0;
    this.endedAt = now;
    if (outcome == FetchOutcome.NotDispatched) {
      this.state.newerAskedAt = this.askedBefore;
      this.state.nextAttempt = now + CLUSTER_PAUSE;
      return;
    }
    const longest = this.isUsable(now) ? LONGEST_BACKOFF : LONGEST_BACKOFF_WITHOUT_KEYS;
    const pause = min(
      FIRST_BACKOFF << (<i64>min(this.state.failures, 6)),
      min(longest, this.refetchCooldown),
    );
    this.state.failures++;
    // Between half of the pause and all of it.
    this.state.nextAttempt = now + pause / 2 + (<i64>jitter % (pause / 2 + 1));
  }

  /** Takes over what another worker has found out. @param keys its key set, or null if that is the one in use already */
  adopt(state: SourceState, keys: KeySet | null): void {
    this.state.copyFrom(state);
    if (keys !== null) this.exchange(keys);
  }

  /** Milliseconds since the keys in use were fetched; -1 without such keys. */
  age(now: i64): i64 {
    return this.keys === null || this.isInline ? -1 : now - this.state.fetchedAt;
  }

  private exchange(keys: KeySet): void {
    const old = this.keys;
    if (old !== null) old.release();
    this.keys = keys;
  }

  private isUsable(now: i64): bool {
    return (
      this.keys !== null &&
      (this.isInline || now < this.state.fetchedAt + this.state.freshFor + this.maxStale)
    );
  }
}

/**
 * The number of a set that has come at `now`: taken from the clock, not counted. A worker that could not read the set before (text and state are
 * two entries) knows an older number, and by counting would give its own set the number of that one: who has that one would keep it.
 * Low half of the milliseconds since 1970, which comes again after 49 days; 0 is no set.
 */
function generationAfter(generation: u32, now: i64): u32 {
  let next = <u32>now;
  while (next == 0 || next == generation) next++;
  return next;
}
