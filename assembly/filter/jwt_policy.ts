/**
 * The filter: one instance per plugin configuration. A request is judged in `judge`; if its keys are on their way it is parked and judged anew when
 * they have come.
 */
import { currentTimeNanoseconds } from "../abi/clock";
import { HeaderMap, headerPairs } from "../abi/headers";
import { log, LogLevel } from "../abi/log";
import { Plugin } from "../abi/plugin";
import { Result } from "../abi/result";
import { continueRequest, HeadersStatus, setEffectiveContext } from "../abi/stream";
import { setTickPeriod } from "../abi/timer";
import { ConfigErrors } from "../config/config_errors";
import { Status } from "../decision/status";
import { releaseSpan, utf8 } from "../memory/persistent";
import { markArena, rewindArena } from "../memory/arena";
import { Span, spanIsMissing } from "../memory/span";
import { auditRule, dryRunAllowRule, dryRunDenyRule } from "../policy/evaluate";
import { readHeaderList } from "../request/header_list";
import { Token } from "../token/token";
import { applyChanges } from "./apply_changes";
import { noteDecision } from "./access_log";
import { AuthContext, EVERYTHING, NOTHING } from "./auth_context";
import { authenticate } from "./authenticate";
import { authorize, claimRows, decidingPolicy } from "./authorize";
import { hostCryptoWorks } from "./host_crypto";
import { endCall, ensureFetch, FetchStart, isUnderWay, leaveFetch, pollShared } from "./key_fetches";
import { parkedCount, ParkedRequests, parkedSince, parkedStream } from "./parked_requests";
import { Configuration, readConfiguration } from "./read_configuration";
import { refuseAuthentication, refuseAuthorization, refuseUnjudged } from "./refuse";
import { announceState } from "./shared_keys";
import { refreshTracing, traceStream, tracing } from "./trace";
import { traceAuthentication, traceChanges, traceDecision, traceRequest } from "./trace_steps";

/** How soon after start the first fetch begins, and how often due refreshes are looked for, in milliseconds. */
const FIRST_TICK: u32 = 10;
const TICK: u32 = 1_000;
/** How often the shared state is looked at while requests wait for another worker's fetch. */
const WAITING_TICK: u32 = 20;

/** What has become of a request. */
const enum Verdict {
  GoesOn,
  Refused,
  Parked,
}

export class JwtPolicy extends Plugin {
  private configuration: Configuration | null = null;
  private context: AuthContext | null = null;
  private readonly parked: ParkedRequests = new ParkedRequests();
  private tickPeriod: u32 = 0;

  onConfigure(source: Span): bool {
    const errors = new ConfigErrors();
    const configuration = readConfiguration(source, errors);
    for (let i = 0; i < errors.messages.length; i++) say(LogLevel.Error, errors.messages[i]);
    if (configuration === null) return false;
    // Configured anew: the request that waits is judged by what holds then.
    const before = this.configuration;
    if (before !== null) end(before);
    this.configuration = configuration;
    const hostCrypto = configuration.settings.hostCrypto && hostCryptoWorks();
    this.context = new AuthContext(configuration.rules, configuration.cache, hostCrypto);
    configuration.metrics.recordHostCrypto(hostCrypto);
    say(
      LogLevel.Info,
      "signatures are verified by " + (hostCrypto ? "the host where it can, else in wasm" : "wasm"),
    );
    refreshTracing();
    const endpoints = configuration.rules.endpoints;
    for (let i = 0; i < endpoints.length; i++) {
      if (!endpoints[i].source.isInline) announceState(endpoints[i]);
    }
    // Dispatched calls are refused while configuring: the first tick fetches keys ahead of the first request.
    this.tickPeriod = FIRST_TICK;
    setTickPeriod(FIRST_TICK);
    return true;
  }

  onTick(): void {
    const configuration = this.configuration;
    if (configuration === null) return;
    refreshTracing();
    traceStream(0);
    const now = milliseconds();
    const endpoints = configuration.rules.endpoints;
    for (let i = 0; i < endpoints.length; i++) {
      if (pollShared(endpoints[i], now)) this.resume(i, i);
      if (endpoints[i].source.isDue(now)) ensureFetch(endpoints[i], now, false, configuration.metrics);
      // Whoever led the fetch is gone: those who have waited for it start one of their own.
      if (!isUnderWay(endpoints[i], now)) this.resume(i, NOTHING);
    }
    configuration.metrics.flush(endpoints, now, this.parked.count, configuration.cache.count);
    this.setTick();
  }

  /** Short while requests wait for the fetch of another worker, which nothing but a look at the shared state tells of. */
  private setTick(): void {
    const period = this.parked.count > 0 ? WAITING_TICK : TICK;
    if (period == this.tickPeriod) return;
    this.tickPeriod = period;
    setTickPeriod(period);
  }

  onRequestHeaders(stream: u32): HeadersStatus {
    return this.judge(stream, NOTHING, 0) == Verdict.GoesOn
      ? HeadersStatus.Continue
      : HeadersStatus.StopIteration;
  }

  onHttpCallResponse(call: u32, headers: u32, bodyLength: u32): void {
    const configuration = this.configuration;
    if (configuration === null) return;
    const endpoints = configuration.rules.endpoints;
    traceStream(0);
    for (let i = 0; i < endpoints.length; i++) {
      if (endpoints[i].call != call) continue;
      const targets = configuration.targets;
      const metrics = configuration.metrics;
      if (endCall(endpoints[i], targets, milliseconds(), headers, bodyLength, metrics)) this.resume(i, i);
      return;
    }
  }

  /** Judges all requests that are parked for this endpoint. @param waitedFor the endpoint, or NOTHING if its fetch has not ended */
  private resume(endpoint: i32, waitedFor: i32): void {
    const waiting = this.parked.takeAll(endpoint);
    const count = parkedCount(waiting);
    const mark = markArena();
    for (let i: u32 = 0; i < count; i++) {
      // Thousands may have waited: one request's bytes at a time.
      rewindArena(mark);
      const stream = parkedStream(waiting, i);
      // Not Ok: the client has left, and nothing of the request may be touched.
      if (setEffectiveContext(stream) != Result.Ok) continue;
      const verdict = this.judge(stream, waitedFor, parkedSince(waiting, i));
      if (verdict == Verdict.GoesOn) continueRequest();
    }
  }

  onStreamEnd(stream: u32): void {
    if (this.parked.count > 0) this.parked.remove(stream);
  }

  onEnd(): void {
    const configuration = this.configuration;
    if (configuration !== null) end(configuration);
    this.configuration = null;
    this.context = null;
    this.parked.release();
  }

  /**
   * Judges the request of the effective context.
   * @param waitedFor the endpoint that it has waited for, NOTHING or EVERYTHING
   * @param arrivedAt when it came, in milliseconds; 0: now
   */
  private judge(stream: u32, waitedFor: i32, arrivedAt: i64): Verdict {
    const context = this.context;
    const configuration = this.configuration;
    const pairs = headerPairs(HeaderMap.RequestHeaders);
    const headers = readHeaderList(pairs);
    const now = currentTimeNanoseconds();
    // Without a clock no token would ever expire.
    if (context === null || configuration === null || changetype<usize>(headers) == 0 || now == 0) {
      refuseUnjudged();
      return Verdict.Refused;
    }
    context.begin(headers, now, waitedFor, arrivedAt);
    if (tracing) {
      traceStream(stream);
      traceRequest(headers);
    }
    const metrics = configuration.metrics;
    const status = authenticate(context);
    if (tracing) traceAuthentication(status, context);
    if (status == Status.AwaitingKeys) return this.park(stream, context, configuration);
    metrics.countCache(context.cacheHits, context.cacheMisses);
    if (status != Status.Ok) {
      if (tracing) traceDecision(status, 0);
      metrics.countRefused(status);
      if (configuration.settings.accessLog) noteDecision(changetype<Token>(0), 0, status);
      this.refuse(status, context, pairs);
      return Verdict.Refused;
    }
    const decision = authorize(context, configuration.policies, configuration.properties);
    if (tracing) {
      if (decision == Status.Ok) traceChanges(headers);
      traceDecision(decision, decidingPolicy);
    }
    if (configuration.policies.rules.length > 0 && decision != Status.FilterFailure)
      metrics.countShadow(auditRule, dryRunDenyRule, dryRunAllowRule);
    if (configuration.settings.accessLog) noteDecision(context.identity, decidingPolicy, decision);
    const passes = decision == Status.Ok && applyChanges(headers);
    // Behind all use of the identity and of the changes: an entry that comes in may drive out one whose bytes they point at.
    if (decision != Status.FilterFailure)
      context.keepVerified(claimRows, configuration.policies.claimRowsSize);
    if (passes) {
      metrics.countAllowed();
      return Verdict.GoesOn;
    }
    metrics.countRefused(decision == Status.Ok ? Status.FilterFailure : decision);
    if (decision == Status.RbacAccessDenied) refuseAuthorization(decidingPolicy);
    else refuseUnjudged();
    return Verdict.Refused;
  }

  private park(stream: u32, context: AuthContext, configuration: Configuration): Verdict {
    const index = context.awaitedEndpoint;
    const endpoint = context.rules.endpoints[index];
    const now = context.nowMilliseconds;
    const arrivedAt = context.arrivedAt;
    const start = ensureFetch(endpoint, now, context.awaitsNewer, configuration.metrics);
    if (start == FetchStart.News) return this.judge(stream, index, arrivedAt);
    // Too many wait already: judged with the keys that there are.
    if (!this.parked.add(stream, index, arrivedAt)) return this.judge(stream, EVERYTHING, arrivedAt);
    this.setTick();
    return Verdict.Parked;
  }

  private refuse(status: Status, context: AuthContext, pairs: Span): void {
    const sent = readHeaderList(pairs);
    if (changetype<usize>(sent) == 0 || status == Status.FilterFailure) refuseUnjudged();
    else refuseAuthentication(status, sent, context.rules);
  }
}

/** A configuration serves no more. */
function end(configuration: Configuration): void {
  const endpoints = configuration.rules.endpoints;
  for (let i = 0; i < endpoints.length; i++) leaveFetch(endpoints[i], milliseconds());
  configuration.metrics.close(endpoints, milliseconds());
  configuration.release();
}

function milliseconds(): i64 {
  return <i64>(currentTimeNanoseconds() / 1_000_000);
}

/** A log line at configuration time. */
function say(level: LogLevel, message: string): void {
  const line = utf8("jwt-policy: " + message);
  if (!spanIsMissing(line)) log(level, line);
  releaseSpan(line);
}
