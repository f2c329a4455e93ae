// Puts cases to Envoy: one listener a policy and side, and what came of each request.
import type { Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import {
  inlineKeysFault,
  refusedKeys,
  withTokens,
  type Answer,
  type Header,
  type Received,
  type RequestSpec,
} from "../compared/exchange.js";
import type { JsonObject, Policy } from "../policy.js";
import { echoHeader, startEchoUpstream } from "./echo-upstream.js";
import {
  bootstrap,
  detailsHeader,
  listenerName,
  listeners,
  type Side,
  type Surroundings,
} from "./envoy-config.js";
import { WireClient } from "./wire-client.js";

/** Response headers that say when or where, not what. */
const incidental = new Set(["date", "x-envoy-upstream-service-time", detailsHeader, echoHeader]);

export interface RunnerOptions {
  readonly binary: string;
  readonly policies: readonly Policy[];
  /** Policy name -> Istio's filters. */
  readonly native: ReadonlyMap<string, readonly unknown[]>;
  readonly sides: readonly Side[];
  readonly wasm?: string;
  /** What our configurations say besides their policies. */
  readonly settings?: JsonObject;
  readonly clusters?: ReadonlyMap<string, number>;
  /** Responses tell the attributes of their requests. */
  readonly attributes?: boolean;
  readonly wasmLogLevel?: "debug" | "info" | "warning";
}

/** Hundreds of listeners, each with a wasm filter, take a while on two cores. */
const startDeadline = 240_000;

interface ListenerDump {
  configs?: { name: string; error_state?: { details: string } }[];
}

/** A running Envoy and its upstream. */
export class EnvoyRunner {
  readonly #clients = new Map<string, WireClient>();

  private constructor(
    readonly envoy: RunningEnvoy,
    readonly refused: ReadonlyMap<string, string>,
    readonly upstream: Server,
    readonly directory: string,
  ) {}

  static async start(options: RunnerOptions): Promise<EnvoyRunner> {
    const { port, server } = await startEchoUpstream();
    const directory = await mkdtemp(join(tmpdir(), "differential-"));
    const around: Surroundings = {
      upstreamPort: port,
      clusters: options.clusters ?? new Map(),
      ...(options.wasm === undefined ? {} : { wasm: options.wasm }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
    };
    try {
      const listenersFile = join(directory, "listeners.json");
      const content = listeners(options.policies, options.native, around, options.sides);
      await writeFile(listenersFile, JSON.stringify(content));
      const envoy = await startEnvoy({
        path: options.binary,
        config: JSON.stringify(bootstrap(around, listenersFile)),
        deadline: startDeadline,
        wasmLogLevel: options.wasmLogLevel ?? "warning",
        // Istio's filters use fields that Envoy calls deprecated, half a kilobyte each time: thousands of policies
        // would push out of the log what the refusals say.
        componentLogLevels: { misc: "error" },
      });
      const dump = JSON.parse(await envoy.admin("/config_dump?resource=dynamic_listeners")) as ListenerDump;
      const refused = (dump.configs ?? []).flatMap((one) =>
        one.error_state === undefined ? [] : [[one.name, one.error_state.details] as const],
      );
      return new EnvoyRunner(envoy, new Map(refused), server, directory);
    } catch (error) {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Why Envoy refused the listener; undefined when it is there. */
  refusal(side: Side, policy: Policy): string | undefined {
    return this.refused.get(listenerName(side, policy));
  }

  /** Sends one request to one side's listener. Requests to one listener must come one after the other. */
  async ask(side: Side, policy: Policy, spec: RequestSpec): Promise<Answer> {
    const name = listenerName(side, policy);
    const refusal = this.refused.get(name);
    if (refusal !== undefined) {
      const fault = this.#keyFault(side, policy, refusal);
      if (fault !== undefined) return refusedKeys(fault);
      throw new Error(`Envoy refused the listener ${name}: ${refusal}`);
    }
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new WireClient(this.envoy.port(name));
      this.#clients.set(name, client);
    }
    const request = withTokens(spec);
    const headers: Header[] = [["host", request.authority], ...request.headers];
    const response = await client.send(request.method, request.path, headers, request.connection);
    const value = (wanted: string) => response.headers.find(([header]) => header === wanted)?.[1];
    const details = value(detailsHeader) ?? "";
    let received: Received | null = null;
    if (value(detailsHeader) === undefined && (response.body !== "" || value(echoHeader) !== undefined)) {
      const echoed = value(echoHeader);
      const text =
        echoed === undefined ? Buffer.from(response.body, "latin1") : Buffer.from(echoed, "base64url");
      received = JSON.parse(text.toString("utf8")) as Received;
    }
    return {
      status: response.status,
      body: response.body,
      headers: response.headers
        .filter(([header]) => !incidental.has(header) && !(received !== null && header === "content-length"))
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
      details,
      received,
    };
  }

  /** What a side says of the inline keys because of which it refused a policy: native to Envoy, ours into the log. */
  #keyFault(side: Side, policy: Policy, refusal: string): string | undefined {
    if (side === "native") return / has invalid local jwks: (.+)$/m.exec(refusal)?.[1]?.trim();
    const lines = this.envoy.log().split("\n");
    const failed = lines.findIndex((one) => one.endsWith(` Plugin jwt-policy.${policy.name} failed to load`));
    // The filter's own line comes before the one that names it.
    return inlineKeysFault(lines.slice(0, Math.max(failed, 0)));
  }

  /** Closes the connections to a policy's listeners: hundreds left open would use up the file descriptors. */
  release(policy: Policy): void {
    for (const side of ["native", "ours"] as const) {
      const name = listenerName(side, policy);
      this.#clients.get(name)?.close();
      this.#clients.delete(name);
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await this.envoy.stop();
    await rm(this.directory, { recursive: true, force: true });
    this.upstream.closeAllConnections();
    await new Promise<void>((resolve) => this.upstream.close(() => resolve()));
  }
}
