/** The numbers that the proxy-wasm 0.2.1 ABI gives to its kinds of maps, buffers, streams, levels and answers. */

export enum MapType {
  HttpRequestHeaders = 0,
  HttpRequestTrailers = 1,
  HttpResponseHeaders = 2,
  HttpResponseTrailers = 3,
  GrpcReceiveInitialMetadata = 4,
  GrpcReceiveTrailingMetadata = 5,
  HttpCallResponseHeaders = 6,
  HttpCallResponseTrailers = 7,
}

export enum BufferType {
  HttpRequestBody = 0,
  HttpResponseBody = 1,
  NetworkDownstreamData = 2,
  NetworkUpstreamData = 3,
  HttpCallResponseBody = 4,
  GrpcReceiveBuffer = 5,
  VmConfiguration = 6,
  PluginConfiguration = 7,
  CallData = 8,
}

export enum StreamType {
  Request = 0,
  Response = 1,
  Downstream = 2,
  Upstream = 3,
}

export enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
}

export enum MetricType {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}

/** What a body callback may answer; for headers only Continue lets the request go on (proxy-wasm-cpp-host context.cc). */
export enum FilterDataStatus {
  Continue = 0,
  StopIterationAndBuffer = 1,
  StopIterationAndWatermark = 2,
  StopIterationNoBuffer = 3,
}

// The members of each enum, which all count from 0 without a gap: the index is the number of the ABI.
const isNumber = <T>(value: T | string): value is T => typeof value === "number";
const mapTypes: readonly MapType[] = Object.values(MapType).filter(isNumber);
const bufferTypes: readonly BufferType[] = Object.values(BufferType).filter(isNumber);
const streamTypes: readonly StreamType[] = Object.values(StreamType).filter(isNumber);
const logLevels: readonly LogLevel[] = Object.values(LogLevel).filter(isNumber);
const metricTypes: readonly MetricType[] = Object.values(MetricType).filter(isNumber);
const filterDataStatuses: readonly FilterDataStatus[] = Object.values(FilterDataStatus).filter(isNumber);

/** `value` as a kind of map, undefined if there is no such kind. It comes from the guest as a signed i32. */
export function toMapType(value: number): MapType | undefined {
  return mapTypes[value];
}

/** `value` as a kind of buffer. */
export function toBufferType(value: number): BufferType | undefined {
  return bufferTypes[value];
}

/** `value` as a kind of stream. */
export function toStreamType(value: number): StreamType | undefined {
  return streamTypes[value];
}

/** `value` as a log level. */
export function toLogLevel(value: number): LogLevel | undefined {
  return logLevels[value];
}

/** `value` as a kind of metric. */
export function toMetricType(value: number): MetricType | undefined {
  return metricTypes[value];
}

/** What a body callback has answered; an unknown number stops (proxy-wasm-cpp-host context.cc). */
export function toFilterDataStatus(value: number): FilterDataStatus {
  return filterDataStatuses[value] ?? FilterDataStatus.StopIterationNoBuffer;
}
