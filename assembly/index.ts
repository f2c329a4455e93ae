/** Exports the ABI, nothing else. */
import "./abi/abort";
import "./memory/counted_allocation";
import { Plugin, setPluginFactory } from "./abi/plugin";
import { JwtPolicy } from "./filter/jwt_policy";

export {
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_http_call_response,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
  proxy_on_tick,
  proxy_on_vm_start,
} from "./abi/callbacks";

setPluginFactory((): Plugin => new JwtPolicy());
