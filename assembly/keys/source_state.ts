/**
 * What is known of a key source besides the keys themselves, in the form in which workers share it.
 *
 *     record, 72 bytes, little-endian:
 *       0 u32 RECORD_VERSION  4 u32 generation   8 i64 fetchedAt    16 i64 freshFor
 *      24 i64 attemptedAt    32 i64 nextAttempt 40 i64 leaseUntil  48 u32 failures   52 u32 outcome
 *      56 i64 newerAskedAt   64 i64 answeredAttempt
 */
import { FetchOutcome } from "./fetch_outcome";

export const RECORD_SIZE: u32 = 72;
/**
 * Of the layout above, and of the key set's text beside it; it stands in the names of both entries, too. VMs of two releases may share one
 * vm_id: in Istio they do while a module is upgraded, and each must find its own entries.
 */
export const RECORD_VERSION: u32 = 2;

/** Longest pause after failed fetches, in milliseconds. */
export const LONGEST_BACKOFF: i64 = 60_000;
/** How far the clocks of two workers' callbacks may be apart, in milliseconds. */
const CLOCK_TOLERANCE: i64 = 1_000;

/** Whether a moment in the past lies in the future: the clock has been set back since, and what was to last for seconds must not last for hours. */
export function isAhead(moment: i64, now: i64): bool {
  return moment > now + CLOCK_TOLERANCE;
}

export class SourceState {
  /** Tells one key set from the next; 0: there has been none. */
  generation: u32 = 0;
  /** When the keys were fetched, and for how long they are fresh. */
  fetchedAt: i64 = 0;
  freshFor: i64 = 0;
  /** When the last fetch started. */
  attemptedAt: i64 = 0;
  /** When the fetch started that ended last: what it brought is not older than that. */
  answeredAttempt: i64 = 0;
  /** When the last fetch started that a token with an unknown key caused. */
  newerAskedAt: i64 = 0;
  /** No fetch before this time. */
  nextAttempt: i64 = 0;
  /** A fetch is under way until this time, or until its end. */
  leaseUntil: i64 = 0;
  /** Failed fetches since the last good one. */
  failures: i32 = 0;
  /** How the last fetch ended. */
  outcome: FetchOutcome = FetchOutcome.None;

  isLeased(now: i64): bool {
    return now < this.leaseUntil && !isAhead(this.attemptedAt, now);
  }

  /** Whether a fetch has not ended, though its lease has: whoever led it is gone. */
  isAbandoned(now: i64): bool {
    return this.leaseUntil != 0 && !this.isLeased(now);
  }

  /** Whether no fetch may start yet, after one that failed. */
  isPausing(now: i64): bool {
    return now < this.nextAttempt && !isAhead(this.nextAttempt - LONGEST_BACKOFF, now);
  }

  copyFrom(other: SourceState): void {
    this.generation = other.generation;
    this.fetchedAt = other.fetchedAt;
    this.freshFor = other.freshFor;
    this.attemptedAt = other.attemptedAt;
    this.newerAskedAt = other.newerAskedAt;
    this.answeredAttempt = other.answeredAttempt;
    this.nextAttempt = other.nextAttempt;
    this.leaseUntil = other.leaseUntil;
    this.failures = other.failures;
    this.outcome = other.outcome;
  }

  /** Writes RECORD_SIZE bytes. */
  write(address: usize): void {
    store<u32>(address, RECORD_VERSION);
    store<u32>(address, this.generation, 4);
    store<i64>(address, this.fetchedAt, 8);
    store<i64>(address, this.freshFor, 16);
    store<i64>(address, this.attemptedAt, 24);
    store<i64>(address, this.nextAttempt, 32);
    store<i64>(address, this.leaseUntil, 40);
    store<u32>(address, this.failures, 48);
    store<u32>(address, this.outcome, 52);
    store<i64>(address, this.newerAskedAt, 56);
    store<i64>(address, this.answeredAttempt, 64);
  }

  /** Reads a record of `length` bytes; false, and unchanged, if it is none of this layout. */
  read(address: usize, length: u32): bool {
    if (length != RECORD_SIZE || load<u32>(address) != RECORD_VERSION) return false;
    this.generation = load<u32>(address, 4);
    this.fetchedAt = load<i64>(address, 8);
    this.freshFor = load<i64>(address, 16);
    this.attemptedAt = load<i64>(address, 24);
    this.nextAttempt = load<i64>(address, 32);
    this.leaseUntil = load<i64>(address, 40);
    this.failures = load<i32>(address, 48);
    this.outcome = load<i32>(address, 52);
    this.newerAskedAt = load<i64>(address, 56);
    this.answeredAttempt = load<i64>(address, 64);
    return true;
  }
}
