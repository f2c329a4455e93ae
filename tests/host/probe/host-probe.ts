/** The probe in host/, behind the same little world as in EnvoyProbe: a cluster `up` that tells what it received. */
import {
  clearRouteCache,
  HeaderMap,
  HostProcess,
  LogLevel,
  textToByteString,
  VirtualClock,
  WasmModule,
  WasmVm,
} from "../../../host/index.js";
import { byteStringToText, bytesToByteString } from "../../../host/abi/byte-string.js";
import { ManualHttpFetcher, type ManualCall } from "../../../host/calls/manual-http-fetcher.js";
import { verifySignature } from "../../../host/node/verify-signature.js";
import type { Plugin, PluginStart } from "../../../host/plugin/plugin.js";
import type { Stream } from "../../../host/plugin/stream.js";
import {
  requestFields,
  relevantRequestField,
  relevantResponseField,
  type ProbeAnswer,
  type ProbeRequest,
} from "./probe-exchange.js";

/** The moment at which the clock of a probe stands. */
export const PROBE_TIME = Date.UTC(2025, 5, 1);

export class HostProbe {
  readonly process: HostProcess;
  readonly clock: VirtualClock;
  readonly fetcher: ManualHttpFetcher;
  readonly vm: WasmVm;
  readonly started: PluginStart;
  private readonly lines: string[];

  private constructor(
    process: HostProcess,
    clock: VirtualClock,
    fetcher: ManualHttpFetcher,
    vm: WasmVm,
    started: PluginStart,
    lines: string[],
  ) {
    this.process = process;
    this.clock = clock;
    this.fetcher = fetcher;
    this.vm = vm;
    this.started = started;
    this.lines = lines;
  }

  static async start(module: WasmModule, configuration = ""): Promise<HostProbe> {
    const clock = new VirtualClock(PROBE_TIME);
    const fetcher = new ManualHttpFetcher(["up", "dead", "empty"]);
    fetcher.withoutHosts.add("empty");
    const lines: string[] = [];
    const process = new HostProcess({
      clock,
      fetcher,
      foreignFunctions: new Map([
        ["clear_route_cache", clearRouteCache],
        ["verify_signature", verifySignature],
      ]),
      log: (line) => lines.push(line.message),
      logLevel: LogLevel.Warn,
    });
    const vm = await WasmVm.instantiate(module, { vmId: "probe-vm", process });
    return new HostProbe(
      process,
      clock,
      fetcher,
      vm,
      vm.startPlugin({ rootId: "probe-root", name: "probe-name", configuration }),
      lines,
    );
  }

  get plugin(): Plugin {
    if (this.started.kind !== "started") throw new Error(this.started.reason);
    return this.started.plugin;
  }

  /** A request as Envoy's HTTP/1 codec and connection manager hand it to the filters. */
  request(request: ProbeRequest): Stream {
    const headers = HeaderMap.request([
      [":authority", "probe.test"],
      [":path", request.path ?? "/"],
      [":method", "GET"],
      [":scheme", "http"],
      ...requestFields(request),
      ["x-forwarded-proto", "http"],
    ]);
    return this.plugin.request(headers, {
      properties: {
        source: { address: "127.0.0.1:4711", port: 4711 },
        destination: { address: "127.0.0.1:8080", port: 8080 },
        connection: { mtls: false, requested_server_name: "", id: 1n },
        request: { protocol: "HTTP/1.1" },
        filter_state: { "probe.remote": "127.0.0.1" },
      },
      whenItGoesOn: answerAtOnce,
    });
  }

  /** Sends a request to the probe, answering its calls as the upstream of EnvoyProbe does. */
  send(request: ProbeRequest): ProbeAnswer {
    this.fetcher.onCall = answerAsUpstream;
    const stream = this.request(request);
    for (let i = 0; i < 20 && stream.outcome.kind === "paused"; i++) this.clock.advance(100);
    const { outcome } = stream;
    if (outcome.kind === "localResponse") {
      return {
        status: Number(outcome.headers.get(":status")),
        body: bytesToByteString(outcome.body),
        headers: relevantLines(outcome.headers, relevantResponseField),
        upstream: undefined,
      };
    }
    if (outcome.kind !== "continue") return { status: 0, body: "", headers: [], upstream: undefined };
    const upstream = relevantLines(
      outcome.headers,
      (name) => !name.startsWith(":") && relevantRequestField(name),
    );
    const response = stream.respond(
      HeaderMap.response([
        [":status", "200"],
        ["x-upstream", "yes"],
        ["content-type", "application/json"],
        ["date", "now"],
        ["transfer-encoding", "chunked"],
        ["x-envoy-upstream-service-time", "0"],
      ]),
      textBytes("[]"),
    );
    const headers = relevantLines(response.headers!, relevantResponseField).filter(
      (line) => !line.startsWith("content-"),
    );
    return { status: Number(response.headers!.get(":status")), body: "", headers, upstream };
  }

  /** The lines that the probe has logged so far. */
  log(): string[] {
    return this.lines
      .filter((line) => line.startsWith("PROBE "))
      .map((line) => line.slice("PROBE ".length).trim());
  }
}

/** The routes of EnvoyProbe that reach no upstream. */
function answerAtOnce(stream: Stream): void {
  if (stream.outcome.kind !== "continue") return;
  const path = stream.outcome.headers.get(":path") ?? "";
  if (path.startsWith("/direct")) stream.respond(HeaderMap.response([[":status", "204"]]));
  else if (path.startsWith("/nowhere"))
    stream.respond(HeaderMap.response([[":status", "503"]]), textBytes("no healthy upstream"));
}

function textBytes(text: string): Uint8Array {
  return Uint8Array.from(textToByteString(text), (character) => character.charCodeAt(0));
}

function relevantLines(headers: HeaderMap, relevant: (name: string) => boolean): string[] {
  return headers
    .pairs()
    .filter(([name]) => relevant(name))
    .map(([name, value]) => `${name}: ${byteStringToText(value)}`);
}

function answerAsUpstream(call: ManualCall): void {
  const path = call.header(":path");
  if (call.request.cluster === "dead") call.fail("remote connection failure");
  else if (path === "/text")
    call.respond(200, "hello", [
      ["x-text", "yes"],
      ["content-length", "5"],
      ["connection", "keep-alive"],
      ["keep-alive", "timeout=5"],
    ]);
  else if (path === "/cut") call.reset();
  else if (path === "/break") call.fail("connection termination");
}
