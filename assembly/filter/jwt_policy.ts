/**
 * The filter: one instance per plugin configuration. A request is judged (request_judge.ts); if its keys are on their way it is parked and judged anew when
 * they have come: a few at once, the rest at the next ticks (docs/decisions/0012-bounded-answers.md).
 */
import { currentTimeNanoseconds } from "../abi/calls/clock";
import { log, LogLevel } from "../abi/calls/log";
import { Plugin } from "../abi/plugin";
import { Result } from "../abi/layout/result";
import { continueRequest, HeadersStatus, setEffectiveContext } from "../abi/calls/stream";
import { setTickPeriod } from "../abi/calls/timer";
import { ConfigErrors } from "../config/config_errors";
import { releaseSpan, utf8 } from "../memory/persistent";
import { markArena, rewindArena } from "../memory/arena";
import { Span, spanIsMissing } from "../memory/span";
import { EVERYTHING, NOTHING } from "./authentication/auth_context";
import { hostCryptoWorks } from "./authentication/host_crypto";
import { KeyEndpoint } from "./endpoints/key_endpoint";
import { endCall, ensureFetch, FetchStart, isUnderWay, leaveFetch, pollShared } from "./fetching/key_fetches";
import { ParkedRequests, takenSince } from "./parked_requests";
import { Configuration, readConfiguration } from "./read_configuration";
import { refuseUnjudged } from "./refuse";
import { RequestJudge, Verdict } from "./request_judge";
import { announceState } from "./fetching/shared_keys";
import { refreshTracing, traceStream } from "./telemetry/trace";

/** How soon after start the first fetch begins, and how often due refreshes are looked for, in milliseconds. */
const FIRST_TICK: u32 = 10;
const TICK: u32 = 1_000;
/** How often the shared state is looked at while requests wait for another worker's fetch. */
const WAITING_TICK: u32 = 20;
/**
 * How many requests that have waited are judged between two ticks, whichever callbacks that happens in, and how soon the next tick is while there are
 * more. Envoy gives the answers of one callback one inside the other, with its whole stack, and at some 300 V8 throws (measured on 1.36 and 1.40).
 */
const JUDGED_A_TICK: u32 = 32;
const REST_TICK: u32 = 1;

export class JwtPolicy extends Plugin {
  private configuration: Configuration | null = null;
  private judge: RequestJudge | null = null;
  private readonly parked: ParkedRequests = new ParkedRequests();
  private tickPeriod: u32 = 0;
  /** How many more may be judged until the next tick, and whose turn it is. */
  private mayJudge: u32 = JUDGED_A_TICK;
  private turn: u32 = 0;
  /** When ticks have last looked around, in milliseconds. */
  private lookedAt: i64 = 0;

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
    this.judge = new RequestJudge(configuration, hostCrypto);
    configuration.metrics.recordHostCrypto(hostCrypto);
    say(
      LogLevel.Info,
      "signatures are verified by " + (hostCrypto ? "the host where it can, else in wasm" : "wasm"),
    );
    refreshTracing();
    const endpoints = configuration.rules.endpoints;
    this.parked.setEndpoints(endpoints.length);
    this.turn = 0;
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
    // No tick comes inside of another callback: what was answered before has gone.
    this.mayJudge = JUDGED_A_TICK;
    const now = milliseconds();
    const since = now - this.lookedAt;
    // Ticks that come for the rest alone look around no more often than others. A negative time: the clock has been set back.
    const looks = this.tickPeriod != REST_TICK || since < 0 || since >= <i64>WAITING_TICK;
    if (looks) this.look(configuration, now);
    const rest = this.resume(configuration, now);
    if (looks || !rest)
      configuration.metrics.flush(
        configuration.rules.endpoints,
        now,
        this.parked.count,
        configuration.cache.count,
      );
    this.setTick(rest);
  }

  /** What every tick is for: news of other workers, and refreshes that are due. */
  private look(configuration: Configuration, now: i64): void {
    this.lookedAt = now;
    refreshTracing();
    traceStream(0);
    const endpoints = configuration.rules.endpoints;
    for (let i = 0; i < endpoints.length; i++) {
      if (pollShared(endpoints[i], now)) this.releaseFor(endpoints[i], i);
      if (endpoints[i].source.isDue(now)) ensureFetch(endpoints[i], now, false, configuration.metrics);
    }
  }

  /** At once while a rest is to be judged; short while requests wait for the fetch of another worker, of which only the shared state tells. */
  private setTick(rest: bool): void {
    const period = rest ? REST_TICK : this.parked.count > 0 ? WAITING_TICK : TICK;
    if (period == this.tickPeriod) return;
    this.tickPeriod = period;
    setTickPeriod(period);
  }

  onRequestHeaders(stream: u32): HeadersStatus {
    return this.decide(stream, NOTHING, 0) == Verdict.GoesOn
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
      const now = milliseconds();
      if (!endCall(endpoints[i], targets, now, headers, bodyLength, metrics)) return;
      this.releaseFor(endpoints[i], i);
      this.setTick(this.resume(configuration, now));
      return;
    }
  }

  /** An endpoint has news: for those who wait for it, and for those who wait for another key set that may have their token's key as well. */
  private releaseFor(endpoint: KeyEndpoint, index: i32): void {
    this.parked.release(index);
    for (let i = 0; i < endpoint.beside.length; i++) this.parked.release(endpoint.beside[i]);
  }

  /** Judges requests whose wait is over, of each line one in turn, as many as may be. @returns whether there are more */
  private resume(configuration: Configuration, now: i64): bool {
    const parked = this.parked;
    if (parked.count == 0) return false;
    const lines = parked.leftover + 1;
    const mark = markArena();
    // Ends when no line has had anybody to judge.
    for (let passed: u32 = 0; passed < lines; passed++) {
      const line = this.turn;
      const released = parked.isReleased(line);
      if (released || this.isForsaken(configuration, line, now)) {
        if (this.mayJudge == 0) return true;
        this.mayJudge--;
        passed = -1;
        // Thousands may have waited: one request's bytes at a time.
        rewindArena(mark);
        this.resumeFirst(line, released && hasEnded(configuration, line, now) ? <i32>line : NOTHING);
      }
      this.turn = line + 1 < lines ? line + 1 : 0;
    }
    return false;
  }

  private resumeFirst(line: u32, waitedFor: i32): void {
    const stream = this.parked.take(line);
    // Not Ok: the client has left, and nothing of the request may be touched.
    if (setEffectiveContext(stream) != Result.Ok) return;
    if (this.decide(stream, waitedFor, takenSince) == Verdict.GoesOn) continueRequest();
  }

  /** Whether requests stand in a line that nobody fetches keys for, since whoever did is gone: the first of them is to start a fetch. */
  private isForsaken(configuration: Configuration, line: u32, now: i64): bool {
    if (this.parked.waiting(line) == 0) return false;
    return line == this.parked.leftover || !isUnderWay(configuration.rules.endpoints[line], now);
  }

  onStreamEnd(stream: u32): void {
    this.parked.remove(stream);
  }

  onEnd(): void {
    const configuration = this.configuration;
    if (configuration !== null) end(configuration);
    this.configuration = null;
    this.judge = null;
    this.parked.clear();
  }

  /** Judges a request until it is known what becomes of it. For the parameters see `RequestJudge.judge`. */
  private decide(stream: u32, waitedFor: i32, arrivedAt: i64): Verdict {
    const judge = this.judge;
    if (judge === null) {
      refuseUnjudged();
      return Verdict.Refused;
    }
    const verdict = judge.judge(stream, waitedFor, arrivedAt);
    return verdict == Verdict.AwaitsKeys ? this.park(stream, judge) : verdict;
  }

  private park(stream: u32, judge: RequestJudge): Verdict {
    const context = judge.context;
    const now = context.nowMilliseconds;
    const arrivedAt = context.arrivedAt;
    // All at once: an issuer that hangs must not keep the others from being asked.
    for (let i = 0; i < context.awaitedCount; i++) {
      const index = context.awaited[i];
      const endpoint = context.rules.endpoints[index];
      const start = ensureFetch(endpoint, now, context.awaitsNewer[i], judge.configuration.metrics);
      if (start == FetchStart.News) return this.decide(stream, index, arrivedAt);
    }
    // Too many wait already: judged with the keys that there are.
    if (!this.parked.add(stream, context.awaited[0], arrivedAt))
      return this.decide(stream, EVERYTHING, arrivedAt);
    if (this.tickPeriod > WAITING_TICK) this.setTick(false);
    return Verdict.AwaitsKeys;
  }
}

/** Whether what a line waits for has ended: where other key sets may have the key as well, news of those may have come alone. */
function hasEnded(configuration: Configuration, line: u32, now: i64): bool {
  if (line == <u32>configuration.rules.endpoints.length) return true;
  const endpoint = configuration.rules.endpoints[line];
  return endpoint.beside.length == 0 || !isUnderWay(endpoint, now);
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
