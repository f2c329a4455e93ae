/**
 * Counters and gauges. A request only counts in the VM's own memory; the host hears of it at the next tick, so that metrics cost a request no
 * host call. Names are whole as they stand: Envoy adds nothing to them in its Prometheus output. Labels are written into the name as Istio
 * writes its own, `<label>=.=<value>;.;`, and taken out by `stats_tags` of the bootstrap, Istio's `extraStatTags` (docs/operations.md, envoy/).
 */
import { defineMetric, incrementMetric, MetricType, NO_METRIC, recordMetric } from "../../abi/calls/metric";
import { text } from "../../config/fields";
import { OUTCOMES, Status, statusText } from "../../decision/status";
import { FETCH_OUTCOMES, FetchOutcome, outcomeName } from "../../keys/fetch_outcome";
import { releaseSpan, utf8 } from "../../memory/persistent";
import { KeyEndpoint } from "../endpoints/key_endpoint";

/** A counter whose value is gathered here until it is handed over. */
class Counter {
  private pending: i64 = 0;
  private id: u32 = NO_METRIC;

  constructor(
    private readonly name: string,
    private readonly type: MetricType = MetricType.Counter,
  ) {}


  @inline
  add(by: i64): void {
    this.pending += by;
  }

  flush(): void {
    if (this.pending == 0) return;
    if (this.id == NO_METRIC) this.id = define(this.type, this.name);
    incrementMetric(this.id, this.pending);
    this.pending = 0;
  }
}

function label(name: string, value: string): string {
  return name + "=.=" + value + ";.;";
}

function define(type: MetricType, name: string): u32 {
  const bytes = utf8(name);
  const id = defineMetric(type, bytes);
  releaseSpan(bytes);
  return id;
}

/** What the gauge of memory has been told of this VM, in bytes, and how many plugins of the VM tell it. */
let toldMemory: i64 = 0;
let tellers: i32 = 0;

/** By how much the VM's linear memory has grown since a plugin of this VM last asked: of several plugins one tells. */
function memoryGrowth(): i64 {
  const growth = ((<i64>memory.size()) << 16) - toldMemory;
  toldMemory += growth;
  return growth;
}

export class Metrics {
  private readonly allowed: Counter = new Counter("jwt_policy_allowed_total");
  /** By `Status`. */
  private readonly refused: Counter[] = [];
  /** By `FetchOutcome`. */
  private readonly fetches: Counter[] = [];
  private readonly cacheHits: Counter = new Counter("jwt_policy_token_cache_hits_total");
  private readonly cacheMisses: Counter = new Counter("jwt_policy_token_cache_misses_total");
  private readonly audited: Counter = new Counter("jwt_policy_audited_total");
  private readonly dryRunDenied: Counter = new Counter("jwt_policy_dry_run_denied_total");
  private readonly dryRunAllowed: Counter = new Counter("jwt_policy_dry_run_allowed_total");
  /** Gauges that all workers add to: each hands over how its own share has changed. */
  private readonly parked: Counter = new Counter("jwt_policy_parked_requests", MetricType.Gauge);
  private readonly cachedTokens: Counter = new Counter("jwt_policy_cached_tokens", MetricType.Gauge);
  private readonly memory: Counter = new Counter("jwt_policy_vm_memory_bytes", MetricType.Gauge);
  private parkedBefore: i64 = 0;
  private cachedBefore: i64 = 0;
  /** By endpoint. */
  private readonly ages: u32[] = [];

  constructor(endpoints: StaticArray<KeyEndpoint>) {
    tellers++;
    for (let i = 0; i < OUTCOMES; i++) {
      const reason = text(statusText(i)).split(" ").join("_");
      this.refused.push(new Counter("jwt_policy_refused_total" + label("reason", reason)));
    }
    for (let i = 0; i < FETCH_OUTCOMES; i++) {
      this.fetches.push(
        new Counter("jwt_policy_jwks_fetches_total" + label("outcome", text(outcomeName(i)))),
      );
    }
    for (let i = 0; i < endpoints.length; i++) {
      const name = "jwt_policy_jwks_age_seconds" + label("jwks", endpoints[i].uri);
      this.ages.push(endpoints[i].source.isInline ? NO_METRIC : define(MetricType.Gauge, name));
    }
  }

  recordHostCrypto(used: bool): void {
    recordMetric(define(MetricType.Gauge, "jwt_policy_host_crypto"), used ? 1 : 0);
  }

  countAllowed(): void {
    this.allowed.add(1);
  }

  countRefused(status: Status): void {
    if (status >= 0 && status < OUTCOMES) unchecked(this.refused[status]).add(1);
  }

  countFetch(outcome: FetchOutcome): void {
    if (outcome >= 0 && outcome < FETCH_OUTCOMES) this.fetches[outcome].add(1);
  }

  countCache(hits: u32, misses: u32): void {
    this.cacheHits.add(hits);
    this.cacheMisses.add(misses);
  }

  /** Rules of policies that only watch, -1 for none. */
  countShadow(audit: i32, dryRunDeny: i32, dryRunAllow: i32): void {
    if (audit >= 0) this.audited.add(1);
    if (dryRunDeny >= 0) this.dryRunDenied.add(1);
    if (dryRunAllow >= 0) this.dryRunAllowed.add(1);
  }

  /** Hands everything over to the host. */
  flush(endpoints: StaticArray<KeyEndpoint>, now: i64, parked: u32, cachedTokens: u32): void {
    this.parked.add(<i64>parked - this.parkedBefore);
    this.parkedBefore = parked;
    this.cachedTokens.add(<i64>cachedTokens - this.cachedBefore);
    this.cachedBefore = cachedTokens;
    this.memory.add(memoryGrowth());
    this.memory.flush();
    this.allowed.flush();
    this.cacheHits.flush();
    this.cacheMisses.flush();
    this.audited.flush();
    this.dryRunDenied.flush();
    this.dryRunAllowed.flush();
    this.parked.flush();
    this.cachedTokens.flush();
    for (let i = 0; i < this.refused.length; i++) this.refused[i].flush();
    for (let i = 0; i < this.fetches.length; i++) this.fetches[i].flush();
    for (let i = 0; i < this.ages.length; i++) {
      const age = endpoints[i].source.age(now);
      if (age >= 0) recordMetric(this.ages[i], age / 1000);
    }
  }

  /** The plugin ends: hands over what is left, and takes its share out of the gauges; the last one of a VM that of the VM's memory. */
  close(endpoints: StaticArray<KeyEndpoint>, now: i64): void {
    this.flush(endpoints, now, 0, 0);
    if (--tellers > 0) return;
    this.memory.add(-toldMemory);
    this.memory.flush();
    toldMemory = 0;
  }
}
