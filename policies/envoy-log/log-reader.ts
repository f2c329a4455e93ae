// A log read line by line: the filter's lines found among all others, and put together again to requests as they end.

import { parseStep } from "../evaluation/parse-step.js";
import type { Step } from "../evaluation/step.js";

/** A request, from its first line in the log to its last. */
export interface LoggedRequest {
  readonly stream: number;
  /** In order, and only those since it was last judged: a request that has waited for keys is judged anew. */
  readonly steps: readonly Step[];
  /** Counts the requests of the log in the order in which they begin. */
  readonly number: number;
}

interface OpenRequest extends LoggedRequest {
  readonly steps: Step[];
}

/** Requests whose end does not come, in a log without end: the oldest are forgotten. */
const MOST_OPEN = 20_000;

/** Issuers whose last fetch is kept. */
const MOST_FETCHES = 1_000;

/**
 * A line of the filter, behind Envoy's prefix, Istio's, kubectl's, that of `jwt-policy run` (local-run/log-lines.ts), or none. There is no quote in any of them: what a client has sent stands
 * in quotes where Envoy logs it, and could look like a line of the filter.
 */
const ours = /^(\s*|\d\d:\d\d:\d\d\.\d+ \w+ |[^'"]*\bwasm log [^'"]*: )(jwt-policy (?:stream=\d+ )?step=.*)$/;
/** Behind a line in Istio's logs. */
const istioThread = /\tthread=(\d+)\s*$/;
/** Envoy's own prefix: time, thread, level. */
const envoyThread = /\[\d{4}-\d\d-\d\d [\d:.]+\]\[(\d+)\]/;
/** The plugin that wrote the line: Envoy's `wasm log foo.httpbin jwt-policy vm:`, Istio's `wasm log foo.httpbin:`. */
const plugin = /wasm log (.*): $/;

/** Streams are told apart by thread and plugin: each worker and each plugin counts for itself. */
export class LogReader {
  private readonly open = new Map<string, OpenRequest>();
  private readonly lastFetches = new Map<string, Step>();
  private begun = 0;
  private unreadable = 0;

  /** Lines of the filter that could not be read: cut off, or of another version. */
  get unread(): number {
    return this.unreadable;
  }

  /** The last end of a fetch of keys from each issuer; these belong to no request. */
  get fetches(): readonly Step[] {
    return [...this.lastFetches.values()];
  }

  /** How many requests have begun. */
  get requests(): number {
    return this.begun;
  }

  /**
   * Reads a line.
   * @returns the request that ends with it: the decision is the last that the filter tells of one
   */
  take(line: string): LoggedRequest | undefined {
    const found = filterLine(line);
    if (found === undefined) return undefined;
    const step = parseStep(found.text);
    if (step === undefined) {
      this.unreadable++;
      return undefined;
    }
    if (step.stream === undefined) {
      if (step.step === "keys") this.keepFetch(step.uri, step);
      return undefined;
    }
    const name = `${found.writer} ${step.stream}`;
    let request = this.open.get(name);
    if (request === undefined) {
      request = { stream: step.stream, steps: [], number: this.begun++ };
      this.open.set(name, request);
      const [oldest] = this.open.keys();
      if (this.open.size > MOST_OPEN && oldest !== undefined) this.open.delete(oldest);
    } else if (step.step === "request") request.steps.length = 0;
    request.steps.push(step);
    if (step.step !== "decision") return undefined;
    this.open.delete(name);
    return request;
  }

  /** The requests whose end has not come, in the order in which they began. */
  unfinished(): readonly LoggedRequest[] {
    return [...this.open.values()];
  }

  private keepFetch(uri: string, step: Step): void {
    this.lastFetches.delete(uri);
    this.lastFetches.set(uri, step);
    const [oldest] = this.lastFetches.keys();
    if (this.lastFetches.size > MOST_FETCHES && oldest !== undefined) this.lastFetches.delete(oldest);
  }
}

interface FilterLine {
  readonly text: string;
  /** Whose streams the line counts. */
  readonly writer: string;
}

function filterLine(whole: string): FilterLine | undefined {
  const line = messageOf(whole);
  const [, prefix, rest] = ours.exec(line) ?? [];
  if (prefix === undefined || rest === undefined) return undefined;
  const thread = istioThread.exec(line)?.[1] ?? envoyThread.exec(prefix)?.[1] ?? "";
  const text = rest.replace(istioThread, "").trimEnd();
  return { text, writer: `${thread} ${plugin.exec(prefix)?.[1] ?? ""}` };
}

/** The text of a line; of one that is JSON (Envoy's and Istio's JSON logs) the members that matter. */
function messageOf(line: string): string {
  const start = line.indexOf("{");
  if (start < 0 || !line.trimEnd().endsWith("}")) return line;
  try {
    const entry = JSON.parse(line.slice(start)) as Record<string, unknown>;
    const message = Object.values(entry).find((value) => typeof value === "string" && ours.test(value));
    if (typeof message !== "string") return line;
    const { thread } = entry;
    return typeof thread === "string" || typeof thread === "number"
      ? `${message}\tthread=${thread}`
      : message;
  } catch {
    return line;
  }
}
