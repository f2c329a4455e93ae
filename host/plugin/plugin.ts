/**
 * A plugin in a VM: the root context that receives the configuration, ticks, answers to dispatched calls and queue items, and that
 * streams belong to. Source: proxy-wasm-cpp-host context.cc, wasm.cc (start, configure, startShutdown).
 */
import { BufferType, type MapType } from "../abi/abi-enums.js";
import { byteStringToText, toBytes } from "../abi/byte-string.js";
import type { Cancel } from "../event-loop/clock.js";
import type { HeaderMap } from "../messages/header-map.js";
import { HostBuffer } from "../messages/host-buffer.js";
import { HttpCalls, type HttpCallRequest } from "../calls/http-calls.js";
import { lookUpProperty, serializeProperty, type PropertyTree } from "./properties.js";
import type { RootContext } from "../vm/context.js";
import { StreamlessContext } from "../vm/streamless-context.js";
import { Stream, type RequestOptions } from "./stream.js";
import type { GuestVm } from "../vm/guest-vm.js";
import { WasmResult } from "../abi/wasm-result.js";

export interface PluginOptions {
  /** Envoy's root_id; Istio sets it to pluginName. Default: empty. */
  readonly rootId?: string;
  /** Envoy's name of the plugin, property `plugin_name`. Default: the root id. */
  readonly name?: string;
  /** Bytes of the plugin configuration. Default: none. */
  readonly configuration?: string | Uint8Array;
  /** Properties that exist without a request, such as `node` and `xds`. */
  readonly properties?: PropertyTree;
}

/** A started plugin, or which callback refused and how the host saw it. */
export type PluginStart =
  | { readonly kind: "started"; readonly plugin: Plugin }
  | {
      readonly kind: "refused";
      readonly by: "proxy_on_vm_start" | "proxy_on_configure" | "trap";
      readonly reason: string;
    };

const NOTHING_TO_CANCEL: Cancel = () => undefined;

export class Plugin extends StreamlessContext implements RootContext {
  readonly vm: GuestVm;
  readonly rootId: string;
  readonly name: string;
  readonly configuration: Uint8Array;
  readonly httpCalls: HttpCalls;
  private readonly properties: PropertyTree;
  private readonly streams = new Set<Stream>();
  private configurationReadable = false;
  private tickPeriod = 0;
  private cancelTick = NOTHING_TO_CANCEL;
  private state: "running" | "waiting for proxy_done" | "closed" = "running";

  private constructor(vm: GuestVm, options: PluginOptions) {
    super(vm.takeContextId());
    this.vm = vm;
    this.rootId = options.rootId ?? "";
    this.name = options.name ?? this.rootId;
    this.configuration = toBytes(options.configuration ?? "");
    this.properties = options.properties ?? {};
    const { clock, fetcher, dispatcher } = vm.process;
    this.httpCalls = new HttpCalls(
      fetcher,
      clock,
      (task) => dispatcher.post(task),
      (token, headers, body, trailers, returned) => {
        vm.call(this, "proxy_on_http_call_response", [this.id, token, headers, body, trailers], returned);
      },
    );
    vm.addContext(this);
    vm.whenFailed(() => this.stopTimers());
  }

  /** Called by WasmVm.startPlugin. */
  static start(vm: GuestVm, options: PluginOptions): PluginStart {
    const plugin = new Plugin(vm, options);
    plugin.configurationReadable = true;
    vm.call(plugin, "proxy_on_context_create", [plugin.id, 0]);
    plugin.configurationReadable = false;
    if (!plugin.ask("proxy_on_vm_start", vm.vmConfiguration.length))
      return plugin.refuse("proxy_on_vm_start");
    plugin.configurationReadable = true;
    const configured = plugin.ask("proxy_on_configure", plugin.configuration.length);
    plugin.configurationReadable = false;
    if (vm.failed) return plugin.refuse("trap");
    if (!configured) return plugin.refuse("proxy_on_configure");
    return { kind: "started", plugin };
  }

  override get plugin(): this {
    return this;
  }

  /** Streams that have not been closed. */
  get openStreams(): number {
    return this.streams.size;
  }

  /** Tick period in milliseconds, 0: no ticks. */
  get tickPeriodMilliseconds(): number {
    return this.tickPeriod;
  }

  /** Runs proxy_on_tick now, beside the ticks that the clock brings. */
  tick(): void {
    this.vm.process.dispatcher.run(() => this.vm.call(this, "proxy_on_tick", [this.id]));
  }

  /** A request arrives: creates a stream and runs proxy_on_request_headers. */
  request(headers: HeaderMap, options: RequestOptions = {}): Stream {
    return this.vm.process.dispatcher.run(() => {
      const stream = new Stream(this.vm, this, headers, options, () => this.streams.delete(stream));
      this.streams.add(stream);
      stream.start();
      return stream;
    });
  }

  /**
   * Shuts the plugin down: proxy_on_done, and proxy_on_delete unless the guest wants to finish first and calls proxy_done. Closes
   * its streams before.
   */
  close(): void {
    this.vm.process.dispatcher.run(() => {
      if (this.state !== "running") return;
      for (const stream of [...this.streams]) stream.close();
      if (this.ask("proxy_on_done")) this.delete();
      else this.state = "waiting for proxy_done";
    });
  }

  /** proxy_done: NotFound unless proxy_on_done has answered that it is not done yet. */
  done(): WasmResult {
    if (this.state !== "waiting for proxy_done") return WasmResult.NotFound;
    this.vm.afterCall(() => this.delete());
    return WasmResult.Ok;
  }

  /** proxy_set_tick_period_milliseconds. */
  setTickPeriod(milliseconds: number): void {
    this.tickPeriod = milliseconds;
    this.cancelTick();
    this.cancelTick = NOTHING_TO_CANCEL;
    if (milliseconds > 0 && !this.vm.failed) {
      this.cancelTick = this.vm.process.clock.after(milliseconds, () => {
        // The callback may set another period; else the next tick follows after the same one.
        this.cancelTick = NOTHING_TO_CANCEL;
        this.tick();
        if (this.cancelTick === NOTHING_TO_CANCEL) this.setTickPeriod(this.tickPeriod);
      });
    }
  }

  /** proxy_http_call. The token is 0 unless the result is Ok. */
  httpCall(request: HttpCallRequest): { readonly result: WasmResult; readonly token: number } {
    const token = this.vm.takeCallToken();
    const result = this.httpCalls.dispatch(request, token);
    return { result, token: result === WasmResult.Ok ? token : 0 };
  }

  get callStatus(): { readonly code: number; readonly message: string } {
    return this.httpCalls.status;
  }

  /** Opens a shared queue whose items wake this root context. */
  registerQueue(name: string): number {
    return this.vm.process.sharedQueues.register(this.vm.vmId, name, (token) => {
      this.vm.process.dispatcher.post(() => {
        if (this.state !== "closed") this.vm.call(this, "proxy_on_queue_ready", [this.id, token]);
      });
    });
  }

  override readableMap(type: MapType): HeaderMap | undefined {
    return this.httpCalls.responseMap(type);
  }

  override buffer(type: BufferType): HostBuffer | undefined {
    if (type === BufferType.VmConfiguration) return new HostBuffer(this.vm.vmConfiguration, false);
    if (type === BufferType.PluginConfiguration) {
      return this.configurationReadable ? new HostBuffer(this.configuration, false) : undefined;
    }
    if (type === BufferType.CallData) return new HostBuffer(new Uint8Array(0), false);
    return this.httpCalls.responseBuffer(type);
  }

  override property(parts: readonly string[]): Uint8Array | WasmResult {
    if (parts.length === 0) return WasmResult.SerializationFailure;
    const value = lookUpProperty(this.properties, parts.map(byteStringToText)) ?? this.ownProperty(parts);
    if (value === undefined) return WasmResult.NotFound;
    return serializeProperty(value) ?? WasmResult.SerializationFailure;
  }

  /** Whether a callback answers yes; one that is not exported does. */
  private ask(name: string, ...values: readonly number[]): boolean {
    const answer = { yes: true };
    this.vm.call(this, name, [this.id, ...values], (value) => (answer.yes = value !== 0));
    return answer.yes;
  }

  private ownProperty(parts: readonly string[]): string | undefined {
    if (parts.length !== 1) return undefined;
    if (parts[0] === "plugin_name") return this.name;
    if (parts[0] === "plugin_root_id") return this.rootId;
    return parts[0] === "plugin_vm_id" ? this.vm.vmId : undefined;
  }

  private refuse(by: "proxy_on_vm_start" | "proxy_on_configure" | "trap"): PluginStart {
    const reason = this.vm.failure ?? `${by} returned false`;
    this.stopTimers();
    this.vm.removeContext(this.id);
    this.state = "closed";
    return { kind: "refused", by: this.vm.failed ? "trap" : by, reason };
  }

  private delete(): void {
    this.stopTimers();
    this.vm.call(this, "proxy_on_delete", [this.id]);
    this.vm.removeContext(this.id);
    this.state = "closed";
  }

  private stopTimers(): void {
    this.cancelTick();
    this.cancelTick = NOTHING_TO_CANCEL;
    this.tickPeriod = 0;
    this.httpCalls.cancelAll();
  }
}
