/** A proxy-wasm 0.2.1 host that runs anywhere JavaScript does. What needs Node is in node/, imported apart. */
export { BufferType, LogLevel, MapType, MetricType, StreamType } from "./abi/abi-enums.js";
export {
  byteStringToBytes,
  byteStringToText,
  bytesToByteString,
  bytesToText,
  textToByteString,
} from "./abi/byte-string.js";
export { SystemClock, VirtualClock, type Cancel, type Clock } from "./event-loop/clock.js";
export {
  clearRouteCache,
  type ForeignFunction,
  type ForeignFunctions,
  type ForeignResult,
} from "./calls/foreign-functions.js";
export { HeaderMap, headerPairs } from "./messages/header-map.js";
export {
  type HttpCallRequest,
  type HttpCallResponse,
  type HttpCallResult,
  type HttpFetcher,
} from "./calls/http-calls.js";
export { type LocalResponse } from "./messages/local-response.js";
export { type LogLine, type LogSink } from "./process/log.js";
export { ManualCall, ManualHttpFetcher } from "./calls/manual-http-fetcher.js";
export { type Metric, MetricStore } from "./process/metrics.js";
export { type Pair } from "./abi/pairs.js";
export { Plugin, type PluginOptions, type PluginStart } from "./plugin/plugin.js";
export { HostProcess, type ProcessOptions } from "./process/process.js";
export { type PropertyTree, type PropertyValue } from "./plugin/properties.js";
export { Stream, type Outcome, type RequestOptions } from "./plugin/stream.js";
export { StreamResponse } from "./plugin/stream-response.js";
export { type GuestVm, type VmOptions } from "./vm/guest-vm.js";
export { WasmVm } from "./wasm-vm.js";
export { ModuleRefusedError, WasmModule } from "./module/wasm-module.js";
export { WasmResult } from "./abi/wasm-result.js";
