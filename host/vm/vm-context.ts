/** The context of a VM itself, id 0: what the guest acts on while it starts and when no plugin is involved. */
import { BufferType } from "../abi/abi-enums.js";
import { StreamlessContext } from "./streamless-context.js";
import { HostBuffer } from "../messages/host-buffer.js";
import { WasmResult } from "../abi/wasm-result.js";

export class VmContext extends StreamlessContext {
  override readonly plugin = undefined;
  private readonly vmConfiguration: Uint8Array;

  constructor(vmConfiguration: Uint8Array) {
    super(0);
    this.vmConfiguration = vmConfiguration;
  }

  override readableMap(): undefined {
    return undefined;
  }

  override buffer(type: BufferType): HostBuffer | undefined {
    return type === BufferType.VmConfiguration ? new HostBuffer(this.vmConfiguration, false) : undefined;
  }

  override property(): WasmResult {
    return WasmResult.NotFound;
  }
}
