// Several workers of one Envoy in host/, on a clock that stands still: what they find out about keys, and who of them asks, can be laid down
// call by call.

import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  HeaderMap,
  HostProcess,
  LogLevel,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
  type ManualCall,
  type Outcome,
  type Plugin,
  type RequestOptions,
  type Stream,
} from "../../host/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

export const ISSUER = "https://idp.example.com/";
const START = Date.parse("2026-01-01T00:00:00Z");

/** How long the workers' timers may lag behind the first tick, and the distance of the ticks after it, in milliseconds. */
export const FIRST_TICK = 10;
export const TICK = 1_000;
/** The distance of the ticks while requests wait. */
export const WAITING_TICK = 20;
/** The same while requests whose wait is over are still to be judged, and how many of them are judged between two ticks. */
export const REST_TICK = 1;
export const JUDGED_A_TICK = 32;

let compiled: Promise<WasmModule> | undefined;

/** The built filter, compiled once. */
export function filterModule(): Promise<WasmModule> {
  compiled ??= readFile(join(repositoryRoot, "build", "jwt-policy.wasm")).then((bytes) =>
    WasmModule.compile(bytes),
  );
  return compiled;
}

/** A plugin configuration with one rule for the issuer; `rule` and `rest` add to it or replace parts. */
export function configuration(rule: object = {}, rest: object = {}): object {
  const jwtRule = { issuer: ISSUER, jwksUri: `${ISSUER}jwks.json`, ...rule };
  return {
    requestAuthentications: [{ name: "test", namespace: "foo", jwtRules: [jwtRule] }],
    clusters: { "https://idp.example.com": "idp" },
    ...rest,
  };
}

/** An Envoy process whose clusters are `clusters`; its workers come one by one. */
export class Workers {
  readonly clock = new VirtualClock(START);
  readonly process: HostProcess;
  readonly plugins: Plugin[] = [];
  /** The fetches so far; `respond` of each is the issuer's answer. */
  readonly calls: ManualCall[];
  /** The clusters that there are: more may come. */
  readonly clusters: Set<string>;
  /** Warnings and errors so far. */
  readonly warnings: string[] = [];

  constructor(clusters: readonly string[] = ["idp"]) {
    const fetcher = new ManualHttpFetcher(clusters);
    this.calls = fetcher.calls;
    this.clusters = fetcher.clusters;
    const log = ({ message }: { message: string }) => void this.warnings.push(message);
    this.process = new HostProcess({ clock: this.clock, fetcher, logLevel: LogLevel.Warn, log });
  }

  /** A VM of a further worker. */
  async vm(): Promise<WasmVm> {
    return WasmVm.instantiate(await filterModule(), { process: this.process, vmId: "jwt-policy" });
  }

  /** Starts a plugin in `vm`, a further worker's if it is left out. */
  async start(config: object, vm?: WasmVm): Promise<Plugin> {
    const options = { rootId: "jwt-policy", configuration: JSON.stringify(config) };
    const start = (vm ?? (await this.vm())).startPlugin(options);
    if (start.kind !== "started") throw new Error(`refused by ${start.by}: ${start.reason}`);
    this.plugins.push(start.plugin);
    return start.plugin;
  }

  /** The last fetch. */
  get call(): ManualCall {
    const [call] = this.calls.slice(-1);
    if (call === undefined) throw new Error("nothing has been fetched");
    return call;
  }
}

/** A process with `count` workers; `jwksCache` is their plugin's. */
export async function startWorkers(count: number, jwksCache: object = {}): Promise<Workers> {
  const workers = new Workers();
  for (let i = 0; i < count; i++) await workers.start(configuration({}, { jwksCache }));
  return workers;
}

/** The same when the first fetch has brought these keys to all of them. */
export async function workersWith(kid: string, count = 2, jwksCache: object = {}): Promise<Workers> {
  const workers = await startWorkers(count, jwksCache);
  workers.clock.advance(FIRST_TICK);
  workers.call.respond(200, keySet(kid));
  workers.clock.advance(TICK);
  return workers;
}

/** A worker that is gone with all that it was doing, without a word: as after a trap. */
export function die(plugin: Plugin): void {
  plugin.httpCalls.cancelAll();
  plugin.setTickPeriod(0);
}

/** The key set with these keys: a key's secret is its name. */
export function keySet(...kids: string[]): string {
  const keys = kids.map((kid) => ({ kty: "oct", kid, alg: "HS256", k: base64url(kid) }));
  return JSON.stringify({ keys });
}

/**
 * A request whose token this key has signed; it is parked, or has its answer already.
 * @param header of the token, besides `alg`
 * @param claims of the token, besides `iss`, `sub` and `exp` or in their place
 */
export function ask(
  plugin: Plugin,
  kid: string,
  header: object = { kid },
  claims: object = {},
  options: RequestOptions = {},
): Stream {
  const payload = { iss: ISSUER, sub: "alice", exp: START / 1000 + 86_400, ...claims };
  const text = [{ alg: "HS256", ...header }, payload]
    .map((part) => base64url(JSON.stringify(part)))
    .join(".");
  const signature = createHmac("sha256", kid).update(text).digest("base64url");
  return plugin.request(
    HeaderMap.request([
      [":method", "GET"],
      [":path", "/"],
      [":authority", "httpbin"],
      [":scheme", "http"],
      ["authorization", `Bearer ${text}.${signature}`],
    ]),
    options,
  );
}

/** What has become of a request, in a word: `passed`, `waits`, or the text of its refusal. */
export function fate(stream: Stream): string {
  const outcome: Outcome = stream.outcome;
  if (outcome.kind === "continue") return "passed";
  if (outcome.kind === "paused") return "waits";
  return outcome.kind === "localResponse" ? Buffer.from(outcome.body).toString() : outcome.kind;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
