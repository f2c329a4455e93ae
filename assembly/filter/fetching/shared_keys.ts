/**
 * Keys that the workers of an Envoy share: one fetches, all use. Per endpoint there are two entries of shared data,
 *
 *     jwt-policy.<layout>.state.<what>   the source's state (keys/source_state.ts); its lease says who fetches
 *     jwt-policy.<layout>.keys.<what>    u32 generation, then the key set's text as it came
 *
 * A lease is taken by compare-and-swap, so that of many workers one fetches. It ends by itself, should its holder be gone.
 */
import { Result } from "../../abi/layout/result";
import { setSharedData, sharedData, sharedVersion } from "../../abi/calls/shared_data";
import { Status } from "../../decision/status";
import { KeySet } from "../../jose/key_set";
import { RECORD_SIZE, SourceState } from "../../keys/source_state";
import { allocate, copyToArena } from "../../memory/arena";
import { Span, span, spanAddress, spanIsMissing, spanLength, subspan } from "../../memory/span";
import { KeyEndpoint } from "../endpoints/key_endpoint";

/** What asking for the right to fetch gave. */
export const enum Lease {
  /** This worker fetches. */
  Taken,
  /** Another one does. */
  Held,
  /** Another one has found out something new, which has been taken over: judge anew. */
  Adopted,
}

/** How long a lease outlives the calls that it is for, in milliseconds. */
const LEASE_MARGIN: i64 = 1_000;
/** Attempts at the compare-and-swap before the lease counts as another worker's. */
const SWAP_ATTEMPTS = 3;

const seen: SourceState = new SourceState();
/** Version of the shared state that was read last. */
let stateVersion: u32 = 0;

/** Makes sure that there is a state to swap: called while configuring, before anybody asks for a lease. */
export function announceState(endpoint: KeyEndpoint): void {
  if (spanIsMissing(sharedData(endpoint.stateKey)))
    setSharedData(endpoint.stateKey, record(endpoint.source.state), 0);
}

/** Asks for the right to fetch at `now`. @param forNewer a token with an unknown key is the reason */
export function takeLease(endpoint: KeyEndpoint, now: i64, forNewer: bool): Lease {
  const source = endpoint.source;
  for (let i = 0; i < SWAP_ATTEMPTS; i++) {
    if (adoptShared(endpoint, now)) return Lease.Adopted;
    const version = stateVersion;
    if (source.state.isLeased(now)) return Lease.Held;
    source.started(now, now + endpoint.fetchTime + LEASE_MARGIN, forNewer);
    if (setSharedData(endpoint.stateKey, record(source.state), version) != Result.CasMismatch)
      return Lease.Taken;
    source.state.leaseUntil = 0;
  }
  return Lease.Held;
}

/** Whether another worker has taken the lease since this one took it. */
export function leaseIsLost(endpoint: KeyEndpoint): bool {
  const shared = sharedData(endpoint.stateKey);
  if (spanIsMissing(shared) || !seen.read(spanAddress(shared), spanLength(shared))) return false;
  const own = endpoint.source.state;
  return seen.attemptedAt != own.attemptedAt || seen.leaseUntil != own.leaseUntil;
}

/** Tells all workers what this one's fetch has brought. @param text the key set as it came, or NO_SPAN if there is no new one */
export function publish(endpoint: KeyEndpoint, text: Span): void {
  const source = endpoint.source;
  if (!spanIsMissing(text)) {
    const length = spanLength(text);
    const address = allocate(<usize>length + 4);
    if (address == 0) return;
    store<u32>(address, source.state.generation);
    memory.copy(address + 4, spanAddress(text), <usize>length);
    setSharedData(endpoint.textKey, span(address, length + 4), 0);
  }
  setSharedData(endpoint.stateKey, record(source.state), 0);
}

/** Takes over what other workers have published; true if a fetch of theirs has ended since. Sets `stateVersion`. */
export function adoptShared(endpoint: KeyEndpoint, now: i64): bool {
  const shared = sharedData(endpoint.stateKey);
  stateVersion = sharedVersion;
  if (spanIsMissing(shared) || !seen.read(spanAddress(shared), spanLength(shared))) return false;
  const known = endpoint.source.state;
  const ended =
    seen.fetchedAt != known.fetchedAt ||
    seen.nextAttempt != known.nextAttempt ||
    seen.answeredAttempt != known.answeredAttempt;
  const isNew = seen.generation != known.generation;
  const keys = isNew ? sharedKeySet(endpoint, seen.generation) : null;
  if (isNew && keys === null) return false;
  endpoint.source.adopt(seen, keys);
  if (ended || isNew) endpoint.source.endedAt = now;
  return ended || isNew;
}

/** The shared key set, if it is of this generation and good. */
function sharedKeySet(endpoint: KeyEndpoint, generation: u32): KeySet | null {
  const shared = sharedData(endpoint.textKey);
  if (spanLength(shared) < 4 || load<u32>(spanAddress(shared)) != generation) return null;
  const text = subspan(shared, 4, spanLength(shared));
  // Reading unescapes in place.
  const original = copyToArena(text);
  const keys = KeySet.read(text);
  if (keys.status == Status.Ok) {
    endpoint.keepText(original);
    return keys;
  }
  keys.release();
  return null;
}

/** The state as it is shared; an empty span if the arena is exhausted, which no reader takes for a record. */
function record(state: SourceState): Span {
  const address = allocate(<usize>RECORD_SIZE);
  if (address == 0) return span(changetype<usize>(state), 0);
  state.write(address);
  return span(address, RECORD_SIZE);
}
