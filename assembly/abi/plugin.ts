/**
 * What a filter is to this layer: one `Plugin` per root context, so that two configurations in one VM never see each other. `filter/`
 * implements it, and names itself with `setPluginFactory`.
 */
import { Span } from "../memory/span";
import { HeadersStatus } from "./calls/stream";

export abstract class Plugin {
  /** Id of the root context. */
  contextId: u32 = 0;

  /** The configuration text, NO_SPAN if there is none. False refuses it: Envoy then rejects the listener or fails closed. */
  abstract onConfigure(configuration: Span): bool;
  abstract onTick(): void;
  /** A request's headers are there; its context is the effective one. */
  abstract onRequestHeaders(stream: u32): HeadersStatus;
  /** A dispatched call has ended; without headers it failed (timeout, reset, no connection). */
  abstract onHttpCallResponse(call: u32, headers: u32, bodyLength: u32): void;
  /** A request has ended, or its client has left: nothing of it may be kept. */
  abstract onStreamEnd(stream: u32): void;
  /** The root context goes away: gives back all unmanaged memory. */
  abstract onEnd(): void;
}

let factory: () => Plugin = (): Plugin => unreachable();

export function setPluginFactory(create: () => Plugin): void {
  factory = create;
}

export function createPlugin(contextId: u32): Plugin {
  const plugin = factory();
  plugin.contextId = contextId;
  return plugin;
}
