/** A proxy-wasm 0.2.1 host that runs anywhere JavaScript does. What needs Node is in the files named `node-*`, imported apart. */
export { BufferType, LogLevel, MapType, MetricType, StreamType } from "./abi-enums.js";
export {
  byteStringToBytes,
  byteStringToText,
  bytesToByteString,
  bytesToText,
  textToByteString,
} from "./byte-string.js";
export { SystemClock, VirtualClock, type Cancel, type Clock } from "./clock.js";
export {
  clearRouteCache,
  type ForeignFunction,
  type ForeignFunctions,
  type ForeignResult,
} from "./foreign-functions.js";
export { HeaderMap, headerPairs } from "./header-map.js";
export {
  type HttpCallRequest,
  type HttpCallResponse,
  type HttpCallResult,
  type HttpFetcher,
} from "./http-calls.js";
export { type LocalResponse } from "./local-response.js";
export { type LogLine, type LogSink } from "./log.js";
export { ManualCall, ManualHttpFetcher } from "./manual-http-fetcher.js";
export { type Metric, MetricStore } from "./metrics.js";
export { type Pair } from "./pairs.js";
export { Plugin, type PluginOptions, type PluginStart } from "./plugin.js";
export { HostProcess, type ProcessOptions } from "./process.js";
export { type PropertyTree, type PropertyValue } from "./properties.js";
export { Stream, type Outcome, type RequestOptions } from "./stream.js";
export { StreamResponse } from "./stream-response.js";
export { WasmVm, type VmOptions } from "./vm.js";
export { ModuleRefusedError, WasmModule } from "./wasm-module.js";
export { WasmResult } from "./wasm-result.js";
