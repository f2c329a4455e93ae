// Puts the requests that Envoy's filters would see to the same wasm in host/.
import { readFile } from "node:fs/promises";
import {
  bytesToByteString,
  HeaderMap,
  HostProcess,
  WasmModule,
  WasmVm,
  clearRouteCache,
  type Plugin,
} from "../../../host/index.js";
import { verifySignature } from "../../../host/node-verify-signature.js";
import { inlineKeys, refusedKeys, type Answer, type Header, type Received } from "../exchange.js";
import { withKeySets } from "../key-sets.js";
import type { Policy } from "../policy.js";
import type { Attributes } from "./attributes.js";

/** A policy's filter in host/, or what it said when it refused its configuration. */
export type HostStart =
  | { readonly kind: "started"; readonly plugin: Plugin }
  | { readonly kind: "refused"; readonly log: readonly string[] };

export class HostRunner {
  readonly #started = new Map<string, Promise<HostStart>>();

  private constructor(private readonly module: WasmModule) {}

  static async load(wasm: string): Promise<HostRunner> {
    return new HostRunner(await WasmModule.compile(await readFile(wasm)));
  }

  /** Starts a policy's filter in a VM of its own; the second time it is the same one. */
  start(policy: Policy): Promise<HostStart> {
    let start = this.#started.get(policy.name);
    if (start === undefined) {
      start = this.#start(policy);
      this.#started.set(policy.name, start);
    }
    return start;
  }

  /** Ends a policy's filter: its ticks would go on. */
  async release(policy: Policy): Promise<void> {
    const start = await this.#started.get(policy.name);
    this.#started.delete(policy.name);
    if (start?.kind === "started") start.plugin.close();
  }

  async #start(policy: Policy): Promise<HostStart> {
    const log: string[] = [];
    const process = new HostProcess({
      foreignFunctions: new Map([
        ["clear_route_cache", clearRouteCache],
        ["verify_signature", verifySignature],
      ]),
      log: (line) => void log.push(line.message),
    });
    const vm = await WasmVm.instantiate(this.module, { process });
    const configuration = JSON.stringify(withKeySets(policy.config));
    const result = vm.startPlugin({ rootId: "jwt-policy", configuration });
    return result.kind === "started" ? result : { kind: "refused", log };
  }

  /** What the filter in host/ makes of a request that reached an upstream without any filter in between. */
  async answer(policy: Policy, request: Received, { scheme, properties }: Attributes): Promise<Answer> {
    const start = await this.start(policy);
    if (start.kind === "refused") {
      const line = start.log.find((one) => one.includes(inlineKeys));
      if (line !== undefined) return refusedKeys(line.slice(line.indexOf(inlineKeys) + inlineKeys.length));
      throw new Error(`refused: ${start.log.join("; ")}`);
    }
    const map = HeaderMap.request([
      [":authority", request.headers.find(([name]) => name === "host")?.[1] ?? ""],
      [":path", request.path],
      [":method", request.method],
      [":scheme", scheme],
      ...request.headers.filter(([name]) => name !== "host"),
    ]);
    const outcome = await start.plugin.request(map, { properties }).settled();
    if (outcome.kind === "localResponse") {
      return {
        status: outcome.response.status,
        body: request.method === "HEAD" ? "" : bytesToByteString(outcome.body),
        headers: fields(outcome.headers).filter(([name]) => name !== ":status"),
        details: outcome.response.details,
        received: null,
      };
    }
    if (outcome.kind !== "continue") throw new Error(`the request is ${outcome.kind}`);
    const headers = fields(outcome.headers);
    const value = (wanted: string) => headers.find(([name]) => name === wanted)?.[1] ?? "";
    return {
      status: 200,
      body: "",
      headers: [],
      details: "",
      received: {
        method: value(":method"),
        path: value(":path"),
        headers: [["host", value(":authority")], ...headers.filter(([name]) => !name.startsWith(":"))],
      },
    };
  }
}

/** Header fields as they look behind an HTTP/1.1 connection: blanks around values are gone (RFC 9110 §5.5). */
function fields(map: HeaderMap): Header[] {
  return map.pairs().map(([name, value]): Header => [name, value.replace(/^[ \t]+|[ \t]+$/g, "")]);
}
