/** A fetcher whose calls are answered by hand: for tests, and for runs that must not touch a network. */
import type { Cancel } from "../event-loop/clock.js";
import {
  envoyFailureResponse,
  type HttpCallRequest,
  type HttpCallResponse,
  type HttpCallResult,
  type HttpFetcher,
} from "./http-calls.js";
import { toBytes } from "../abi/byte-string.js";

export class ManualCall {
  readonly request: HttpCallRequest;
  cancelled = false;
  private readonly answerOnce: (result: HttpCallResult) => void;

  constructor(request: HttpCallRequest, answer: (result: HttpCallResult) => void) {
    this.request = request;
    this.answerOnce = answer;
  }

  /** Value of a request header field, undefined if it is missing. */
  header(name: string): string | undefined {
    return this.request.headers.find(([headerName]) => headerName === name)?.[1];
  }

  /** Answers with a status and a body. */
  respond(status: number, body: string | Uint8Array = "", headers: HttpCallResponse["headers"] = []): void {
    this.answerOnce({ headers: [[":status", String(status)], ...headers], body: toBytes(body) });
  }

  /** There is no response, for a reason of Envoy's (its router's texts, such as "connection termination"): it answers itself. */
  fail(reason: string): void {
    const text = "upstream connect error or disconnect/reset before headers. reset reason: ";
    this.answerOnce(envoyFailureResponse(503, text + reason));
  }

  /** The connection breaks before there is a whole response. */
  reset(): void {
    this.answerOnce("reset");
  }
}

export class ManualHttpFetcher implements HttpFetcher {
  /** Every call that was sent, in order. */
  readonly calls: ManualCall[] = [];
  /** Called for each call that is sent; it may answer at once. */
  onCall: ((call: ManualCall) => void) | undefined;
  /** The clusters that there are; tests may add to them and take away. */
  readonly clusters: Set<string>;
  /** Those of them that have no hosts: calls to them end at once. */
  readonly withoutHosts = new Set<string>();

  constructor(clusters: Iterable<string>) {
    this.clusters = new Set(clusters);
  }

  hasCluster(name: string): boolean {
    return this.clusters.has(name);
  }

  send(request: HttpCallRequest, answer: (result: HttpCallResult) => void): Cancel | undefined {
    if (this.withoutHosts.has(request.cluster)) return undefined;
    const call = new ManualCall(request, answer);
    this.calls.push(call);
    this.onCall?.(call);
    return () => void (call.cancelled = true);
  }
}
