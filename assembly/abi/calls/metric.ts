/** Metrics of the host. Their names are the filter's own: Prometheus output adds nothing to them. */
import { Span, spanAddress, spanLength } from "../../memory/span";
import { outNumber } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_define_metric")
declare function proxy_define_metric(type: u32, name: usize, nameLength: usize, id: usize): u32;

// @ts-ignore: decorator
@external("env", "proxy_increment_metric")
declare function proxy_increment_metric(id: u32, offset: i64): u32;

// @ts-ignore: decorator
@external("env", "proxy_record_metric")
declare function proxy_record_metric(id: u32, value: u64): u32;

export const enum MetricType {
  Counter = 0,
  Gauge = 1,
}

/** "The host has no metrics": recording into it does nothing. */
export const NO_METRIC: u32 = 0;

/** Id of a metric, the same for the same name. */
export function defineMetric(type: MetricType, name: Span): u32 {
  store<u32>(outNumber, NO_METRIC);
  if (proxy_define_metric(type, spanAddress(name), <usize>spanLength(name), outNumber) != Result.Ok)
    return NO_METRIC;
  return load<u32>(outNumber);
}

/** Adds to a counter, or to a gauge, which several workers share. */
export function incrementMetric(id: u32, by: i64): void {
  if (id != NO_METRIC && by != 0) proxy_increment_metric(id, by);
}

export function recordMetric(id: u32, value: u64): void {
  if (id != NO_METRIC) proxy_record_metric(id, value);
}
