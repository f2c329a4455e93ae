/**
 * The functions that a proxy-wasm 0.2.1 host offers, with their types (notation: module-signature.ts). Source: proxy-wasm spec
 * abi-versions/v0.2.1 and proxy-wasm-cpp-host include/proxy-wasm/exports.h. Integers are i32 but for metrics and clocks.
 */
import type { FunctionType } from "./module-signature.js";

const env: Readonly<Record<string, FunctionType>> = {
  proxy_log: "iii>i",
  proxy_get_log_level: "i>i",
  proxy_get_current_time_nanoseconds: "i>i",
  proxy_set_tick_period_milliseconds: "i>i",
  proxy_get_property: "iiii>i",
  proxy_set_property: "iiii>i",
  proxy_get_status: "iii>i",
  proxy_get_header_map_value: "iiiii>i",
  proxy_add_header_map_value: "iiiii>i",
  proxy_replace_header_map_value: "iiiii>i",
  proxy_remove_header_map_value: "iii>i",
  proxy_get_header_map_pairs: "iii>i",
  proxy_set_header_map_pairs: "iii>i",
  proxy_get_header_map_size: "ii>i",
  proxy_get_buffer_bytes: "iiiii>i",
  proxy_get_buffer_status: "iii>i",
  proxy_set_buffer_bytes: "iiiii>i",
  proxy_send_local_response: "iiiiiiii>i",
  proxy_continue_stream: "i>i",
  proxy_close_stream: "i>i",
  proxy_http_call: "iiiiiiiiii>i",
  proxy_grpc_call: "iiiiiiiiiiii>i",
  proxy_grpc_stream: "iiiiiiiii>i",
  proxy_grpc_cancel: "i>i",
  proxy_grpc_close: "i>i",
  proxy_grpc_send: "iiii>i",
  proxy_get_shared_data: "iiiii>i",
  proxy_set_shared_data: "iiiii>i",
  proxy_register_shared_queue: "iii>i",
  proxy_resolve_shared_queue: "iiiii>i",
  proxy_dequeue_shared_queue: "iii>i",
  proxy_enqueue_shared_queue: "iii>i",
  proxy_define_metric: "iiii>i",
  proxy_increment_metric: "il>i",
  proxy_record_metric: "il>i",
  proxy_get_metric: "ii>i",
  proxy_set_effective_context: "i>i",
  proxy_done: ">i",
  proxy_call_foreign_function: "iiiiii>i",
};

/** Of WASI, only what a language's runtime may import without using it; files and sockets are no proxy's. */
const wasi: Readonly<Record<string, FunctionType>> = {
  fd_write: "iiii>i",
  environ_get: "ii>i",
  environ_sizes_get: "ii>i",
  args_get: "ii>i",
  args_sizes_get: "ii>i",
  clock_time_get: "ili>i",
  random_get: "ii>i",
  proc_exit: "i>",
};

/** Type by `module.name`. */
export const hostFunctionTypes: ReadonlyMap<string, FunctionType> = new Map([
  ...Object.entries(env).map(([name, type]) => [`env.${name}`, type] as const),
  ...Object.entries(wasi).map(([name, type]) => [`wasi_snapshot_preview1.${name}`, type] as const),
  ...Object.entries(wasi).map(([name, type]) => [`wasi_unstable.${name}`, type] as const),
]);
