/** The probe in a real Envoy: one worker, an upstream that tells what it received, and everything on free ports. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import {
  relevantRequestField,
  relevantResponseField,
  requestFields,
  type ProbeAnswer,
  type ProbeRequest,
} from "./probe-exchange.js";
import { rawGet } from "./raw-http.js";

export interface EnvoyProbeOptions {
  readonly configuration?: string;
}

export class EnvoyProbe {
  private readonly envoy: RunningEnvoy;
  private readonly upstream: Server;
  private readonly directory: string;
  /** Version of the Envoy that runs. */
  readonly version: string;

  private constructor(envoy: RunningEnvoy, version: string, upstream: Server, directory: string) {
    this.envoy = envoy;
    this.version = version;
    this.upstream = upstream;
    this.directory = directory;
  }

  /** Starts Envoy with the probe and waits until it listens. */
  static async start(probe: Uint8Array, options: EnvoyProbeOptions = {}): Promise<EnvoyProbe> {
    const directory = await mkdtemp(join(tmpdir(), "envoy-probe-"));
    const upstream = await startUpstream();
    try {
      const wasmFile = join(directory, "probe.wasm");
      await writeFile(wasmFile, probe);
      const { path, version } = await locateEnvoy();
      const config = JSON.stringify(envoyConfiguration(wasmFile, portOf(upstream), options));
      return new EnvoyProbe(
        await startEnvoy({ path, config, wasmLogLevel: "warning" }),
        version,
        upstream,
        directory,
      );
    } catch (error) {
      upstream.close();
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  get port(): number {
    return this.envoy.port("probe");
  }

  /** Sends a request to the probe. */
  async send(request: ProbeRequest): Promise<ProbeAnswer> {
    const response = await rawGet(this.port, request.path ?? "/", requestFields(request));
    const headers = response.headers
      .filter(([name]) => relevantResponseField(name))
      .map(([name, value]) => `${name}: ${value}`)
      // The codec's own, after the filters.
      .filter((line) => line !== "content-length: 0");
    const fromUpstream = response.headers.some(([name]) => name === "x-upstream");
    if (!fromUpstream) return { status: response.status, body: response.body, headers, upstream: undefined };
    const received = JSON.parse(response.body) as [string, string][];
    const upstream = received
      .filter(([name]) => relevantRequestField(name))
      .map(([name, value]) => `${name}: ${value}`);
    return {
      status: response.status,
      body: "",
      headers: headers.filter((line) => !line.startsWith("content-")),
      upstream,
    };
  }

  /** The lines that the probe has logged so far. */
  log(): string[] {
    return [...this.envoy.log().matchAll(/PROBE (.*)/g)].map((match) => match[1]!.trim());
  }

  /** Everything that Envoy has logged. */
  fullLog(): string {
    return this.envoy.log();
  }

  /** Value of a counter or gauge of the probe, undefined if there is none. */
  async metric(name: string): Promise<number | undefined> {
    const page = await this.envoy.admin(`/stats?format=json&filter=${encodeURIComponent(name)}`);
    const { stats } = JSON.parse(page) as { stats: { name?: string; value?: number }[] };
    return stats.find((stat) => stat.name === `wasmcustom.${name}`)?.value;
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
    this.upstream.close();
    this.upstream.closeAllConnections();
    await rm(this.directory, { recursive: true });
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Answers every request with its header fields as JSON, but `/text` with a short text and `/hang` with nothing. */
async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/hang") return;
    if (request.url === "/break") {
      request.socket.destroy();
      return;
    }
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": "5" });
      response.write("he", () => request.socket.destroy());
      return;
    }
    response.sendDate = false;
    if (request.url === "/text") {
      response.writeHead(200, { "x-text": "yes", "content-length": "5" });
      response.end("hello");
      return;
    }
    const fields: [string, string][] = [];
    const raw = request.rawHeaders;
    for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i]!, raw[i + 1]!]);
    response.writeHead(200, { "x-upstream": "yes", "content-type": "application/json" });
    response.end(JSON.stringify(fields));
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** @param port of its one host on this machine; without one it has none */
function cluster(name: string, port?: number): unknown {
  const endpoint = { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
  return {
    name,
    type: "STATIC",
    // Crowds come at once, and the upstream is one process on a busy machine.
    connect_timeout: "10s",
    circuit_breakers: { thresholds: [{ max_connections: 50, max_pending_requests: 10_000 }] },
    load_assignment: {
      cluster_name: name,
      endpoints: port === undefined ? [] : [{ lb_endpoints: [{ endpoint }] }],
    },
  };
}

function envoyConfiguration(wasmFile: string, upstreamPort: number, options: EnvoyProbeOptions): unknown {
  const wasm = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
    config: {
      name: "probe-name",
      root_id: "probe-root",
      ...(options.configuration === undefined
        ? {}
        : {
            configuration: {
              "@type": "type.googleapis.com/google.protobuf.StringValue",
              value: options.configuration,
            },
          }),
      vm_config: {
        vm_id: "probe-vm",
        runtime: "envoy.wasm.runtime.v8",
        code: { local: { filename: wasmFile } },
      },
    },
  };
  const filterState = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config",
    on_request_headers: [
      {
        object_key: "probe.remote",
        factory_key: "envoy.string",
        format_string: {
          text_format_source: { inline_string: "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%" },
        },
      },
    ],
  };
  const connectionManager = {
    "@type":
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: "probe",
    generate_request_id: false,
    route_config: {
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [
            { match: { prefix: "/direct" }, direct_response: { status: 204 } },
            { match: { prefix: "/nowhere" }, route: { cluster: "empty" } },
            { match: { prefix: "/" }, route: { cluster: "up" } },
          ],
        },
      ],
    },
    http_filters: [
      { name: "state", typed_config: filterState },
      { name: "wasm", typed_config: wasm },
      {
        name: "router",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
  };
  return {
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: {
      listeners: [
        {
          name: "probe",
          address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
          filter_chains: [{ filters: [{ name: "hcm", typed_config: connectionManager }] }],
        },
      ],
      clusters: [cluster("up", upstreamPort), cluster("dead", 1), cluster("empty")],
    },
  };
}
