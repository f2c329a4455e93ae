/**
 * The exports that a proxy-wasm 0.2.1 host calls. Only what the filter needs is exported: a callback that is not there costs a request
 * nothing. Each one opens and closes the arena.
 */
import { allocate, enterCallback, leaveCallback } from "../memory/arena";
import { seedHash } from "../memory/hash";
import { NO_SPAN } from "../memory/span";
import { BufferType, bufferBytes } from "./calls/buffer";
import { currentTimeNanoseconds } from "./calls/clock";
import { addPlugin, addStream, pluginOf, removeContext } from "./contexts";
import { createPlugin } from "./plugin";
import { HeadersStatus } from "./calls/stream";

export function proxy_abi_version_0_2_1(): void {}

/** The host's allocations are arena bytes of the callback under way; 0 (no memory) makes the host's call fail. */
export function proxy_on_memory_allocate(size: usize): usize {
  return allocate(size);
}

export function proxy_on_vm_start(_root: u32, _configurationSize: u32): u32 {
  seedHash(currentTimeNanoseconds());
  return 1;
}

export function proxy_on_context_create(context: u32, parent: u32): void {
  if (parent == 0) addPlugin(createPlugin(context));
  else addStream(context, parent);
}

export function proxy_on_configure(root: u32, configurationSize: u32): u32 {
  const plugin = pluginOf(root);
  if (plugin === null) return 0;
  enterCallback();
  const configuration =
    configurationSize == 0 ? NO_SPAN : bufferBytes(BufferType.PluginConfiguration, configurationSize);
  const accepted = plugin.onConfigure(configuration);
  leaveCallback();
  return accepted ? 1 : 0;
}

export function proxy_on_tick(root: u32): void {
  const plugin = pluginOf(root);
  if (plugin === null) return;
  enterCallback();
  plugin.onTick();
  leaveCallback();
}

export function proxy_on_request_headers(stream: u32, _headers: u32, _endOfStream: u32): u32 {
  const plugin = pluginOf(stream);
  // A stream of no plugin cannot be judged: parked for good, it reaches no upstream.
  if (plugin === null) return HeadersStatus.StopIteration;
  enterCallback();
  const status = plugin.onRequestHeaders(stream);
  leaveCallback();
  return status;
}

export function proxy_on_http_call_response(
  root: u32,
  call: u32,
  headers: u32,
  bodyLength: u32,
  _trailers: u32,
): void {
  const plugin = pluginOf(root);
  if (plugin === null) return;
  enterCallback();
  plugin.onHttpCallResponse(call, headers, bodyLength);
  leaveCallback();
}

/** Also comes when a client leaves early: the moment to forget a parked request. */
export function proxy_on_delete(context: u32): void {
  const plugin = pluginOf(context);
  if (plugin !== null) {
    enterCallback();
    if (plugin.contextId == context) plugin.onEnd();
    else plugin.onStreamEnd(context);
    leaveCallback();
  }
  removeContext(context);
}
