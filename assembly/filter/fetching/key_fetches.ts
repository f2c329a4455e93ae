/** Fetches of key sets from first call to last: who leads one, what its answers mean, and what becomes known to all workers. */
import { LogLevel } from "../../abi/calls/log";
import { KeySet } from "../../jose/key_set";
import { Status } from "../../decision/status";
import { FetchOutcome } from "../../keys/fetch_outcome";
import { copyToArena } from "../../memory/arena";
import { NO_SPAN, Span } from "../../memory/span";
import { clearFault, noteKeySetFault } from "./fetch_fault";
import { FetchTargets } from "../endpoints/fetch_targets";
import { answerBody, answerMaxAge, readAnswer, readDiscovery, startCall, unreadable } from "./jwks_calls";
import { FetchStage, KeyEndpoint, NO_CALL } from "../endpoints/key_endpoint";
import { Metrics } from "../telemetry/metrics";
import { adoptShared, Lease, leaseIsLost, publish, takeLease } from "./shared_keys";
import { traceFailure, traceFetch } from "./trace_fetch";

/** Between two warnings of a cluster that is not there, in milliseconds. */
const WARNING_DISTANCE: i64 = 60_000;

/** What a request that needs keys is to do. */
export const enum FetchStart {
  /** Wait: a fetch is under way, here or on another worker. */
  Waiting,
  /** Be judged again: there is news. */
  News,
}

/** Sees to it that a fetch is under way. @param forNewer a token with an unknown key is the reason */
export function ensureFetch(endpoint: KeyEndpoint, now: i64, forNewer: bool, metrics: Metrics): FetchStart {
  if (endpoint.call != NO_CALL) return FetchStart.Waiting;
  const lease = takeLease(endpoint, now, forNewer);
  if (lease == Lease.Held) return FetchStart.Waiting;
  if (lease == Lease.Adopted) return FetchStart.News;
  clearFault();
  const stage = endpoint.firstStage(now);
  if (startCall(endpoint, stage)) {
    endpoint.namedAt = 0;
    return FetchStart.Waiting;
  }
  fail(endpoint, stage, now, FetchOutcome.NotDispatched);
  metrics.countFetch(FetchOutcome.NotDispatched);
  return FetchStart.News;
}

/**
 * A call of this endpoint has ended.
 * @returns true if there is news with it: those who waited are to be judged again
 */
export function endCall(
  endpoint: KeyEndpoint,
  targets: FetchTargets,
  now: i64,
  headerCount: u32,
  bodyLength: u32,
  metrics: Metrics,
): bool {
  let stage = endpoint.stage;
  endpoint.call = NO_CALL;
  clearFault();
  // Held up for so long that another worker has begun a fetch of its own: what that one brings is newer.
  if (leaseIsLost(endpoint)) return adoptShared(endpoint, now);
  let outcome = readAnswer(endpoint, headerCount, bodyLength, now - endpoint.source.state.attemptedAt);
  if (outcome == FetchOutcome.Good && stage == FetchStage.Discovery) {
    outcome = readDiscovery(endpoint, answerBody, targets);
    if (outcome == FetchOutcome.Good) {
      if (startCall(endpoint, FetchStage.KeySet)) return false;
      outcome = FetchOutcome.NotDispatched;
      stage = FetchStage.KeySet;
      endpoint.namedAt = now;
    }
  } else if (outcome == FetchOutcome.Good) {
    outcome = readKeys(endpoint, now);
  }
  if (outcome != FetchOutcome.Good) fail(endpoint, stage, now, outcome);
  metrics.countFetch(outcome);
  return true;
}

function readKeys(endpoint: KeyEndpoint, now: i64): FetchOutcome {
  const source = endpoint.source;
  if (endpoint.repeats(answerBody)) {
    source.confirmed(now, answerMaxAge);
    publish(endpoint, NO_SPAN);
    traceFetch(endpoint, now);
    return FetchOutcome.Good;
  }
  // Reading unescapes in place; what is kept and shared is the text as it came.
  const original: Span = copyToArena(answerBody);
  const keys = KeySet.read(answerBody);
  if (keys.status != Status.Ok) {
    noteKeySetFault(keys);
    keys.release();
    return unreadable(FetchOutcome.BadKeySet);
  }
  source.succeeded(now, keys, answerMaxAge);
  endpoint.keepText(original);
  publish(endpoint, original);
  traceFetch(endpoint, now);
  return FetchOutcome.Good;
}

/** @param stage of the call that failed */
function fail(endpoint: KeyEndpoint, stage: FetchStage, now: i64, outcome: FetchOutcome): void {
  endpoint.source.failed(now, outcome, <u32>now);
  publish(endpoint, NO_SPAN);
  if (outcome != FetchOutcome.NotDispatched) endpoint.warnedAt = 0;
  else if (endpoint.warnedAt != 0 && now >= endpoint.warnedAt && now < endpoint.warnedAt + WARNING_DISTANCE) {
    // Looked for every second, and told of once a minute.
    traceFailure(endpoint, stage, outcome, now, LogLevel.Debug);
    return;
  } else endpoint.warnedAt = now;
  traceFailure(endpoint, stage, outcome, now, LogLevel.Warn);
}

/** Looks for what other workers have found out; true if a fetch of theirs has ended: those who waited for it are to be judged again. */
export function pollShared(endpoint: KeyEndpoint, now: i64): bool {
  return !endpoint.source.isInline && endpoint.call == NO_CALL && adoptShared(endpoint, now);
}

/** Whether a fetch is under way, here or on another worker. */
export function isUnderWay(endpoint: KeyEndpoint, now: i64): bool {
  return endpoint.call != NO_CALL || endpoint.source.state.isLeased(now);
}

/** The plugin goes away: another one may fetch at once what this one was about to. */
export function leaveFetch(endpoint: KeyEndpoint, now: i64): void {
  if (endpoint.call == NO_CALL || leaseIsLost(endpoint)) return;
  endpoint.call = NO_CALL;
  endpoint.source.state.leaseUntil = now;
  publish(endpoint, NO_SPAN);
}
