// The requests of an Envoy log, explained.

import { LogReader, type LoggedRequest } from "../envoy-log/log-reader.js";
import { nativeLog, type NativeLog } from "../envoy-log/native-log.js";
import { InputError } from "../resources/input-error.js";
import { explainSteps } from "./explain-steps.js";
import type { Explanation } from "./explanation.js";
import type { Origins } from "./origin.js";
import type { Circumstances } from "./verdict.js";
import { withoutTokens } from "../text/redaction.js";

/** So much of a log is kept to say what it is, if there is no request in it. */
const MOST_KEPT = 1_000_000;

/** So many streams are named to somebody who asks for another. */
const MOST_STREAMS = 50;

/** A request of a log, explained, and which one it is in the order in which they begin. */
export interface LoggedExplanation {
  readonly number: number;
  readonly explanation: Explanation;
}

/** Explains the requests of a log as their last lines come. */
export class LogExplainer {
  private readonly reader = new LogReader();
  private readonly streams = new Set<number>();
  private hasTold = false;
  private beginning = "";

  /** @param stream only the requests of this number, which several workers may each have used */
  constructor(
    private readonly origins: Origins,
    private readonly stream?: number,
  ) {}

  /** Lines of the filter that could not be read. */
  get unread(): number {
    return this.reader.unread;
  }

  /** Reads a line; the request that ends with it. */
  take(line: string): LoggedExplanation | undefined {
    if (this.reader.requests === 0 && this.beginning.length < MOST_KEPT) this.beginning += `${line}\n`;
    const request = this.reader.take(line);
    return request === undefined ? undefined : this.explained(request);
  }

  /**
   * The requests whose end the log does not have.
   * @throws InputError if there was no request in it at all, or none of the stream
   */
  end(): LoggedExplanation[] {
    if (this.reader.requests === 0)
      throw new InputError(withoutRequests(this.beginning, this.reader.fetches.length > 0));
    const left = this.reader.unfinished().flatMap((request) => this.explained(request) ?? []);
    if (!this.hasTold) {
      const known = [...this.streams].join(", ");
      const more = this.streams.size < MOST_STREAMS ? "" : " and others";
      throw new InputError(`--stream ${this.stream ?? ""}: the log has ${known}${more}`);
    }
    return left;
  }

  private explained({ stream, steps, number }: LoggedRequest): LoggedExplanation | undefined {
    if (this.streams.size < MOST_STREAMS) this.streams.add(stream);
    if (this.stream !== undefined && stream !== this.stream) return undefined;
    this.hasTold = true;
    const told = explainSteps([...this.reader.fetches, ...steps], undefined, this.origins, circumstances);
    return { number, explanation: withoutTokens(told, []) };
  }
}

const circumstances: Circumstances = {
  keyCalls: undefined,
  issuers: undefined,
  claims: undefined,
  forwardedFor: false,
  severalLines: new Set(),
  token: { signedHere: undefined, givenKeys: new Set<string>() },
};

function withoutRequests(log: string, hasFetches: boolean): string {
  const native = nativeLog(log);
  if (native !== undefined) return nativeText(native);
  const level =
    "the filter tells the steps of a request at level debug: --component-log-level wasm:debug, " +
    "in Istio istioctl proxy-config log <pod> --level wasm:debug";
  return hasFetches || /\bjwt-policy: signatures are verified by\b/.test(log)
    ? `the log has lines of the jwt-policy filter, but no request; ${level}`
    : `the log has no lines of the jwt-policy filter; ${level}`;
}

function nativeText({ authentications, authorizations, hasToken }: NativeLog): string {
  const told = [
    ...authentications.map((text) => `  jwt_authn: ${text}`),
    ...authorizations.map((text) => `  rbac: ${text}`),
  ];
  return [
    "this is a log of Envoy's native filters jwt_authn and rbac, not of the jwt-policy filter; it tells only this:",
    ...told.slice(0, maxTold),
    ...(told.length > maxTold ? [`  … and ${told.length - maxTold} lines more`] : []),
    "To see why, put the request to the policies themselves:",
    '  jwt-policy explain policies/ --for namespace/app=name --request "GET /path" --token-file token.txt',
    ...(hasToken ? ["There is a whole token in this log: do not pass it on."] : []),
  ].join("\n");
}

const maxTold = 20;
