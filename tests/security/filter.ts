// The filter in host/ for tests of what an attacker may try: requests go in, what became of them comes out.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  byteStringToText,
  bytesToText,
  HeaderMap,
  HostProcess,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
  type ForeignFunctions,
  type Pair,
  type Plugin,
  type PropertyTree,
} from "../../host/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { signingKey, type KeyName } from "../differential/keys/keys.js";
import { defaultIssuer, mint, mintAt, type TokenSpec } from "../differential/token.js";

/** The time that the filter sees, in seconds since 1970, until a test sets another. Tokens are minted then. */
export const NOW = 1_800_000_000;
mintAt(NOW);

const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
let compiled: Promise<WasmModule> | undefined;

export interface FilterRequest {
  readonly method?: string;
  readonly path?: string;
  readonly authority?: string;
  /** Bearer token of the `authorization` header. */
  readonly token?: string;
  readonly headers?: readonly Pair[];
  readonly properties?: PropertyTree;
}

/** What became of a request: 200 if it goes on, with what the upstream gets; the local response otherwise. */
export interface FilterAnswer {
  readonly status: number;
  readonly body: string;
  /** Header fields that the upstream, or else the client, gets, without pseudo header fields. */
  readonly headers: readonly Pair[];
  /** `:path` of the upstream's request. */
  readonly path: string;
}

export class Filter {
  private constructor(
    readonly vm: WasmVm,
    readonly plugin: Plugin,
    readonly clock: VirtualClock,
    readonly fetcher: ManualHttpFetcher,
    readonly log: readonly string[],
  ) {}

  /** Starts the filter; its clock stands at NOW. Fails if it refuses the configuration. */
  static async start(configuration: object, options: FilterOptions = {}): Promise<Filter> {
    const result = await Filter.tryStart(configuration, options);
    if (Array.isArray(result)) throw new Error(result.join("\n"));
    return result;
  }

  /** The same; what the log says of a configuration that is refused. */
  static async tryStart(configuration: object, options: FilterOptions = {}): Promise<Filter | string[]> {
    compiled ??= readFile(wasm).then((bytes) => WasmModule.compile(bytes));
    const clock = new VirtualClock(NOW * 1000);
    const fetcher = new ManualHttpFetcher(["idp", "other"]);
    const log: string[] = [];
    const process =
      options.process ??
      new HostProcess({
        clock,
        fetcher,
        log: (line) => void log.push(line.message),
        ...(options.foreignFunctions === undefined ? {} : { foreignFunctions: options.foreignFunctions }),
      });
    const vm = await WasmVm.instantiate(await compiled, { process, vmId: "security" });
    const result = vm.startPlugin({ rootId: "jwt-policy", configuration: JSON.stringify(configuration) });
    if (result.kind !== "started") return log;
    return new Filter(vm, result.plugin, clock, fetcher, log);
  }

  /** Sends a request, which must be decided when `whileWaiting` has returned. */
  send(request: FilterRequest = {}, { plugin = this.plugin, whileWaiting }: Sending = {}): FilterAnswer {
    const pairs: Pair[] = [
      [":method", request.method ?? "GET"],
      [":path", request.path ?? "/"],
      [":authority", request.authority ?? "api.example.com"],
      [":scheme", "https"],
    ];
    if (request.token !== undefined) pairs.push(["authorization", `Bearer ${request.token}`]);
    const stream = plugin.request(
      HeaderMap.request([...pairs, ...(request.headers ?? [])]),
      request.properties === undefined ? {} : { properties: request.properties },
    );
    if (stream.outcome.kind === "paused") whileWaiting?.();
    const { outcome } = stream;
    const { vm } = plugin;
    stream.close();
    if (vm.failed) throw new Error(`the VM has trapped: ${vm.failure ?? ""}`);
    const plain = (headers: HeaderMap) => headers.pairs().filter(([name]) => !name.startsWith(":"));
    if (outcome.kind === "continue") {
      const path = byteStringToText(outcome.headers.get(":path") ?? "");
      return { status: 200, body: "", headers: plain(outcome.headers), path };
    }
    if (outcome.kind !== "localResponse") throw new Error(`the request is ${outcome.kind}`);
    const body = bytesToText(outcome.body);
    return { status: outcome.response.status, body, headers: plain(outcome.headers), path: "" };
  }

  /** "passes", or status and body. */
  outcome(request: FilterRequest = {}, sending: Sending = {}): string {
    const { status, body } = this.send(request, sending);
    return status === 200 ? "passes" : `${status} ${body}`;
  }

  stop(): void {
    this.plugin.close();
  }
}

export interface Sending {
  /** Another plugin of the VM. */
  readonly plugin?: Plugin;
  /** Called if the request waits: answers the fetch that it waits for. */
  readonly whileWaiting?: () => void;
}

export interface FilterOptions {
  readonly foreignFunctions?: ForeignFunctions;
  /** Of which this is another VM. */
  readonly process?: HostProcess;
}

/** A JWK of a signing key, with its name as `kid`. */
export function jwk(name: KeyName, members: object = {}): object {
  return { ...signingKey(name).jwk, kid: name, ...members };
}

/** A jwtRule with these keys in it. */
export function rule(keys: readonly object[], members: object = {}): object {
  return { issuer: defaultIssuer, jwks: JSON.stringify({ keys }), ...members };
}

/** A configuration of these jwtRules. */
export function trusting(...jwtRules: object[]): { requestAuthentications: object[] } {
  return { requestAuthentications: [{ name: "test", jwtRules }] };
}

/** Requests need a principal. */
export const principalNeeded = {
  authorizationPolicies: [
    { name: "allow", namespace: "foo", rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] },
  ],
};

export { mint, type TokenSpec };

/** A compact token of these texts, with the signature's bytes. */
export function rawToken(header: string, payload: string, signature: Uint8Array): string {
  const encode = (text: string) => Buffer.from(text, "latin1").toString("base64url");
  return `${encode(header)}.${encode(payload)}.${Buffer.from(signature).toString("base64url")}`;
}
