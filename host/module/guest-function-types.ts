/** The functions that a host calls in a module, with their types. Source: proxy-wasm-cpp-host include/proxy-wasm/wasm.h. */
import type { FunctionType } from "./module-signature.js";

export const guestFunctionTypes: ReadonlyMap<string, FunctionType> = new Map([
  ["_initialize", ">"],
  ["_start", ">"],
  ["main", "ii>i"],
  ["malloc", "i>i"],
  ["proxy_on_memory_allocate", "i>i"],
  ["proxy_on_context_create", "ii>"],
  ["proxy_on_vm_start", "ii>i"],
  ["proxy_on_configure", "ii>i"],
  ["proxy_on_tick", "i>"],
  ["proxy_on_queue_ready", "ii>"],
  ["proxy_on_http_call_response", "iiiii>"],
  ["proxy_on_request_headers", "iii>i"],
  ["proxy_on_request_body", "iii>i"],
  ["proxy_on_request_trailers", "ii>i"],
  ["proxy_on_response_headers", "iii>i"],
  ["proxy_on_response_body", "iii>i"],
  ["proxy_on_response_trailers", "ii>i"],
  ["proxy_on_done", "i>i"],
  ["proxy_on_log", "i>"],
  ["proxy_on_delete", "i>"],
]);
