/**
 * One HTTP stream in a plugin: a request's header fields go in, and the filter lets it continue, answers itself, pauses it, or
 * resets it. Source: envoy source/extensions/common/wasm/context.cc.
 */
import { BufferType, FilterDataStatus, MapType, StreamType, toFilterDataStatus } from "../abi/abi-enums.js";
import { byteStringToText, bytesToByteString } from "../abi/byte-string.js";
import type { Context, RootContext } from "../vm/context.js";
import type { GuestVm } from "../vm/guest-vm.js";
import type { HeaderMap } from "../messages/header-map.js";
import { concatenate, HostBuffer } from "../messages/host-buffer.js";
import { failedVmResponse, localResponseHeaders, type LocalResponse } from "../messages/local-response.js";
import { lookUpProperty, requestHeaderProperty, serializeProperty, type PropertyTree } from "./properties.js";
import { StreamResponse } from "./stream-response.js";
import { continueWithoutStream } from "../vm/streamless-context.js";
import { WasmResult } from "../abi/wasm-result.js";

export interface RequestOptions {
  /** Attributes of the request that no header field carries: source, destination, connection, metadata, filter_state … */
  readonly properties?: PropertyTree;
  /** Whether the request has a body. Default: no. */
  readonly hasBody?: boolean;
  /**
   * Called when the request goes on to the next filter. One that answers it at once, as a direct_response and a cluster without hosts do, calls
   * `respond` here: then the stream ends inside of whatever let it go on. An upstream's answer comes later.
   */
  readonly whenItGoesOn?: (stream: Stream) => void;
}

/** What became of a request. */
export type Outcome =
  /** Waits for the filter. */
  | { readonly kind: "paused" }
  /** Goes on to the next filter with these header fields. */
  | { readonly kind: "continue"; readonly headers: HeaderMap }
  /** The filter has answered; `headers` are the response's, after the filter's own response callbacks. */
  | {
      readonly kind: "localResponse";
      readonly response: LocalResponse;
      readonly headers: HeaderMap;
      readonly body: Uint8Array;
    }
  /** The filter has closed the stream without an answer. */
  | { readonly kind: "reset" }
  /** The client has gone before there was an outcome. */
  | { readonly kind: "abandoned" };

const PAUSED: Outcome = { kind: "paused" };

export class Stream implements Context {
  readonly id: number;
  readonly plugin: RootContext;
  private readonly vm: GuestVm;
  private readonly ended: () => void;
  /** Filter state, by key; `wasm.` before what the filter has set itself. Values are bytes. */
  readonly filterState = new Map<string, Uint8Array>();
  /** How often the filter has had the route chosen anew. */
  routeCacheClears = 0;
  private readonly headers: HeaderMap;
  private readonly properties: PropertyTree;
  private readonly hasBody: boolean;
  private readonly whenItGoesOn: ((stream: Stream) => void) | undefined;
  private readonly response: StreamResponse;
  private readonly waiters: ((outcome: Outcome) => void)[] = [];
  private current: Outcome = PAUSED;
  private inHeadersCallback = false;
  private resumed = false;
  /** What was asked for in the callback of the request headers: Envoy waits for its end with it (filter_manager.cc, sendLocalReply). */
  private prepared: LocalResponse | undefined;
  /** Undefined when the filter may not touch the request header fields any more. */
  private openHeaders: HeaderMap | undefined;
  private requestBodyBuffer: HostBuffer | undefined;
  private logging = false;
  private closed = false;

  /** Called by Plugin.request. `headers` is changed by the filter; `ended` is called when the stream is gone. */
  constructor(
    vm: GuestVm,
    plugin: RootContext,
    headers: HeaderMap,
    options: RequestOptions,
    ended: () => void,
  ) {
    this.vm = vm;
    this.ended = ended;
    this.id = vm.takeContextId();
    this.plugin = plugin;
    this.headers = headers;
    this.properties = options.properties ?? {};
    this.hasBody = options.hasBody ?? false;
    this.whenItGoesOn = options.whenItGoesOn;
    this.response = new StreamResponse(vm, this);
  }

  /** The response that has passed the filter, undefined while there is none. */
  get passedResponse(): StreamResponse | undefined {
    return this.response.started ? this.response : undefined;
  }

  /** What has become of the request so far. */
  get outcome(): Outcome {
    return this.current;
  }

  /** The outcome when the request waits no more. Pending until then. */
  settled(): Promise<Exclude<Outcome, { kind: "paused" }>> {
    return new Promise((resolve) => {
      const settle = resolve as (outcome: Outcome) => void;
      if (this.current.kind !== "paused") settle(this.current);
      else this.waiters.push(settle);
    });
  }

  /** Called by Plugin.request: creates the context in the guest and runs proxy_on_request_headers. */
  start(): void {
    const { vm } = this;
    vm.addContext(this);
    vm.call(this, "proxy_on_context_create", [this.id, this.plugin.id]);
    this.openHeaders = this.headers;
    let ran = !vm.failed && !vm.exportsFunction("proxy_on_request_headers");
    let goesOn = ran;
    this.inHeadersCallback = true;
    vm.call(
      this,
      "proxy_on_request_headers",
      [this.id, this.headers.count, this.hasBody ? 0 : 1],
      (value, stop) => {
        ran = true;
        goesOn = value === 0 && !stop;
      },
    );
    this.inHeadersCallback = false;
    if (!ran) this.fail();
    else if (this.prepared !== undefined) this.answer(this.prepared);
    else if (goesOn || this.resumed) this.goOn();
  }

  /**
   * A part of the request body arrives, once the request has continued. Answers the bytes that go on upstream now; while the
   * filter buffers, none do.
   */
  requestBody(data: Uint8Array, endOfStream: boolean): Uint8Array {
    const { vm } = this;
    if (this.current.kind !== "continue" || vm.failed) return new Uint8Array(0);
    const buffer = new HostBuffer(
      this.requestBodyBuffer ? concatenate(this.requestBodyBuffer.bytes, data) : data,
      true,
    );
    this.requestBodyBuffer = buffer;
    let status = FilterDataStatus.Continue as FilterDataStatus;
    vm.process.dispatcher.run(() =>
      vm.call(
        this,
        "proxy_on_request_body",
        [this.id, buffer.bytes.length, endOfStream ? 1 : 0],
        (value, stop) => {
          status = stop ? FilterDataStatus.StopIterationNoBuffer : toFilterDataStatus(value);
        },
      ),
    );
    if (status === FilterDataStatus.StopIterationAndBuffer) return new Uint8Array(0);
    this.requestBodyBuffer = undefined;
    return status === FilterDataStatus.Continue ? buffer.bytes : new Uint8Array(0);
  }

  /** The upstream's answer passes the filter: runs proxy_on_response_headers and _body, then ends the stream. */
  respond(headers: HeaderMap, body: Uint8Array = new Uint8Array(0)): StreamResponse {
    this.vm.process.dispatcher.run(() => {
      if (this.response.pass(headers, body)) this.close();
      else this.fail();
    });
    return this.response;
  }

  /**
   * The stream ends: proxy_on_log, proxy_on_done, proxy_on_delete. While the request is paused that is a client that leaves.
   */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { vm } = this;
    vm.process.dispatcher.run(() => {
      this.logging = true;
      vm.call(this, "proxy_on_log", [this.id]);
      this.logging = false;
      vm.call(this, "proxy_on_done", [this.id]);
      vm.call(this, "proxy_on_delete", [this.id]);
      vm.removeContext(this.id);
      this.ended();
      if (this.current.kind === "paused") this.settle({ kind: "abandoned" });
    });
  }

  readableMap(type: MapType): HeaderMap | undefined {
    if (type === MapType.HttpRequestHeaders) return this.logging ? this.headers : this.openHeaders;
    if (type === MapType.HttpResponseHeaders)
      return this.logging ? this.response.headers : this.response.openHeaders;
    return this.plugin.readableMap(type);
  }

  writableMap(type: MapType): HeaderMap | undefined {
    if (type === MapType.HttpRequestHeaders) return this.openHeaders;
    return type === MapType.HttpResponseHeaders ? this.response.openHeaders : undefined;
  }

  get missingMapResult(): WasmResult {
    return this.logging ? WasmResult.NotFound : WasmResult.BadArgument;
  }

  buffer(type: BufferType): HostBuffer | undefined {
    const empty = new HostBuffer(new Uint8Array(0), false);
    if (type === BufferType.HttpRequestBody) return this.requestBodyBuffer ?? empty;
    if (type === BufferType.HttpResponseBody) return this.response.bodyBuffer ?? empty;
    if (type === BufferType.PluginConfiguration) return undefined;
    return this.plugin.buffer(type);
  }

  property(parts: readonly string[]): Uint8Array | WasmResult {
    if (parts.length === 0) return WasmResult.SerializationFailure;
    const headers = this.readableMap(MapType.HttpRequestHeaders);
    if (parts[0] === "request" && headers !== undefined) {
      const value = requestHeaderProperty(parts, headers);
      if (value !== undefined) return Uint8Array.from(value, (character) => character.charCodeAt(0));
    }
    const value = lookUpProperty(this.properties, parts.map(byteStringToText));
    if (value !== undefined) return serializeProperty(value) ?? WasmResult.SerializationFailure;
    if (parts[0] === "filter_state" && parts.length === 2)
      return this.filterState.get(parts[1]!) ?? WasmResult.NotFound;
    const own = this.plugin.property(parts);
    if (own !== WasmResult.NotFound) return own;
    return parts.length === 1
      ? (this.filterState.get(`wasm.${parts[0]!}`) ?? WasmResult.NotFound)
      : WasmResult.NotFound;
  }

  setProperty(path: string, value: Uint8Array): WasmResult {
    this.filterState.set(`wasm.${path}`, value);
    return WasmResult.Ok;
  }

  /** Filter state that the filter has set under `path`, as a byte string. */
  wasmState(path: string): string | undefined {
    const value = this.filterState.get(`wasm.${path}`);
    return value && bytesToByteString(value);
  }

  continueStream(type: StreamType): WasmResult {
    if (type === StreamType.Request) this.vm.afterCall(() => this.resume());
    else if (type === StreamType.Response) this.vm.afterCall(() => this.response.resume());
    else return continueWithoutStream(type);
    // Even before the request goes on, its header fields are out of reach (context.cc, continueStream).
    this.openHeaders = undefined;
    return WasmResult.Ok;
  }

  closeStream(type: StreamType): WasmResult {
    if (type !== StreamType.Request && type !== StreamType.Response) return WasmResult.Ok;
    this.vm.afterCall(() => {
      if (this.current.kind !== "localResponse") this.settle({ kind: "reset" });
      this.close();
    });
    return WasmResult.Ok;
  }

  sendLocalResponse(response: LocalResponse): void {
    this.vm.afterCall(() => this.answer(response));
  }

  clearRouteCache(): void {
    this.routeCacheClears++;
  }

  private resume(): void {
    if (this.inHeadersCallback) this.resumed = true;
    else this.goOn();
  }

  private goOn(): void {
    this.openHeaders = undefined;
    if (this.current.kind !== "paused" || this.closed) return;
    this.settle({ kind: "continue", headers: this.headers });
    this.whenItGoesOn?.(this);
  }

  private answer(response: LocalResponse): void {
    if (this.closed || this.response.started) return;
    if (this.inHeadersCallback) {
      this.prepared ??= response;
      return;
    }
    if (!this.response.pass(localResponseHeaders(response), response.body)) {
      this.fail();
      return;
    }
    this.settle({
      kind: "localResponse",
      response,
      headers: this.response.headers!,
      body: this.response.body,
    });
    this.close();
  }

  /**
   * The VM has trapped, now or before, and it was this stream's turn: 503, and the guest is not asked again. Streams that are
   * paused get no turn: their clients wait until a timeout of Envoy's own (measured on 1.40).
   */
  private fail(): void {
    const headers = localResponseHeaders(failedVmResponse);
    this.settle({ kind: "localResponse", response: failedVmResponse, headers, body: failedVmResponse.body });
    this.close();
  }

  private settle(outcome: Outcome): void {
    this.current = outcome;
    for (const waiter of this.waiters.splice(0)) waiter(outcome);
  }
}
