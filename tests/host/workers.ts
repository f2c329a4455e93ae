// Several workers of one Envoy in host/, on a clock that stands still: what they find out about keys, and who of them asks, can be laid down
// call by call.

import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  HeaderMap,
  HostProcess,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
  type ManualCall,
  type Outcome,
  type Plugin,
  type Stream,
} from "../../host/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

const ISSUER = "https://idp.example.com/";
const START = Date.parse("2026-01-01T00:00:00Z");

/** How long the workers' timers may lag behind the first tick, and the distance of the ticks after it, in milliseconds. */
export const FIRST_TICK = 10;
export const TICK = 1_000;

export interface Workers {
  clock: VirtualClock;
  process: HostProcess;
  plugins: Plugin[];
  /** The fetches so far; `respond` of each is the issuer's answer. */
  calls: ManualCall[];
}

/** A process with `count` workers; `jwksCache` is their plugin's. */
export async function startWorkers(count: number, jwksCache: object): Promise<Workers> {
  const clock = new VirtualClock(START);
  const fetcher = new ManualHttpFetcher(["idp"]);
  const process = new HostProcess({ clock, fetcher });
  const module = await WasmModule.compile(await readFile(join(repositoryRoot, "build", "jwt-policy.wasm")));
  const configuration = JSON.stringify({
    requestAuthentications: [
      { name: "test", namespace: "foo", jwtRules: [{ issuer: ISSUER, jwksUri: `${ISSUER}jwks.json` }] },
    ],
    clusters: { "https://idp.example.com": "idp" },
    jwksCache,
  });
  const plugins: Plugin[] = [];
  for (let i = 0; i < count; i++) {
    const vm = await WasmVm.instantiate(module, { process, vmId: "jwt-policy" });
    const start = vm.startPlugin({ rootId: "jwt-policy", configuration });
    if (start.kind !== "started") throw new Error(`refused by ${start.by}: ${start.reason}`);
    plugins.push(start.plugin);
  }
  return { clock, process, plugins, calls: fetcher.calls };
}

/** The key set with these keys: a key's secret is its name. */
export function keySet(...kids: string[]): string {
  const keys = kids.map((kid) => ({ kty: "oct", kid, alg: "HS256", k: base64url(kid) }));
  return JSON.stringify({ keys });
}

/** A request whose token this key has signed; it is parked, or has its answer already. */
export function ask(plugin: Plugin, kid: string): Stream {
  const payload = { iss: ISSUER, sub: "alice", exp: START / 1000 + 86_400 };
  const text = [{ alg: "HS256", kid }, payload].map((part) => base64url(JSON.stringify(part))).join(".");
  const signature = createHmac("sha256", kid).update(text).digest("base64url");
  return plugin.request(
    HeaderMap.request([
      [":method", "GET"],
      [":path", "/"],
      [":authority", "httpbin"],
      [":scheme", "http"],
      ["authorization", `Bearer ${text}.${signature}`],
    ]),
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
