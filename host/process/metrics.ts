/**
 * Counters, gauges and histograms. The values belong to the process: VMs that define the same name count into the same metric.
 * Ids belong to one VM, their two low bits are the type. Source: envoy source/extensions/common/wasm/context.cc and wasm.h.
 */
import { MetricType, toMetricType } from "../abi/abi-enums.js";
import { WasmResult } from "../abi/wasm-result.js";

const TYPE_MASK = 0x3;
const ID_INCREMENT = 0x4;
const U64_MASK = 0xffff_ffff_ffff_ffffn;

export interface Metric {
  readonly type: MetricType;
  readonly name: string;
  /** Of a counter or a gauge. */
  value: bigint;
  /** Of a histogram, every value that was recorded. */
  readonly recorded: bigint[];
}

/** All metrics of a process. */
export class MetricStore {
  private readonly metrics = new Map<string, Metric>();

  /** The metric of this type and name; it starts at 0. */
  metric(type: MetricType, name: string): Metric {
    const key = `${type} ${name}`;
    let metric = this.metrics.get(key);
    if (metric === undefined) this.metrics.set(key, (metric = { type, name, value: 0n, recorded: [] }));
    return metric;
  }

  /** Value of a counter or gauge, undefined if no VM has defined it. */
  value(name: string): bigint | undefined {
    return (
      this.metrics.get(`${MetricType.Counter} ${name}`) ?? this.metrics.get(`${MetricType.Gauge} ${name}`)
    )?.value;
  }

  all(): Iterable<Metric> {
    return this.metrics.values();
  }
}

/** The metrics that one VM has defined, by id. */
export class VmMetrics {
  private readonly byId = new Map<number, Metric>();
  private readonly lastId: Record<MetricType, number> = {
    [MetricType.Counter]: MetricType.Counter,
    [MetricType.Gauge]: MetricType.Gauge,
    [MetricType.Histogram]: MetricType.Histogram,
  };
  private readonly store: MetricStore;

  constructor(store: MetricStore) {
    this.store = store;
  }

  /** Defines a metric and answers its id. The same name again gets another id of the same metric. */
  define(type: MetricType, name: string): number {
    const id = this.lastId[type] + ID_INCREMENT;
    this.lastId[type] = id;
    this.byId.set(id, this.store.metric(type, name));
    return id;
  }

  increment(id: number, offset: bigint): WasmResult {
    if (!hasValue(id)) return WasmResult.BadArgument;
    const metric = this.byId.get(id);
    if (metric === undefined) return WasmResult.NotFound;
    if (metric.type === MetricType.Counter && offset <= 0n) return WasmResult.BadArgument;
    metric.value = (metric.value + offset) & U64_MASK;
    return WasmResult.Ok;
  }

  /** Sets a gauge, adds to a counter, records into a histogram. */
  record(id: number, value: bigint): WasmResult {
    const metric = this.byId.get(id);
    if (metric === undefined) return WasmResult.NotFound;
    if (metric.type === MetricType.Counter) metric.value = (metric.value + value) & U64_MASK;
    else if (metric.type === MetricType.Gauge) metric.value = value & U64_MASK;
    else metric.recorded.push(value & U64_MASK);
    return WasmResult.Ok;
  }

  get(id: number): bigint | WasmResult.NotFound | WasmResult.BadArgument {
    return hasValue(id) ? (this.byId.get(id)?.value ?? WasmResult.NotFound) : WasmResult.BadArgument;
  }
}

/** Whether an id can be that of a counter or gauge. */
function hasValue(id: number): boolean {
  const type = toMetricType(id & TYPE_MASK);
  return type === MetricType.Counter || type === MetricType.Gauge;
}
