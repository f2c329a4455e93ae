/**
 * HTTP calls that a plugin dispatches (proxy_http_call). The host's part: which calls are under way, their timeout, and the
 * response while the guest's callback runs. Sending is the fetcher's part.
 */
import { BufferType, MapType } from "../abi/abi-enums.js";
import { toBytes } from "../abi/byte-string.js";
import type { Cancel, Clock } from "../event-loop/clock.js";
import { HeaderMap } from "../messages/header-map.js";
import { HostBuffer } from "../messages/host-buffer.js";
import type { Pair } from "../abi/pairs.js";
import { WasmResult } from "../abi/wasm-result.js";

export interface HttpCallRequest {
  readonly cluster: string;
  readonly headers: readonly Pair[];
  readonly body: Uint8Array;
  readonly trailers: readonly Pair[];
  /** 0: none. The host itself ends the call when it has passed. */
  readonly timeoutMilliseconds: number;
}

export interface HttpCallResponse {
  /** With `:status` among them. */
  readonly headers: readonly Pair[];
  readonly body?: Uint8Array;
  readonly trailers?: readonly Pair[];
}

/** A response, or the stream was reset before there was a whole one. */
export type HttpCallResult = HttpCallResponse | "reset";

export interface HttpFetcher {
  /** Whether Envoy would know a cluster of this name. */
  hasCluster(name: string): boolean;
  /**
   * Sends; calls `answer` once, now or later. Answers how to cancel, or undefined if the call has ended before anything could be sent, as one to
   * a cluster without hosts or with an open circuit breaker: then nobody is answered.
   */
  send(request: HttpCallRequest, answer: (result: HttpCallResult) => void): Cancel | undefined;
}

/** What Envoy's async client answers in place of an upstream that did not respond. */
export function envoyFailureResponse(status: number, body: string): HttpCallResponse {
  const bytes = toBytes(body);
  return {
    headers: [
      [":status", String(status)],
      ["content-length", String(bytes.length)],
      ["content-type", "text/plain"],
    ],
    body: bytes,
  };
}

/** Status and text of proxy_get_status inside the callback of a call that was reset. The code stays, whatever comes later (measured on 1.40.0). */
const RESET_STATUS = { code: WasmResult.BrokenConnection as number, message: "reset" };
const NO_STATUS = { code: WasmResult.Ok as number, message: "" };

/** Calls proxy_on_http_call_response; `returned` when it has returned, before what the guest asked for in it is done. */
type Deliver = (token: number, headers: number, body: number, trailers: number, returned: () => void) => void;

interface PendingCall {
  cancel: Cancel;
  cancelTimeout: Cancel;
}

export class HttpCalls {
  private readonly pending = new Map<number, PendingCall>();
  private readonly fetcher: HttpFetcher | undefined;
  private readonly clock: Clock;
  private readonly deliver: Deliver;
  private readonly post: (task: () => void) => void;
  private response: { headers: HeaderMap; trailers: HeaderMap | undefined; body: Uint8Array } | undefined;
  /** What proxy_get_status answers. */
  status = NO_STATUS;

  /**
   * `post` runs a task outside of any VM call, at once if there is none.
   */
  constructor(
    fetcher: HttpFetcher | undefined,
    clock: Clock,
    post: (task: () => void) => void,
    deliver: Deliver,
  ) {
    this.fetcher = fetcher;
    this.clock = clock;
    this.post = post;
    this.deliver = deliver;
  }

  /** Number of calls under way. */
  get count(): number {
    return this.pending.size;
  }

  /** Dispatches a call under `token`. Source of the checks: envoy context.cc, Context::httpCall. */
  dispatch(request: HttpCallRequest, token: number): WasmResult {
    if (request.timeoutMilliseconds < 0) return WasmResult.BadArgument;
    if (this.fetcher?.hasCluster(request.cluster) !== true) return WasmResult.BadArgument;
    const headers = HeaderMap.request(request.headers);
    if (
      headers.get(":path") === undefined ||
      headers.get(":method") === undefined ||
      headers.get(":authority") === undefined
    ) {
      return WasmResult.BadArgument;
    }
    if (request.body.length > 0) headers.set("content-length", String(request.body.length));
    const call: PendingCall = { cancel: () => undefined, cancelTimeout: () => undefined };
    this.pending.set(token, call);
    if (request.timeoutMilliseconds > 0) {
      call.cancelTimeout = this.clock.after(request.timeoutMilliseconds, () => {
        call.cancel();
        this.answer(token, call, envoyFailureResponse(504, "upstream request timeout"));
      });
    }
    const cancel = this.fetcher.send({ ...request, headers: headers.pairs() }, (result) =>
      this.answer(token, call, result),
    );
    if (cancel === undefined) {
      call.cancelTimeout();
      this.pending.delete(token);
      return WasmResult.InternalFailure;
    }
    call.cancel = cancel;
    return WasmResult.Ok;
  }

  /** Ends all calls without calling the guest. */
  cancelAll(): void {
    for (const call of this.pending.values()) {
      call.cancelTimeout();
      call.cancel();
    }
    this.pending.clear();
  }

  /** Header and trailer map of the response whose callback is running. */
  responseMap(type: MapType): HeaderMap | undefined {
    if (type === MapType.HttpCallResponseHeaders) return this.response?.headers;
    if (type === MapType.HttpCallResponseTrailers) return this.response?.trailers;
    return undefined;
  }

  /** Body of the response whose callback is running. */
  responseBuffer(type: BufferType): HostBuffer | undefined {
    if (type !== BufferType.HttpCallResponseBody || this.response === undefined) return undefined;
    return new HostBuffer(this.response.body, false);
  }

  private answer(token: number, call: PendingCall, result: HttpCallResult): void {
    this.post(() => {
      if (this.pending.get(token) !== call) return;
      this.pending.delete(token);
      call.cancelTimeout();
      // An answer that the guest gives in the callback runs callbacks of its own: they find nothing of the response any more (measured on 1.40.0).
      const gone = () => {
        this.response = undefined;
        this.status = { ...this.status, message: "" };
      };
      if (result === "reset") {
        this.status = RESET_STATUS;
        this.deliver(token, 0, 0, 0, gone);
      } else {
        const headers = HeaderMap.response(result.headers);
        const trailers = result.trailers && HeaderMap.trailers(result.trailers);
        const body = result.body ?? new Uint8Array(0);
        this.response = { headers, trailers, body };
        this.deliver(token, headers.count, body.length, trailers?.count ?? 0, gone);
      }
      // Where the guest has trapped.
      gone();
    });
  }
}
