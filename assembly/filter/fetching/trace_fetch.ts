/** The end of a fetch of keys, as a line of the log: whatever the level is, a failure is a warning. */
import { LogLevel } from "../../abi/calls/log";
import { FetchOutcome, outcomeName } from "../../keys/fetch_outcome";
import { spanLength } from "../../memory/span";
import { faultFound, faultKey, faultKeyId, faultReason } from "./fetch_fault";
import { FetchStage, KeyEndpoint } from "../endpoints/key_endpoint";
import { bytes, endLine, number, quoted, step, tracing } from "../telemetry/trace";

/** Keys have come. */
export function traceFetch(endpoint: KeyEndpoint, now: i64): void {
  if (!tracing) return;
  begin(endpoint, FetchOutcome.Good, now);
  endLine(LogLevel.Debug);
}

/** None have. @param stage of the call that failed; the fault is that of `fetch_fault` */
export function traceFailure(
  endpoint: KeyEndpoint,
  stage: FetchStage,
  outcome: FetchOutcome,
  now: i64,
  level: LogLevel,
): void {
  if (level < LogLevel.Warn && !tracing) return;
  begin(endpoint, outcome, now);
  const target = endpoint.target(stage);
  if (target !== null) bytes("cluster", target.cluster);
  bytes("reason", faultReason);
  bytes("found", faultFound);
  if (faultKey >= 0) number("key", faultKey);
  if (spanLength(faultKeyId) > 0) bytes("kid", faultKeyId);
  endLine(level);
}

function begin(endpoint: KeyEndpoint, outcome: FetchOutcome, now: i64): void {
  step("keys");
  quoted("uri", endpoint.uri);
  bytes("outcome", outcomeName(outcome));
  number("failures", endpoint.source.state.failures);
  const age = endpoint.source.age(now);
  if (age >= 0) number("ageMilliseconds", age);
  const keys = endpoint.source.keys;
  if (keys !== null) number("keys", keys.count);
}
