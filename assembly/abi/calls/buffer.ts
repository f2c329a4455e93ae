/** Buffers of the host: bodies and configurations. */
import { NO_SPAN, Span } from "../../memory/span";
import { clearOut, outAddress, outLength, takeOut } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_get_buffer_bytes")
declare function proxy_get_buffer_bytes(
  buffer: u32,
  start: u32,
  length: u32,
  address: usize,
  size: usize,
): u32;

export const enum BufferType {
  HttpCallResponseBody = 4,
  VmConfiguration = 6,
  PluginConfiguration = 7,
}

/** `length` bytes of a buffer from its start, in the arena; NO_SPAN if the host has none. */
export function bufferBytes(buffer: BufferType, length: u32): Span {
  clearOut();
  if (proxy_get_buffer_bytes(buffer, 0, length, outAddress, outLength) != Result.Ok) return NO_SPAN;
  return takeOut();
}
