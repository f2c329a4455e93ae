/** The filter as it is, but for one thing: a request with the header `x-trap` kills the VM. No other input is known that does. */
import "../../../assembly/index";
import { HeaderMap, headerValue } from "../../../assembly/abi/calls/headers";
import { proxy_on_request_headers as onRequestHeaders } from "../../../assembly/abi/callbacks";
import { enterCallback, leaveCallback } from "../../../assembly/memory/arena";
import { utf8 } from "../../../assembly/memory/persistent";
import { spanIsMissing } from "../../../assembly/memory/span";

export {
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_http_call_response,
  proxy_on_memory_allocate,
  proxy_on_tick,
  proxy_on_vm_start,
} from "../../../assembly/abi/callbacks";

const TRAP = utf8("x-trap");

export function proxy_on_request_headers(stream: u32, headers: u32, endOfStream: u32): u32 {
  enterCallback();
  if (!spanIsMissing(headerValue(HeaderMap.RequestHeaders, TRAP))) unreachable();
  leaveCallback();
  return onRequestHeaders(stream, headers, endOfStream);
}
