// The requests that a log tells of: the filter's lines found among all others, and put together again.

import { parseStep } from "../evaluation/parse-step.js";
import type { Step } from "../evaluation/step.js";

/** A request, from its first line in the log to its last. */
export interface LoggedRequest {
  readonly stream: number;
  /** In order, and only those since it was last judged: a request that has waited for keys is judged anew. */
  readonly steps: readonly Step[];
}

interface OpenRequest {
  readonly stream: number;
  readonly steps: Step[];
  /** Whether the log has its end. */
  isComplete: boolean;
}

export interface LoggedRequests {
  readonly requests: readonly LoggedRequest[];
  /** Ends of fetches of keys, which belong to no request. */
  readonly fetches: readonly Step[];
  /** Lines of the filter that could not be read: cut off, or of another version. */
  readonly unread: number;
}

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

/** Reads a log. Streams are told apart by thread and plugin: each worker and each plugin counts for itself. */
export function loggedRequests(log: string): LoggedRequests {
  const open = new Map<string, OpenRequest>();
  const requests: OpenRequest[] = [];
  const fetches: Step[] = [];
  let unread = 0;
  for (const line of log.split(/\r?\n/)) {
    const found = filterLine(line);
    if (found === undefined) continue;
    const step = parseStep(found.text);
    if (step === undefined) {
      unread++;
      continue;
    }
    if (step.stream === undefined) {
      fetches.push(step);
      continue;
    }
    const name = `${found.writer} ${step.stream}`;
    let request = open.get(name);
    if (request === undefined || (step.step === "request" && request.isComplete)) {
      request = { stream: step.stream, steps: [], isComplete: false };
      open.set(name, request);
      requests.push(request);
    } else if (step.step === "request") {
      request.steps.length = 0;
    }
    request.steps.push(step);
    if (step.step === "decision") request.isComplete = true;
  }
  return { requests, fetches, unread };
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
