/**
 * The key-value store that all VMs of one vm_id share, over all workers. Every write gets a new number (CAS) from one sequence.
 * Source: proxy-wasm-cpp-host shared_data.cc.
 */
import { WasmResult } from "../abi/wasm-result.js";

export interface SharedValue {
  readonly value: Uint8Array;
  readonly cas: number;
}

export class SharedData {
  private readonly byVmId = new Map<string, Map<string, SharedValue>>();
  private nextCas = 1;

  /** The value of `key` (a byte string), undefined if nothing was ever written. */
  get(vmId: string, key: string): SharedValue | undefined {
    return this.byVmId.get(vmId)?.get(key);
  }

  /**
   * Writes. `cas` 0 writes in any case; another must be the number of the present value, else CasMismatch. A key that does not
   * exist yet is written whatever `cas` says.
   */
  set(vmId: string, key: string, value: Uint8Array, cas: number): WasmResult {
    let values = this.byVmId.get(vmId);
    if (values === undefined) this.byVmId.set(vmId, (values = new Map<string, SharedValue>()));
    const present = values.get(key);
    if (present !== undefined && cas !== 0 && cas !== present.cas) return WasmResult.CasMismatch;
    values.set(key, { value, cas: this.takeCas() });
    return WasmResult.Ok;
  }

  /** Keys and values of one vm_id, for inspection. */
  entries(vmId: string): ReadonlyMap<string, SharedValue> {
    return this.byVmId.get(vmId) ?? new Map<string, SharedValue>();
  }

  private takeCas(): number {
    const cas = this.nextCas;
    this.nextCas = this.nextCas === 0xffffffff ? 1 : this.nextCas + 1;
    return cas;
  }
}
