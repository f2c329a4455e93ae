/**
 * What a WebAssembly VM is to the plugins, streams and host functions in it: its memory, its contexts, and the rules by which Envoy calls into
 * it. They are made above, in wasm-vm.ts. Source: proxy-wasm-cpp-host wasm.cc, context.cc.
 */
import { LogLevel } from "../abi/abi-enums.js";
import { toBytes } from "../abi/byte-string.js";
import type { Context } from "./context.js";
import { GuestMemory } from "../abi/memory.js";
import { VmMetrics } from "../process/metrics.js";
import { HostProcess, type ProcessOptions } from "../process/process.js";
import { VmContext } from "./vm-context.js";

export interface VmOptions {
  /** VMs of one vm_id share data and queues. Default: empty. */
  readonly vmId?: string;
  readonly vmConfiguration?: string | Uint8Array;
  /** The process the VM runs in; give the same one to all workers. Default: one of its own, made from these options. */
  readonly process?: HostProcess | ProcessOptions;
}

/**
 * How many calls into the guest may lie one inside the other. What the guest asked for is done when its call returns, and may call it again: an answer
 * ends its stream, which calls proxy_on_delete, and the end of that call gives the next answer, with all stack frames of the first one still there.
 * Envoy has no such number: V8 throws when its stack is full (measured on 1.36.4 and 1.40.0: at 304 local responses, at 271 answers of a
 * direct_response or of a cluster without hosts; other filters in the chain make it fewer). This host must not be kinder: the least of them, rounded down.
 */
export const DEEPEST_CALL = 250;

type GuestFunction = (...values: number[]) => unknown;

export class GuestVm {
  readonly vmId: string;
  readonly vmConfiguration: Uint8Array;
  readonly process: HostProcess;
  readonly metrics: VmMetrics;
  memory!: GuestMemory;
  /** While `_initialize`, `main` or `_start` runs: most host functions are then forbidden. */
  starting = false;
  private readonly contexts = new Map<number, Context>();
  private readonly afterCallActions: (() => void)[] = [];
  private readonly failureListeners: (() => void)[] = [];
  protected exports!: WebAssembly.Exports;
  protected current: Context;
  /** Calls that lie one inside the other at the moment. */
  private depth = 0;
  private effectiveContextId = 0;
  private stopNextIteration = false;
  private nextContextId = 1;
  private nextCallToken = 1;
  private failureText: string | undefined;

  protected constructor(options: VmOptions) {
    this.vmId = options.vmId ?? "";
    this.vmConfiguration = toBytes(options.vmConfiguration ?? "");
    this.process =
      options.process instanceof HostProcess ? options.process : new HostProcess(options.process);
    this.metrics = new VmMetrics(this.process.metrics);
    this.current = new VmContext(this.vmConfiguration);
    this.contexts.set(0, this.current);
  }

  /** Whether the guest has trapped. Nothing runs in this VM any more; every request gets 503. */
  get failed(): boolean {
    return this.failureText !== undefined;
  }

  /** Text of the trap. */
  get failure(): string | undefined {
    return this.failureText;
  }

  /** The context that host functions act on: the effective one if it still exists, else the one that was called. */
  get context(): Context {
    return this.effectiveContextId === 0
      ? this.current
      : (this.contexts.get(this.effectiveContextId) ?? this.current);
  }

  /** proxy_set_effective_context; false if there is no such context. 0 is the VM's own and ends the redirection. */
  setEffectiveContext(id: number): boolean {
    if (!this.contexts.has(id)) return false;
    this.effectiveContextId = id;
    return true;
  }

  /** Forces the callback that is running to end in "stop", whatever it returns. */
  stopIteration(): void {
    this.stopNextIteration = true;
  }

  /** Lets `action` follow the call into the guest that is running. */
  afterCall(action: () => void): void {
    this.afterCallActions.push(action);
  }

  /** A number that no context of this VM has. */
  takeContextId(): number {
    return this.nextContextId++;
  }

  /** A number that no dispatched call of this VM has. */
  takeCallToken(): number {
    return this.nextCallToken++;
  }

  addContext(context: Context): void {
    this.contexts.set(context.id, context);
  }

  removeContext(id: number): void {
    this.contexts.delete(id);
  }

  /** Calls `listener` when the guest traps. */
  whenFailed(listener: () => void): void {
    this.failureListeners.push(listener);
  }

  /** Whether the module exports a function. */
  exportsFunction(name: string): boolean {
    return typeof this.exports[name] === "function";
  }

  /**
   * Calls an export for `context`. `returned` gets its result (0 if it has none) and whether the guest has asked to stop, before
   * the actions that the guest asked for are done; it is not called if the export is missing or the guest has trapped.
   */
  call(
    context: Context,
    name: string,
    values: readonly number[],
    returned?: (value: number, stop: boolean) => void,
  ): void {
    const guestFunction = this.exports[name] as GuestFunction | undefined;
    if (guestFunction === undefined || this.failed) return;
    this.depth++;
    try {
      const value = this.run(context, name, guestFunction, values);
      if (value !== undefined) returned?.(value, this.stopNextIteration);
      this.stopNextIteration = false;
      // Not only this call's: one that is made by an action goes on with what is left (wasm.h, doAfterVmCallActions).
      for (
        let action = this.afterCallActions.shift();
        action !== undefined;
        action = this.afterCallActions.shift()
      )
        action();
    } finally {
      this.depth--;
    }
  }

  /** The call itself; undefined if the guest has trapped in it. */
  private run(
    context: Context,
    name: string,
    guestFunction: GuestFunction,
    values: readonly number[],
  ): number | undefined {
    const { current, effectiveContextId } = this;
    this.current = context;
    this.effectiveContextId = 0;
    try {
      if (this.depth > DEEPEST_CALL) throw new RangeError("Maximum call stack size exceeded");
      return (guestFunction(...values) as number | undefined) ?? 0;
    } catch (error) {
      this.fail(
        `Function: ${name} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      );
      return undefined;
    } finally {
      this.current = current;
      this.effectiveContextId = effectiveContextId;
    }
  }

  /** Hands a line to the log if its level is printed. */
  log(level: LogLevel, message: string): void {
    if (level < this.process.logLevel) return;
    const { context } = this;
    this.process.log({ level, message, rootId: context.plugin?.rootId ?? "", contextId: context.id });
  }

  private fail(text: string): void {
    this.failureText = text;
    this.log(LogLevel.Critical, text);
    for (const listener of this.failureListeners) listener();
  }
}
