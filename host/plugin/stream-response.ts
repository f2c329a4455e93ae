/** The response of a stream on its way through the filter, be it the upstream's or a local one. */
import { FilterDataStatus, toFilterDataStatus } from "../abi/abi-enums.js";
import type { Context } from "../vm/context.js";
import type { HeaderMap } from "../messages/header-map.js";
import { HostBuffer } from "../messages/host-buffer.js";
import type { GuestVm } from "../vm/guest-vm.js";

export class StreamResponse {
  private readonly vm: GuestVm;
  private readonly context: Context;
  private pendingBody: Uint8Array = new Uint8Array(0);
  /** Response header fields, after what the filter has changed; undefined until there is a response. */
  headers: HeaderMap | undefined;
  /** Defined while the filter may touch the header fields. */
  openHeaders: HeaderMap | undefined;
  /** Defined while proxy_on_response_body runs. */
  bodyBuffer: HostBuffer | undefined;
  /** The body, after what the filter has changed. */
  body: Uint8Array = new Uint8Array(0);
  /** Whether the filter holds the response back. */
  paused = false;

  constructor(vm: GuestVm, context: Context) {
    this.vm = vm;
    this.context = context;
  }

  get started(): boolean {
    return this.headers !== undefined;
  }

  /** Runs proxy_on_response_headers and, unless that pauses, proxy_on_response_body. @returns false if the guest cannot run any more */
  pass(headers: HeaderMap, body: Uint8Array): boolean {
    this.headers = headers;
    this.openHeaders = headers;
    this.pendingBody = body;
    if (this.vm.failed) return false;
    const { id } = this.context;
    // A trap in this call counts, not one in what follows it before it has returned (context.cc, CHECK_FAIL_HTTP).
    let ran = !this.vm.exportsFunction("proxy_on_response_headers");
    this.vm.call(
      this.context,
      "proxy_on_response_headers",
      [id, headers.count, body.length === 0 ? 1 : 0],
      (value, stop) => {
        ran = true;
        this.paused = value !== 0 || stop;
      },
    );
    return ran && (this.paused || this.passBody());
  }

  /** proxy_continue_stream(response). */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.passBody();
  }

  private passBody(): boolean {
    this.openHeaders = undefined;
    const buffer = new HostBuffer(this.pendingBody, true);
    this.bodyBuffer = buffer;
    let status = FilterDataStatus.Continue as FilterDataStatus;
    let ran = true;
    if (buffer.bytes.length > 0) {
      ran = !this.vm.failed && !this.vm.exportsFunction("proxy_on_response_body");
      this.vm.call(
        this.context,
        "proxy_on_response_body",
        [this.context.id, buffer.bytes.length, 1],
        (value, stop) => {
          ran = true;
          status = stop ? FilterDataStatus.StopIterationNoBuffer : toFilterDataStatus(value);
        },
      );
    }
    this.bodyBuffer = undefined;
    if (status === FilterDataStatus.Continue) this.body = buffer.bytes;
    else this.paused = true;
    return ran;
  }
}
