/**
 * The life of one issuer's key set: a pure state machine. Time and events go in, what to do comes out; the calls themselves are the
 * filter's. All times are milliseconds since 1970, all durations milliseconds.
 *
 *   - One fetch at a time, however many requests wait for it.
 *   - Fetched ahead of the first request, and again before the set expires (`tick`).
 *   - A failure keeps good keys: they serve on while the issuer is down, up to `maxStale` behind their expiry, and are then refused.
 *   - After a failure the next attempt waits, twice as long each time; without keys, requests are refused meanwhile.
 */
import { KeySet } from "../jose/key_set";
import { FetchOutcome } from "./fetch_outcome";

export const enum KeyAnswer {
  /** `keys` may be used. */
  Ready = 0,
  /** A fetch is under way: wait for its end. */
  Wait = 1,
  /** Start a fetch, call `started`, and wait for its end. */
  Fetch = 2,
  /** There are no keys, and none are to be expected soon: Status.JwksFetchFail. */
  Fail = 3,
}

/** First and longest pause after failed fetches. */
const FIRST_BACKOFF: i64 = 1_000;
const LONGEST_BACKOFF: i64 = 60_000;
/** How far ahead of expiry a refresh starts: a tenth of the duration, at most this. */
const LONGEST_LEAD: i64 = 30_000;

export class KeySource {
  /** The keys in use, null before the first good answer. */
  keys: KeySet | null = null;
  /** Outcome of the last fetch. */
  outcome: FetchOutcome = FetchOutcome.None;
  /** Good answers so far: tells one key set from the next. */
  generation: u32 = 0;

  private fetching: bool = false;
  private fetchedAt: i64 = 0;
  private failures: i32 = 0;
  private failedAt: i64 = 0;
  private nextAttempt: i64 = 0;

  constructor(
    /** How long a key set is fresh. */
    readonly duration: i64,
    /** How long behind that it may serve while the issuer is down. */
    readonly maxStale: i64,
  ) {}

  /** A source whose keys are in the configuration: always ready. */
  static inline(keys: KeySet): KeySource {
    const source = new KeySource(i64.MAX_VALUE, 0);
    source.keys = keys;
    return source;
  }


  @inline
  private isInline(): bool {
    return this.duration == i64.MAX_VALUE;
  }

  /** What a request that needs keys at `now` is to do. */
  need(now: i64): KeyAnswer {
    if (this.isInline() || this.isFresh(now)) return KeyAnswer.Ready;
    if (this.fetching) return KeyAnswer.Wait;
    if (now >= this.nextAttempt) return KeyAnswer.Fetch;
    return this.isUsable(now) ? KeyAnswer.Ready : KeyAnswer.Fail;
  }

  /** What a request that has waited for a fetch is to do now that it has ended: it does not wait for another one. */
  needAfterWait(now: i64): KeyAnswer {
    return this.isUsable(now) ? KeyAnswer.Ready : KeyAnswer.Fail;
  }

  /** Whether a fetch should start without a request that asks for it: the first one, and refreshes ahead of expiry. */
  isDue(now: i64): bool {
    if (this.isInline() || this.fetching || now < this.nextAttempt) return false;
    return (
      this.keys === null || now >= this.fetchedAt + this.duration - min(this.duration / 10, LONGEST_LEAD)
    );
  }

  /** A fetch has started. */
  started(): void {
    this.fetching = true;
  }

  /**
   * A fetch has ended at `now`.
   * @param keys the new set if `outcome` is Good; it replaces the old one, whose memory is given back
   * @param jitter any number: spreads the attempts of several workers
   */
  ended(now: i64, outcome: FetchOutcome, keys: KeySet | null, jitter: u32): void {
    this.fetching = false;
    this.outcome = outcome;
    if (outcome == FetchOutcome.Good && keys !== null) {
      const old = this.keys;
      if (old !== null) old.release();
      this.keys = keys;
      this.generation++;
      this.fetchedAt = now;
      this.failures = 0;
      this.nextAttempt = 0;
      return;
    }
    const pause = min(FIRST_BACKOFF << (<i64>min(this.failures, 6)), LONGEST_BACKOFF);
    this.failures++;
    this.failedAt = now;
    // Between half of the pause and all of it.
    this.nextAttempt = now + pause / 2 + (<i64>jitter % (pause / 2 + 1));
  }

  /** Milliseconds since the keys in use were fetched; -1 without keys. */
  age(now: i64): i64 {
    return this.keys === null || this.isInline() ? -1 : now - this.fetchedAt;
  }

  private isFresh(now: i64): bool {
    return this.keys !== null && now < this.fetchedAt + this.duration;
  }

  private isUsable(now: i64): bool {
    return this.keys !== null && (this.isInline() || now < this.fetchedAt + this.duration + this.maxStale);
  }
}
