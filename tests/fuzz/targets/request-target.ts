// Whole requests through the host as a target: several requests, keys that are fetched, late or never, clients that leave. What must hold
// whatever happens: no trap, no request that waits for good, no output header that was not signed for, and the next requests as before.

import {
  HeaderMap,
  HostProcess,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
  type Plugin,
  type Stream,
} from "../../../host/index.js";
import type { Instrumented } from "../coverage/instrument.js";
import { mutateBytes } from "../mutators/bytes.js";
import { mutateScenario } from "../mutators/scenario.js";
import { requestWords } from "../mutators/dictionary.js";
import type { Random } from "../../seeded/random.js";
import { clusterNames, configurationTexts, PAYLOAD_HEADER } from "./request-configurations.js";
import { bodyOf, readScenario, withTokens, type Scenario, type Step } from "./scenario.js";
import { Fault, type Target } from "./target.js";

const NOW = 1_700_000_000_000;
/** After this, every fetch of a configuration has timed out: nobody may wait any more. In milliseconds. */
const ALL_TIMEOUTS = 60_000;
/** More memory than this no input may cost, in bytes. */
const MAX_MEMORY = 64 * 1024 * 1024;

const canaries = [
  { authorization: 'Bearer \xabHS256 {"iss":"https://idp.example.com/","sub":"alice"}\xbb', passes: true },
  { authorization: 'Bearer \xabHS256 {"iss":"https://evil.example.com/","sub":"alice"}\xbb', passes: false },
  { authorization: "Bearer bad", passes: false },
];

export class RequestTarget implements Target {
  readonly name = "request";
  readonly longest = 16_384;
  readonly counters: number;
  private readonly module: WasmModule;
  private vm!: WasmVm;
  private clock!: VirtualClock;
  private fetcher!: ManualHttpFetcher;

  private constructor(module: WasmModule, counters: number) {
    this.module = module;
    this.counters = counters;
  }

  static async create(instrumented: Instrumented): Promise<RequestTarget> {
    const target = new RequestTarget(await WasmModule.compile(instrumented.bytes), instrumented.counters);
    await target.restart();
    return target;
  }

  async restart(): Promise<void> {
    this.clock = new VirtualClock(NOW);
    this.fetcher = new ManualHttpFetcher(clusterNames);
    const process = new HostProcess({ clock: this.clock, fetcher: this.fetcher });
    this.vm = await WasmVm.instantiate(this.module, { process, vmId: "fuzz" });
  }

  takeCounters(): Uint8Array {
    const taken = this.vm.memory.read(0, this.counters)!;
    this.vm.memory.writeBytes(0, new Uint8Array(this.counters));
    return taken;
  }

  run(input: string): void {
    const scenario = readScenario(input);
    if (scenario === undefined) return;
    this.clock.set(NOW);
    this.fetcher.calls.length = 0;
    const plugin = this.start(configurationTexts[scenario.configuration % configurationTexts.length]!);
    const payloads = new Set<string>();
    const streams = this.play(plugin, scenario, payloads);
    this.clock.advance(ALL_TIMEOUTS);
    for (const [index, stream] of streams.entries()) {
      if (stream.outcome.kind === "paused") throw new Fault(`request ${index} waits for good`);
      checkOutput(stream, index, payloads);
      stream.close();
    }
    plugin.close();
    this.checkAlive();
    if (this.vm.memory.size > MAX_MEMORY)
      throw new Fault(`the memory has grown to ${this.vm.memory.size} bytes`);
  }

  checkUnchanged(): void {
    this.clock.set(NOW);
    const plugin = this.start(configurationTexts[0]!);
    for (const { authorization, passes } of canaries) {
      const headers = [
        [":method", "GET"],
        [":path", "/"],
        [":authority", "a"],
        ["authorization", withTokens(authorization, new Set())],
      ] as const;
      const stream = plugin.request(HeaderMap.request(headers));
      if ((stream.outcome.kind === "continue") !== passes)
        throw new Fault(`a request is answered differently than before: ${authorization}`);
      stream.close();
    }
    plugin.close();
    this.checkAlive();
  }

  mutate(input: string, random: Random, other: string): string {
    return mutateScenario(input, random, other) ?? mutateBytes(input, random, requestWords, other);
  }

  private start(configuration: string): Plugin {
    const started = this.vm.startPlugin({ configuration });
    this.checkAlive();
    if (started.kind !== "started") throw new Fault(`a good configuration is refused: ${started.reason}`);
    // The first tick, which fetches the keys.
    this.clock.advance(10);
    return started.plugin;
  }

  private play(plugin: Plugin, scenario: Scenario, payloads: Set<string>): Stream[] {
    const streams: Stream[] = [];
    for (const step of scenario.steps) {
      this.playStep(plugin, step, streams, payloads);
      this.checkAlive();
    }
    return streams;
  }

  private playStep(plugin: Plugin, step: Step, streams: Stream[], payloads: Set<string>): void {
    switch (step.do) {
      case "request":
        streams.push(
          plugin.request(
            HeaderMap.request(step.headers.map(([name, value]) => [name, withTokens(value, payloads)])),
          ),
        );
        return;
      case "answer":
        this.fetcher.calls[step.call]?.respond(step.status, bodyOf(step), step.headers);
        return;
      case "reset":
        this.fetcher.calls[step.call]?.reset();
        return;
      case "advance":
        this.clock.advance(step.milliseconds);
        return;
      case "leave":
        streams[step.request]?.close();
        return;
    }
  }

  private checkAlive(): void {
    if (this.vm.failed) throw new Fault(`trap: ${this.vm.failure ?? ""}`);
  }
}

/** Whoever reaches the upstream with an output header has been signed for: its value is a payload that the fuzzer has signed. */
function checkOutput(stream: Stream, index: number, payloads: ReadonlySet<string>): void {
  const { outcome } = stream;
  if (outcome.kind !== "continue") return;
  const value = outcome.headers.get(PAYLOAD_HEADER);
  if (value === undefined) return;
  if (!value.split(",").every((payload) => payloads.has(payload)))
    throw new Fault(`request ${index} goes on with an output header that nobody has signed`);
}
