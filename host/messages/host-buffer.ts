/** A buffer that the guest may read and, if it is a body, change. Source: envoy source/extensions/common/wasm/context.cc, Buffer. */
import { WasmResult } from "../abi/wasm-result.js";

export class HostBuffer {
  private content: Uint8Array;
  private readonly writable: boolean;

  constructor(content: Uint8Array, writable: boolean) {
    this.content = content;
    this.writable = writable;
  }

  get bytes(): Uint8Array {
    return this.content;
  }

  /**
   * Replaces bytes: at 0 with length 0 puts `data` in front, at 0 with at least the whole length replaces all, behind the end
   * appends. Anything else is refused, as in Envoy.
   */
  write(start: number, length: number, data: Uint8Array): WasmResult {
    if (!this.writable) return WasmResult.BadArgument;
    if (start === 0 && length === 0) this.content = concatenate(data, this.content);
    else if (start === 0 && length >= this.content.length) this.content = data;
    else if (start !== 0 && start >= this.content.length) this.content = concatenate(this.content, data);
    else return WasmResult.BadArgument;
    return WasmResult.Ok;
  }
}

export function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
