// The filter itself, jwt-policy.wasm in host/, asked about requests without an Envoy: what it answers here it answers there.

import {
  clearRouteCache,
  type ForeignFunction,
  type ForeignFunctions,
  HostProcess,
  LogLevel,
  VirtualClock,
  WasmModule,
  WasmVm,
  type Plugin,
  type PluginOptions,
} from "../../host/index.js";
import type { JsonObject } from "../resources/tree.js";
import { evaluationOf, type Evaluation } from "./evaluation.js";
import { withGivenKeys, type GivenKeys } from "./given-keys.js";
import { KeyCalls, type FetchKeys, type KeyCall } from "./key-calls.js";
import { parseStep } from "./parse-step.js";
import { headerMap, properties, stateKeys, type Request, type StateKeys } from "./request/request.js";

/** The filter has refused its configuration; `faults` are its messages, each with the place. */
export class ConfigurationRefusedError extends Error {
  override readonly name = "ConfigurationRefusedError";

  constructor(readonly faults: readonly string[]) {
    super(`the filter refuses this configuration:\n  ${faults.join("\n  ")}`);
  }
}

export interface ConfiguredFilterOptions {
  /** Whether evaluations tell their steps. Default: yes. Without, an evaluation is several times cheaper. */
  readonly trace?: boolean;
  /** Key sets in place of those that the rules name or hold. */
  readonly keys?: GivenKeys;
  /** Fetches key sets that are not given. Without it tokens that need them are refused. */
  readonly fetchKeys?: FetchKeys | undefined;
  /** Whether the host verifies signatures, which the filter puts to the test at its start. Default: where there is one that does. */
  readonly hostCrypto?: boolean;
}

/** A VM that configurations are tried in, one after the other. */
interface Trial {
  readonly vm: WasmVm;
  readonly number: number;
}

/** Measured: `render --all` of 350 workloads takes 2.1 s of CPU with a VM for each, 1.4 with 50 to a VM, and no less with 200. */
const TRIED_IN_A_VM = 50;

/** The filter, compiled: serves any number of configurations. */
export class Filter {
  private trial: Trial | undefined;

  private constructor(
    private readonly module: WasmModule,
    private readonly foreignFunctions: ForeignFunctions,
    /** Those without crypto. */
    private readonly plainFunctions: ForeignFunctions,
  ) {}

  /**
   * Compiles the filter.
   * @param wasm the bytes of jwt-policy.wasm
   * @param verifySignature Envoy's foreign function of that name; without it the filter verifies signatures itself
   */
  static async from(wasm: Uint8Array, verifySignature?: ForeignFunction): Promise<Filter> {
    const alone = new Map([["clear_route_cache", clearRouteCache]]);
    const foreignFunctions = new Map(alone);
    if (verifySignature !== undefined) foreignFunctions.set("verify_signature", verifySignature);
    return new Filter(await WasmModule.compile(wasm), foreignFunctions, alone);
  }

  /**
   * Starts the filter with a plugin configuration.
   * @throws ConfigurationRefusedError
   */
  async configure(
    configuration: JsonObject,
    options: ConfiguredFilterOptions = {},
  ): Promise<ConfiguredFilter> {
    const { trace = true, keys = noKeys, fetchKeys, hostCrypto = true } = options;
    const lines: string[] = [];
    const calls = new KeyCalls(keys, fetchKeys);
    // Nobody moves this clock on: neither ticks nor the host's timeouts disturb an evaluation.
    const clock = new VirtualClock(Date.now());
    const process = new HostProcess({
      clock,
      foreignFunctions: hostCrypto ? this.foreignFunctions : this.plainFunctions,
      fetcher: calls,
      logLevel: trace ? LogLevel.Trace : LogLevel.Warn,
      log: ({ message }) => void lines.push(message),
    });
    const vm = await WasmVm.instantiate(this.module, { process });
    const started = vm.startPlugin(pluginOptions(configuration, keys));
    if (started.kind === "refused") {
      const faults = lines.map((line) => line.replace(/^jwt-policy: /, ""));
      throw new ConfigurationRefusedError(started.by === "trap" ? [...faults, started.reason] : faults);
    }
    return new ConfiguredFilter(started.plugin, {
      clock,
      lines,
      calls,
      keys: stateKeys(configuration),
    });
  }

  /**
   * Whether the filter takes a configuration, in a VM that has taken others before, as an Envoy's worker does at updates. Nothing is verified: 350
   * workloads would each put the host's crypto to the test.
   */
  async takes(configuration: JsonObject): Promise<boolean> {
    const { vm, number } = this.trial ?? { vm: await this.newTrialVm(), number: 0 };
    // One that has refused, or failed, has seen what the next one should not.
    this.trial = undefined;
    const started = vm.startPlugin(pluginOptions(configuration, noKeys));
    if (started.kind === "refused") return false;
    started.plugin.close();
    if (!vm.failed && number + 1 < TRIED_IN_A_VM) this.trial = { vm, number: number + 1 };
    return true;
  }

  private newTrialVm(): Promise<WasmVm> {
    const process = new HostProcess({
      clock: new VirtualClock(Date.now()),
      foreignFunctions: this.plainFunctions,
      fetcher: new KeyCalls(noKeys, undefined),
      logLevel: LogLevel.Warn,
      log: () => undefined,
    });
    return WasmVm.instantiate(this.module, { process });
  }
}

const noKeys: GivenKeys = new Map<string, string>();

function pluginOptions(configuration: JsonObject, keys: GivenKeys): PluginOptions {
  const text = JSON.stringify(withAccessLog(withGivenKeys(configuration, keys)));
  return { rootId: "jwt-policy", configuration: text };
}

/** What the filter objects to in a configuration, each with the place; nothing if it takes it. */
export async function faultsOf(filter: Filter, configuration: JsonObject): Promise<readonly string[]> {
  if (await filter.takes(configuration)) return [];
  try {
    (await filter.configure(configuration, { trace: false, hostCrypto: false })).close();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationRefusedError)) throw error;
    return error.faults;
  }
}

interface Surroundings {
  readonly clock: VirtualClock;
  readonly lines: string[];
  readonly calls: KeyCalls;
  readonly keys: StateKeys;
}

/** What the filter decided is read from where access logs read it. What is no configuration stays as it is: the filter says what is wrong. */
function withAccessLog(configuration: JsonObject): JsonObject {
  const set = configuration["accessLog"];
  if (Array.isArray(configuration) || (set !== undefined && typeof set !== "boolean")) return configuration;
  return { ...configuration, accessLog: true };
}

/** The filter with a configuration. Requests are independent of each other: each has a clock of its own. */
export class ConfiguredFilter {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly plugin: Plugin,
    private readonly surroundings: Surroundings,
  ) {}

  /** The calls for keys that requests have caused so far. */
  get keyCalls(): readonly KeyCall[] {
    return this.surroundings.calls.calls;
  }

  /**
   * What becomes of a request that arrives at `now`. Waits for keys that are fetched, and for the evaluations before it.
   * @param now a date, or milliseconds since 1970
   */
  evaluate(request: Request, now: Date | number): Promise<Evaluation> {
    const evaluation = this.last.then(() => this.evaluateAlone(request, now));
    this.last = evaluation.catch(() => undefined);
    return evaluation;
  }

  /** Ends the filter. */
  close(): void {
    this.plugin.close();
  }

  private async evaluateAlone(request: Request, now: Date | number): Promise<Evaluation> {
    const { clock, lines, calls, keys } = this.surroundings;
    lines.length = 0;
    clock.set(now);
    const sent = headerMap(request);
    const stream = this.plugin.request(sent.clone(), { properties: properties(request, keys) });
    // One fetch of keys may lead to another: discovery names the key set.
    while (stream.outcome.kind === "paused") await calls.nextAnswer();
    stream.close();
    if (this.plugin.vm.failed) throw new Error(`the filter trapped: ${this.plugin.vm.failure ?? ""}`);
    const steps = lines.map(parseStep).filter((step) => step !== undefined);
    return evaluationOf(sent, stream.outcome, stream, steps);
  }
}
