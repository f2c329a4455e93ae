/**
 * The queues that VMs of one process share. An item that is put in wakes the root context that registered the queue last, and no
 * other. Source: proxy-wasm-cpp-host shared_queue.cc.
 */
import { WasmResult } from "../abi/wasm-result.js";

interface Queue {
  readonly items: Uint8Array[];
  wake: (token: number) => void;
}

export class SharedQueues {
  private readonly tokens = new Map<string, number>();
  private readonly queues = new Map<number, Queue>();
  private nextToken = 1;

  /** Opens a queue, or takes it over with the items in it. `wake` is called after each item that is put in. */
  register(vmId: string, name: string, wake: (token: number) => void): number {
    const key = queueKey(vmId, name);
    const token = this.tokens.get(key) ?? this.nextToken++;
    this.tokens.set(key, token);
    const queue = this.queues.get(token);
    if (queue === undefined) this.queues.set(token, { items: [], wake });
    else queue.wake = wake;
    return token;
  }

  /** The token of a queue, undefined if nobody has registered it. */
  resolve(vmId: string, name: string): number | undefined {
    return this.tokens.get(queueKey(vmId, name));
  }

  /** Takes the oldest item: NotFound without such a queue, Empty without an item. */
  dequeue(token: number): Uint8Array | WasmResult.NotFound | WasmResult.Empty {
    const queue = this.queues.get(token);
    if (queue === undefined) return WasmResult.NotFound;
    return queue.items.shift() ?? WasmResult.Empty;
  }

  /** Puts an item in. */
  enqueue(token: number, item: Uint8Array): WasmResult {
    const queue = this.queues.get(token);
    if (queue === undefined) return WasmResult.NotFound;
    queue.items.push(item);
    queue.wake(token);
    return WasmResult.Ok;
  }
}

function queueKey(vmId: string, name: string): string {
  return `${vmId.length}:${vmId}${name}`;
}
