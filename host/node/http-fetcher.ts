/** Real HTTP for dispatched calls, by node:http and node:https. Node only. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Cancel } from "../event-loop/clock.js";
import {
  envoyFailureResponse,
  type HttpCallRequest,
  type HttpCallResult,
  type HttpFetcher,
} from "../calls/http-calls.js";
import type { Pair } from "../abi/pairs.js";

/** Fields that Node itself makes of the request. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "connection"]);

/** What Envoy answers for an upstream that it cannot connect to. */
const CONNECT_FAILURE =
  "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure";

export interface NodeHttpFetcherOptions {
  /** Changes how a call to an origin is made: through a proxy, with other authorities. */
  readonly prepare?: (origin: URL, options: RequestOptions) => RequestOptions;
  /** Told why a call got no answer, which the guest does not learn. */
  readonly onFailure?: (error: Error) => void;
}

export class NodeHttpFetcher implements HttpFetcher {
  private readonly origins: ReadonlyMap<string, URL>;

  /** `origins`: cluster name to the origin it stands for, such as `http://127.0.0.1:8080`. */
  constructor(
    origins: ReadonlyMap<string, string>,
    private readonly options: NodeHttpFetcherOptions = {},
  ) {
    this.origins = new Map([...origins].map(([cluster, origin]) => [cluster, new URL(origin)]));
  }

  hasCluster(name: string): boolean {
    return this.origins.has(name);
  }

  send(request: HttpCallRequest, answer: (result: HttpCallResult) => void): Cancel {
    const origin = this.origins.get(request.cluster);
    if (origin === undefined) {
      answer(envoyFailureResponse(503, CONNECT_FAILURE));
      return () => undefined;
    }
    const { prepare, onFailure } = this.options;
    const options = requestOptions(origin, request);
    const outgoing = (origin.protocol === "https:" ? httpsRequest : httpRequest)(
      prepare === undefined ? options : prepare(origin, options),
    );
    let responding = false;
    let cancelled = false;
    const settle = (result: HttpCallResult): void => {
      if (!cancelled) answer(result);
      cancelled = true;
    };
    outgoing.on("response", (response) => {
      responding = true;
      readResponse(response, settle);
    });
    outgoing.on("error", (error) => {
      if (!cancelled) onFailure?.(error);
      settle(responding ? "reset" : envoyFailureResponse(503, CONNECT_FAILURE));
    });
    outgoing.end(request.body);
    return () => {
      cancelled = true;
      outgoing.destroy();
    };
  }
}

function requestOptions(origin: URL, request: HttpCallRequest): RequestOptions {
  const pseudo = (name: string): string =>
    request.headers.find(([headerName]) => headerName === name)?.[1] ?? "";
  const headers = request.headers.filter(([name]) => !name.startsWith(":") && !OWN_FIELDS.has(name)).flat();
  return {
    // An IPv6 address has brackets in a URL alone.
    hostname: origin.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: origin.port,
    method: pseudo(":method"),
    path: pseudo(":path"),
    // A flat list keeps repeated fields; Host and the length are then ours to give.
    headers: ["host", pseudo(":authority"), ...headers, "content-length", String(request.body.length)],
  };
}

function readResponse(response: IncomingMessage, settle: (result: HttpCallResult) => void): void {
  const parts: Buffer[] = [];
  response.on("data", (part: Buffer) => parts.push(part));
  response.on("error", () => settle("reset"));
  response.on("end", () => {
    const headers: Pair[] = [[":status", String(response.statusCode)]];
    const raw = response.rawHeaders;
    for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i]!.toLowerCase(), raw[i + 1]!]);
    settle({ headers, body: new Uint8Array(Buffer.concat(parts)) });
  });
}
