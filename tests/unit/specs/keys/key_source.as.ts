/** The life of a key set as a pure state machine: what is asked at a moment, after what has happened until then. */
import { KeySet } from "../../../../assembly/jose/key_set";
import { FETCH_OUTCOMES, FetchOutcome, outcomeName } from "../../../../assembly/keys/fetch_outcome";
import { KeyAnswer, KeySource } from "../../../../assembly/keys/key_source";
import { isJsonType, maxAgeOf } from "../../../../assembly/keys/max_age";
import { RECORD_SIZE, SourceState } from "../../../../assembly/keys/source_state";
import { resetArena } from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import { expectEqual, expectFalse, expectTrue } from "../../assertions/expect.as";

const DURATION: i64 = 300_000;
const MAX_STALE: i64 = 3_600_000;
const COOLDOWN: i64 = 30_000;
/** When the first fetch of a case brings keys. */
const START: i64 = 1_700_000_000_000;

const KEYS = utf8('{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}');

function keys(): KeySet {
  const set = KeySet.read(KEYS);
  resetArena();
  return set;
}

function newSource(): KeySource {
  return new KeySource(DURATION, MAX_STALE, COOLDOWN);
}

function fetched(maxAge: i64 = -1): KeySource {
  const source = newSource();
  source.started(START, START + 5_000, false);
  source.succeeded(START, keys(), maxAge);
  return source;
}

const ANSWERS = ["Ready", "Wait", "Fetch", "Fail"];

function expectAnswer(actual: KeyAnswer, expected: KeyAnswer, what: string): void {
  expectEqual<string>(ANSWERS[actual], ANSWERS[expected], what);
}

export function inline_keys_are_ready_for_good(): void {
  const source = KeySource.inline(keys());
  const moments: i64[] = [0, START, i64.MAX_VALUE];
  for (let i = 0; i < moments.length; i++) {
    expectAnswer(source.need(moments[i]), KeyAnswer.Ready, "need");
    expectAnswer(source.needAfterWait(moments[i]), KeyAnswer.Ready, "needAfterWait");
    expectAnswer(source.needNewer(moments[i]), KeyAnswer.Ready, "needNewer");
    expectFalse(source.isDue(moments[i]), "isDue");
    expectEqual<i64>(source.age(moments[i]), -1);
  }
}

export function before_the_first_fetch(): void {
  const source = newSource();
  expectAnswer(source.need(START), KeyAnswer.Fetch, "need");
  expectAnswer(source.needNewer(START), KeyAnswer.Fetch, "needNewer");
  expectAnswer(source.needAfterWait(START), KeyAnswer.Fail, "needAfterWait");
  expectTrue(source.isDue(START));
  expectEqual<i64>(source.age(START), -1);
}

export function one_fetch_at_a_time_while_its_lease_lasts(): void {
  const source = newSource();
  source.started(START, START + 5_000, false);
  expectAnswer(source.need(START), KeyAnswer.Wait, "at once");
  expectAnswer(source.need(START + 4_999), KeyAnswer.Wait, "at the end of the lease");
  expectAnswer(source.needNewer(START + 4_999), KeyAnswer.Wait, "for newer keys");
  expectFalse(source.isDue(START + 4_999));
  expectAnswer(source.need(START + 5_000), KeyAnswer.Fetch, "whoever led it has given up");
  expectTrue(source.isDue(START + 5_000));
}

export function good_keys_serve_until_they_are_too_old(): void {
  const source = fetched();
  const end = START + DURATION + MAX_STALE;
  expectTrue(source.state.generation != 0);
  expectAnswer(source.need(START), KeyAnswer.Ready, "fresh");
  expectAnswer(
    source.need(START + DURATION),
    KeyAnswer.Ready,
    "expired: a refresh is due, and nobody waits for it",
  );
  expectTrue(source.isDue(START + DURATION));
  expectAnswer(source.need(end - 1), KeyAnswer.Ready, "just before");
  expectAnswer(source.need(end), KeyAnswer.Fetch, "too old");
  source.started(end, end + 5_000, false);
  expectAnswer(source.need(end), KeyAnswer.Wait, "too old, and a fetch under way");
  expectEqual<i64>(source.age(START + 7), 7);
}

export function without_max_stale_expired_keys_are_too_old_at_once(): void {
  const source = new KeySource(DURATION, 0, COOLDOWN);
  source.succeeded(START, keys(), -1);
  expectAnswer(source.need(START + DURATION - 1), KeyAnswer.Ready, "fresh");
  expectAnswer(source.need(START + DURATION), KeyAnswer.Fetch, "expired");
}

export function a_refresh_is_due_ahead_of_expiry(): void {
  const source = fetched();
  expectFalse(source.isDue(START + DURATION - 30_001));
  expectTrue(source.isDue(START + DURATION - 30_000));
  source.started(START + DURATION - 30_000, START + DURATION - 25_000, false);
  expectAnswer(source.need(START + DURATION - 29_000), KeyAnswer.Ready, "requests do not wait for it");
  // A short life has a short lead: a tenth.
  const short = new KeySource(10_000, 0, 1_000);
  short.succeeded(START, keys(), -1);
  expectFalse(short.isDue(START + 8_999));
  expectTrue(short.isDue(START + 9_000));
}

export function old_keys_bridge_an_outage_up_to_max_stale(): void {
  const source = fetched();
  let now = START + DURATION;
  let attempts = 0;
  const end = START + DURATION + MAX_STALE;
  while (now < end) {
    expectAnswer(source.need(now), KeyAnswer.Ready, "between two attempts");
    if (source.isDue(now)) {
      source.started(now, now + 5_000, false);
      expectAnswer(source.need(now), KeyAnswer.Ready, "while the issuer hangs");
      source.failed(now + 100, FetchOutcome.BadHttpStatus, attempts);
      attempts++;
      expectAnswer(source.needAfterWait(now + 100), KeyAnswer.Ready, "after a failed fetch");
    }
    now += 500;
  }
  // Pauses of 0.5 to 1 s, 1 to 2, … 15 to 30: an hour has at least 120 attempts, and at most 250.
  expectTrue(attempts >= 120 && attempts <= 250, attempts.toString());
  expectAnswer(source.needAfterWait(end - 1), KeyAnswer.Ready, "just before");
  expectAnswer(source.needAfterWait(end), KeyAnswer.Fail, "too old");
  expectTrue(source.keys !== null);
}

export function without_keys_a_failure_refuses_until_the_next_attempt(): void {
  const jitters: u32[] = [0, 1, 499, 500, 501, u32.MAX_VALUE];
  for (let i = 0; i < jitters.length; i++) {
    const source = newSource();
    source.started(START, START + 5_000, false);
    source.failed(START, FetchOutcome.NoAnswer, jitters[i]);
    expectEqual<i32>(source.state.outcome, FetchOutcome.NoAnswer);
    expectAnswer(source.need(START + 499), KeyAnswer.Fail, "less than half of the first pause");
    expectFalse(source.isDue(START + 499));
    expectAnswer(source.need(START + 1_000), KeyAnswer.Fetch, "the whole pause");
    expectTrue(source.isDue(START + 1_000));
  }
}

function expectPauses(source: KeySource, pauses: i64[]): void {
  for (let i = 0; i < pauses.length; i++) {
    source.failed(START, FetchOutcome.Timeout, <u32>(pauses[i] / 2));
    expectEqual<i64>(source.state.nextAttempt, START + pauses[i], i.toString());
  }
}

export function pauses_double_up_to_a_minute_and_end_with_a_success(): void {
  const source = new KeySource(DURATION, MAX_STALE, 3_600_000);
  source.succeeded(START, keys(), -1);
  expectPauses(source, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  for (let i = 0; i < 1_000; i++) source.failed(START, FetchOutcome.Timeout, u32.MAX_VALUE);
  expectTrue(source.state.nextAttempt >= START + 30_000 && source.state.nextAttempt <= START + 60_000);
  source.succeeded(START, keys(), -1);
  expectEqual<i64>(source.state.nextAttempt, 0);
  source.failed(START, FetchOutcome.Timeout, 500);
  expectEqual<i64>(source.state.nextAttempt, START + 1_000, "from the beginning");
}

/** Whoever says that an unknown key may cost a fetch each second lets a failing issuer have one each second, too. */
export function no_pause_is_longer_than_the_cooldown(): void {
  const source = new KeySource(DURATION, MAX_STALE, 2_000);
  source.succeeded(START, keys(), -1);
  expectPauses(source, [1_000, 2_000, 2_000, 2_000, 2_000]);
  expectPauses(new KeySource(DURATION, MAX_STALE, 2_000), [1_000, 2_000, 2_000, 2_000]);
  expectPauses(fetched(), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
}

export function without_keys_pauses_are_short(): void {
  expectPauses(newSource(), [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
}

export function an_unknown_key_asks_once_a_cooldown(): void {
  const source = fetched();
  let now = START + 1_000;
  expectAnswer(source.needNewer(now), KeyAnswer.Fetch, "the first fetch does not count");
  source.started(now, now + 5_000, true);
  expectAnswer(source.needNewer(now + 10), KeyAnswer.Wait, "under way");
  source.succeeded(now + 50, keys(), -1);
  expectAnswer(source.needNewer(now + 60), KeyAnswer.Ready, "nothing newer to wait for");
  expectAnswer(
    source.needNewer(now + COOLDOWN - 1),
    KeyAnswer.Ready,
    "within the cooldown, after a success too",
  );
  expectAnswer(source.needNewer(now + COOLDOWN), KeyAnswer.Fetch, "after it");
}

export function an_unknown_key_asks_during_the_pause_of_failed_fetches(): void {
  const source = fetched();
  for (let i = 0; i < 10; i++) source.failed(START, FetchOutcome.NoAnswer, u32.MAX_VALUE);
  const now = START + 1_000;
  expectFalse(source.isDue(now), "pausing");
  expectAnswer(source.needNewer(now), KeyAnswer.Fetch, "the issuer may be back, with another key");
  source.started(now, now + 5_000, true);
  source.failed(now + 1, FetchOutcome.NoAnswer, 0);
  expectAnswer(source.needNewer(now + COOLDOWN - 1), KeyAnswer.Ready, "once a cooldown");
  expectAnswer(source.needNewer(now + COOLDOWN), KeyAnswer.Fetch, "and then again");
}

/** Envoy has no such cluster yet: nobody was asked, so it costs no cooldown, and no pause grows. */
export function a_call_that_was_not_dispatched_costs_nothing(): void {
  const sources = [newSource(), fetched()];
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i];
    source.failed(START, FetchOutcome.Timeout, 0);
    const failures = source.state.failures;
    let now = START + 60_000;
    for (let j = 0; j < 100; j++) {
      expectAnswer(source.needNewer(now), KeyAnswer.Fetch, "each time");
      source.started(now, now + 6_000, true);
      source.failed(now, FetchOutcome.NotDispatched, u32.MAX_VALUE);
      expectEqual<i32>(source.state.failures, failures);
      expectFalse(source.isDue(now + 100));
      expectAnswer(source.needNewer(now + 100), KeyAnswer.Ready, "however many ask");
      // Ticks come every second, or a few milliseconds less.
      now += 980;
      expectTrue(i == 1 || source.isDue(now), "the next tick looks again");
    }
  }
  const cold = newSource();
  cold.started(START, START + 6_000, false);
  cold.failed(START, FetchOutcome.NotDispatched, 0);
  expectAnswer(cold.need(START + 100), KeyAnswer.Fail, "without keys");
  expectAnswer(cold.need(START + 1_000), KeyAnswer.Fetch, "a second later");
}

export function whoever_dies_while_it_fetches_newer_keys_does_not_keep_others_from_it(): void {
  const source = fetched();
  const now = START + 1_000;
  source.started(now, now + 5_000, true);
  expectAnswer(source.needNewer(now + 4_999), KeyAnswer.Wait, "as long as its lease lasts");
  expectAnswer(source.needNewer(now + 5_000), KeyAnswer.Fetch, "and not for the whole cooldown");
}

/** Whatever was to last for seconds must not last for the hour by which the clock goes back. */
export function a_clock_that_is_set_back(): void {
  const HOUR: i64 = 3_600_000;
  const leased = newSource();
  leased.started(START, START + 5_000, false);
  expectAnswer(leased.need(START - 500), KeyAnswer.Wait, "another worker's clock reading is a little older");
  expectAnswer(leased.need(START - HOUR), KeyAnswer.Fetch, "a lease");
  const failing = newSource();
  failing.failed(START, FetchOutcome.Timeout, 0);
  expectAnswer(failing.need(START - HOUR), KeyAnswer.Fetch, "a pause");
  expectTrue(failing.isDue(START - HOUR));
  const good = fetched();
  good.started(START + 1, START + 5_000, true);
  good.confirmed(START + 2, -1);
  expectAnswer(good.needNewer(START - HOUR), KeyAnswer.Fetch, "a cooldown");
  expectAnswer(good.need(START - HOUR), KeyAnswer.Ready, "keys");
  expectTrue(good.isDue(START - HOUR), "whose age nobody knows any more");
  expectFalse(good.isDue(START - 500));
}

/** 1,000 requests a second with random kids for ten minutes: 20 fetches. */
export function random_kids_cost_the_issuer_one_fetch_a_cooldown(): void {
  const source = fetched();
  let fetches = 0;
  for (let now = START + 1; now < START + 600_000; now++) {
    if (source.need(now) == KeyAnswer.Fetch || source.needNewer(now) == KeyAnswer.Fetch) {
      fetches++;
      source.started(now, now + 5_000, true);
      if (fetches % 3 == 0) source.failed(now, FetchOutcome.BadKeySet, <u32>now);
      else source.confirmed(now, -1);
    }
  }
  expectEqual<i32>(fetches, 20);
}

function expectFreshFor(source: KeySource, milliseconds: i64, what: string): void {
  const lead = min<i64>(milliseconds / 10, 30_000);
  expectFalse(source.isDue(START + milliseconds - lead - 1), what);
  expectTrue(source.isDue(START + milliseconds - lead), what);
  expectAnswer(source.need(START + milliseconds + MAX_STALE - 1), KeyAnswer.Ready, what);
  expectAnswer(source.need(START + milliseconds + MAX_STALE), KeyAnswer.Fetch, what);
}

export function an_answer_may_shorten_its_own_life_within_bounds(): void {
  expectFreshFor(fetched(60_000), 60_000, "a minute, and no longer");
  expectFreshFor(fetched(0), COOLDOWN, "at least the cooldown");
  expectFreshFor(fetched(i64.MAX_VALUE), DURATION, "never more than the duration");
}

export function exchanged_keys_give_their_memory_back(): void {
  const source = fetched();
  const pages = memory.size();
  for (let i = 1; i <= 5_000; i++) {
    const before = source.keys;
    const generation = source.state.generation;
    // The clock may stand still, or be set back.
    source.succeeded(START - i / 2, keys(), -1);
    expectTrue(before !== null && before.count == 0 && before.heldBytes == 0);
    expectTrue(source.state.generation != generation && source.state.generation != 0);
  }
  expectTrue(memory.size() <= pages + 4, memory.size().toString());
}

export function the_shared_record_says_all_of_the_state(): void {
  const state = new SourceState();
  state.generation = 1;
  state.fetchedAt = START;
  state.freshFor = DURATION;
  state.attemptedAt = START - 1;
  state.newerAskedAt = START - 2;
  state.answeredAttempt = START - 3;
  state.nextAttempt = START + 3;
  state.leaseUntil = START + 4;
  state.failures = 5;
  state.outcome = FetchOutcome.BadDiscovery;
  const record = heap.alloc(<usize>RECORD_SIZE);
  const again = heap.alloc(<usize>RECORD_SIZE);
  memory.fill(record, 0xaa, <usize>RECORD_SIZE);
  state.write(record);
  const copy = new SourceState();
  expectTrue(copy.read(record, RECORD_SIZE));
  copy.write(again);
  for (let i: usize = 0; i < <usize>RECORD_SIZE; i += 4)
    expectEqual<u32>(load<u32>(again + i), load<u32>(record + i), i.toString());
  expectEqual<i64>(copy.newerAskedAt, START - 2);
  for (let length: u32 = 0; length < RECORD_SIZE; length++) expectFalse(copy.read(record, length));
  store<u32>(record, 99);
  expectFalse(copy.read(record, RECORD_SIZE), "another layout");
  expectEqual<u32>(copy.generation, 1);
}

function expectAge(value: string, milliseconds: i64): void {
  expectEqual<i64>(maxAgeOf(utf8(value)), milliseconds, value);
}

export function cache_control(): void {
  expectAge("", -1);
  expectAge("public", -1);
  expectAge("max-age=60", 60_000);
  expectAge("public, max-age=60, must-revalidate", 60_000);
  expectAge("Max-Age=60", 60_000);
  expectAge('max-age="60"', 60_000);
  expectAge("max-age=0", 0);
  expectAge("no-store", 0);
  expectAge("max-age=60, No-Cache", 0);
  expectAge("max-age=", -1);
  expectAge("max-age", -1);
  expectAge("max-age=-1", -1);
  expectAge("max-age=1.5", -1);
  expectAge("max-age=60s", -1);
  expectAge("s-maxage=60", -1);
  expectAge("max-age=99999999999999999999999999", 31_536_000_000);
  expectAge(",,, ,max-age=5,,", 5_000);
  expectTrue(
    isJsonType(utf8("application/json")) && isJsonType(utf8("Application/JWK-Set+JSON; charset=utf-8")),
  );
  expectFalse(isJsonType(utf8("text/html")) || isJsonType(utf8("")) || isJsonType(utf8("jso")));
}

export function every_outcome_has_a_name_of_its_own(): void {
  for (let i = 0; i < FETCH_OUTCOMES; i++) {
    for (let j = 0; j < i; j++) expectTrue(outcomeName(i) != outcomeName(j), i.toString());
  }
  expectEqual<u64>(outcomeName(-1), outcomeName(FetchOutcome.None));
  expectEqual<u64>(outcomeName(FETCH_OUTCOMES), outcomeName(FetchOutcome.None));
}
